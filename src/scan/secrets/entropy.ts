const LOGARITHMS = Float64Array.from({ length: 4_097 }, (_, count) => (count === 0 ? 0 : count * Math.log2(count)));
const counts = new Uint16Array(256);

/**
 * Shannon entropy of the characters, in bits per character; 0 for the empty string. Only the first 4,096 characters
 * count, and characters above U+00FF are folded onto their low byte.
 */
export function entropy(text: string): number {
  const length = Math.min(text.length, 4_096);
  if (length === 0) return 0;
  counts.fill(0);
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index) & 0xff;
    counts[code] = (counts[code] as number) + 1;
  }
  let sum = 0;
  for (let code = 0; code < 256; code++) sum += LOGARITHMS[counts[code] as number] as number;
  return Math.log2(length) - sum / length;
}
