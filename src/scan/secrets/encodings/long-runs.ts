import { wasmLongRuns } from './wasm-long-runs.ts';

/** Characters of base64 in both alphabets (RFC 4648), and so of hex, but for the padding. */
const IN_RUN = new Uint8Array(256);
for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_')
  IN_RUN[character.charCodeAt(0)] = 1;

/** Shorter runs hold no secret that shows itself. */
export const SHORTEST_RUN = 24;

/** Is told of a run; says from where on there may be another one that is of interest. */
export type TakeRun = (start: number, end: number) => number;

/**
 * Tells each run of characters of base64 that is long enough, in their order. They begin from `from` on and before `to`, and
 * may end behind it.
 *
 * @returns from where on nothing was looked at: `to`, or what was said behind it.
 */
export type LongRuns = (bytes: Uint8Array, from: number, to: number, take: TakeRun) => number;

/** In JavaScript: for where WebAssembly cannot do it, and to test the other one against. */
export const plainLongRuns: LongRuns = (bytes, from, to, take) => {
  let done = to;
  let start = from;
  while (start < to && start + SHORTEST_RUN <= bytes.length) {
    // From the end of the shortest run: what breaks it is leapt over.
    let index = start + SHORTEST_RUN - 1;
    while (index >= start && IN_RUN[bytes[index] as number] === 1) index--;
    if (index >= start) start = index + 1;
    else {
      const end = endOfRun(bytes, start);
      start = Math.max(end, take(start, end));
      done = Math.max(done, start);
    }
  }
  return done;
};

let fastest: LongRuns | undefined;

/** The fastest one there is here. */
export const longRuns: LongRuns = (bytes, from, to, take) => {
  fastest ??= wasmLongRuns(SHORTEST_RUN, endOfRun) ?? plainLongRuns;
  return fastest(bytes, from, to, take);
};

/** Where a run ends that has begun. */
export function endOfRun(bytes: Uint8Array, start: number): number {
  let end = start;
  while (end < bytes.length && IN_RUN[bytes[end] as number] === 1) end++;
  return end;
}
