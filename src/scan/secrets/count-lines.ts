const NEWLINE = 10;
const NEWLINES = 0x0a0a0a0a;
const LOW_BITS = 0x7f7f7f7f;

/** How many line ends there are in a part of the bytes. Four are looked at in one go (Warren, Hacker's Delight, 6-1). */
export function countLines(bytes: Uint8Array, from: number, to: number): number {
  const padding = (4 - ((bytes.byteOffset + from) & 3)) & 3;
  if (to - from < padding + 4) return countOneByOne(bytes, from, to);
  const begin = from + padding;
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset + begin, (to - begin) >> 2);
  let count = countOneByOne(bytes, from, begin) + countOneByOne(bytes, begin + words.length * 4, to);
  for (let index = 0; index < words.length; index++) {
    const word = (words[index] as number) ^ NEWLINES;
    // Where a byte was a line end, its high bit is left.
    const ends = ~(((word & LOW_BITS) + LOW_BITS) | word | LOW_BITS);
    if (ends === 0) continue;
    count += ((ends >>> 7) & 1) + ((ends >>> 15) & 1) + ((ends >>> 23) & 1) + (ends >>> 31);
  }
  return count;
}

function countOneByOne(bytes: Uint8Array, from: number, to: number): number {
  let count = 0;
  for (let index = from; index < to; index++) if (bytes[index] === NEWLINE) count++;
  return count;
}
