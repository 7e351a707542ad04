import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  endOfRun,
  type LongRuns,
  longRuns,
  plainLongRuns,
  SHORTEST_RUN,
} from '../../../../src/scan/secrets/encodings/long-runs.ts';
import { wasmLongRuns } from '../../../../src/scan/secrets/encodings/wasm-long-runs.ts';

const BLOCK = 65_536;
const engines: Readonly<Record<string, LongRuns | undefined>> = {
  plain: plainLongRuns,
  wasm: wasmLongRuns(SHORTEST_RUN, endOfRun),
  default: longRuns,
};

function runsOf(search: LongRuns | undefined, bytes: Uint8Array, from = 0, to = bytes.length): string[] {
  const found: string[] = [];
  const end = search?.(bytes, from, to, (start, runEnd) => {
    found.push(`${start}-${runEnd}`);
    return runEnd;
  });
  return [...found, `to ${end}`];
}

describe.each(Object.entries(engines))('the search for long runs, %s', (_, search) => {
  const runs = (text: string, from?: number, to?: number) => runsOf(search, Buffer.from(text, 'latin1'), from, to);

  it('finds runs that are long enough, of all characters of both alphabets', () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_';
    for (let code = 0; code < 256; code++) {
      const text = `${'a'.repeat(30)}${String.fromCharCode(code)}${'b'.repeat(30)}`;
      const isOne = alphabet.includes(String.fromCharCode(code));
      expect(runs(text)).toEqual(isOne ? ['0-61', 'to 61'] : ['0-30', '31-61', 'to 61']);
    }
    expect(runs('a'.repeat(SHORTEST_RUN))).toEqual(['0-24', 'to 24']);
    expect(runs('a'.repeat(SHORTEST_RUN - 1))).toEqual(['to 23']);
    expect(runs('')).toEqual(['to 0']);
  });

  it('begins within the part that is looked at, and ends where the run ends', () => {
    const text = `${'a'.repeat(30)} ${'b'.repeat(30)} ${'c'.repeat(30)}`;
    expect(runs(text, 3, 40)).toEqual(['3-30', '31-61', 'to 61']);
    expect(runs(text, 10, 31)).toEqual(['to 31']);
    expect(runs(text, 62, 63)).toEqual(['62-92', 'to 92']);
  });

  it('leaves out what it is told to', () => {
    const bytes = Buffer.from(Array(9).fill('a'.repeat(30)).join('\n'));
    const found: number[] = [];
    search?.(bytes, 0, bytes.length, (start, end) => {
      found.push(start);
      return start === 31 ? 150 : end;
    });
    expect(found).toEqual([0, 31, 155, 186, 217, 248]);
  });

  it('can be asked again by whoever is told', () => {
    const bytes = Buffer.from(Array(9).fill('a'.repeat(30)).join('\n'));
    const inner = Buffer.from(` ${'x'.repeat(70_000)}`);
    const found: string[] = [];
    search?.(bytes, 0, bytes.length, (start, end) => {
      found.push(`${start}-${end}`, ...runsOf(search, inner));
      return end;
    });
    expect(found).toEqual(
      Array.from({ length: 9 }, (_unused, index) => [`${index * 31}-${index * 31 + 30}`, '1-70001', 'to 70001']).flat(),
    );
  });
});

describe('the search for long runs', () => {
  it('finds in WebAssembly what it finds in JavaScript, whatever the text, and at the edges of its blocks', () => {
    const piece = fc.tuple(
      fc.constantFrom('a', 'Z', '0', '+', '_', ' ', '\n', '=', '\x80', '@', '`', '[', '{', ':', '.', ','),
      fc.oneof(
        { weight: 6, arbitrary: fc.nat(40) },
        { weight: 1, arbitrary: fc.nat(200) },
        { weight: 1, arbitrary: fc.integer({ min: BLOCK - 100, max: BLOCK + 100 }) },
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.nat(), fc.nat(), (pieces, first, second) => {
        const bytes = Buffer.from(pieces.map(([character, times]) => character.repeat(times)).join(''), 'latin1');
        const [from, to] = [first % (bytes.length + 1), second % (bytes.length + 1)].sort((a, b) => a - b);
        expect(runsOf(engines.wasm, bytes)).toEqual(runsOf(plainLongRuns, bytes));
        expect(runsOf(engines.wasm, bytes, from, to)).toEqual(runsOf(plainLongRuns, bytes, from, to));
      }),
      { numRuns: 400 },
    );
  });
});
