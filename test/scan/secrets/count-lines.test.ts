import fc from 'fast-check';
import { expect, it } from 'vitest';
import { countLines } from '../../../src/scan/secrets/count-lines.ts';

it('counts line ends wherever a part begins and ends, also beside bytes that differ by one bit', () => {
  const byte = fc.constantFrom(10, 10, 11, 9, 8, 0x8a, 0x0b, 0, 255, 97);
  fc.assert(
    fc.property(fc.array(byte, { maxLength: 60 }), fc.nat(5), fc.nat(60), fc.nat(60), (list, offset, a, b) => {
      const memory = new Uint8Array(offset + list.length);
      memory.set(list, offset);
      const bytes = memory.subarray(offset);
      const from = Math.min(a, b, bytes.length);
      const to = Math.min(Math.max(a, b), bytes.length);
      expect(countLines(bytes, from, to)).toBe(bytes.subarray(from, to).filter((one) => one === 10).length);
    }),
    { numRuns: 2_000 },
  );
});
