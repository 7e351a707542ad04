/** Characters of base64 in both alphabets (RFC 4648), and so of hex, but for the padding. */
const IN_RUN = new Uint8Array(256);
for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_')
  IN_RUN[character.charCodeAt(0)] = 1;

/** Shorter runs hold no secret that shows itself. */
export const SHORTEST_RUN = 24;

/**
 * Finds the next run of characters of base64 that is long enough. Looks at the end of a window first and leaps over it
 * when that breaks the run, so most bytes are never looked at.
 *
 * @returns where it begins, or -1; it may begin before `to` and end behind it.
 */
export function nextLongRun(bytes: Uint8Array, from: number, to: number): number {
  let start = from;
  while (start < to && start + SHORTEST_RUN <= bytes.length) {
    let index = start + SHORTEST_RUN - 1;
    while (index >= start && IN_RUN[bytes[index] as number] === 1) index--;
    if (index < start) return start;
    start = index + 1;
  }
  return -1;
}

/** Where a run ends that has begun. */
export function endOfRun(bytes: Uint8Array, start: number): number {
  let end = start;
  while (end < bytes.length && IN_RUN[bytes[end] as number] === 1) end++;
  return end;
}
