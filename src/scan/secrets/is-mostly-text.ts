/** Bytes; the next ones say no more than these. */
const LOOKED_AT = 16_384;

/**
 * Whether the beginning of a file with NUL bytes is text but for them: text with stray NULs, or in UTF-16 or UTF-32 without a
 * byte order mark. Few of its characters are control characters or no UTF-8.
 */
export function isMostlyText(start: Uint8Array): boolean {
  const head = start.subarray(0, LOOKED_AT);
  let characters = 0;
  let odd = 0;
  for (let index = 0; index < head.length; index++) {
    const byte = head[index] as number;
    if (byte === 0) continue;
    characters++;
    if (byte < 0x80) {
      if (byte < 32 ? byte !== 9 && byte !== 10 && byte !== 13 : byte === 0x7f) odd++;
      continue;
    }
    const following = byte < 0xc2 ? 0 : byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : byte < 0xf5 ? 3 : 0;
    let found = 0;
    while (found < following && ((head[index + 1 + found] as number) & 0xc0) === 0x80) found++;
    // What the end of the beginning cuts is no fault. U+0080 to U+009F are control characters.
    const cut = index + 1 + found >= head.length;
    if (following === 0 || (found < following && !cut) || (byte === 0xc2 && (head[index + 1] as number) < 0xa0)) odd++;
    index += found;
  }
  return odd * 20 < characters;
}
