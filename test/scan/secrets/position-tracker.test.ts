import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PositionTracker, unitsOfLine } from '../../../src/scan/secrets/position-tracker.ts';

/** The slow way: decode what is before. */
function expected(text: string, index: number) {
  const before = text.slice(0, index).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

describe('positions', () => {
  it('are those that editors show, in pieces as in one', () => {
    const unit = fc.constantFrom('a', ' ', '\n', '\r\n', '\t', 'ü', '€', '😀', 'e\u0301');
    fc.assert(
      fc.property(
        fc.array(unit, { maxLength: 60 }),
        fc.array(fc.nat(60), { maxLength: 6 }),
        fc.nat(30),
        (units, asked, cut) => {
          const text = units.join('');
          const offsets = [...new Set(asked.map((count) => units.slice(0, count).join('')))].sort(
            (a, b) => a.length - b.length,
          );
          const bytes = Buffer.from(text);
          const tracker = new PositionTracker();
          for (const before of offsets) {
            const offset = Buffer.byteLength(before);
            // A piece that begins somewhere before: what was asked for last must still be in it.
            const start = Math.min(cut, Buffer.byteLength(offsets[0] ?? ''));
            const piece = offsets.indexOf(before) === 0 ? bytes : bytes.subarray(start);
            expect(tracker.at(offset, piece, piece === bytes ? 0 : start)).toEqual(expected(text, before.length));
          }
        },
      ),
    );
  });

  it.each([
    ['abc', 3],
    ['ü€😀', 4],
    ['ab\ncd', 2],
    ['ab\r\ncd', 2],
    ['ab\rcd', 5],
    ['', 0],
  ])('%j is as long on its first line', (text, units) => {
    const bytes = Buffer.from(text);
    expect(unitsOfLine(bytes, 0, bytes.length)).toBe(units);
  });

  it('count a stray byte once at most', () => {
    expect(unitsOfLine(Buffer.from([0xf0, 0x41, 0xff, 0x80]), 0, 4)).toBe(3);
  });
});
