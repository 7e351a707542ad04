// The search for runs of base64 characters, in AssemblyScript: every byte that is scanned goes through here.
// `node scripts/build-prefilter.mjs` makes long-runs-wasm.ts of it. long-runs.ts is the same in TypeScript.

/** Characters of the shortest run. */
const SHORTEST: u64 = 24;
const WINDOW = 64;

// A character is in the alphabet when the row of its high four bits and the column of its low four bits share a bit: 1 for
// `+-/`, 2 for digits, 4 for letters up to O, 8 for letters up to Z and `_`, 16 for those up to z.
const ROWS: v128 = i8x16(0, 0, 1, 2, 4, 8, 4, 16, 0, 0, 0, 0, 0, 0, 0, 0);
const COLUMNS: v128 = i8x16(26, 30, 30, 30, 30, 30, 30, 30, 30, 30, 28, 5, 4, 5, 4, 13);

/** One bit for each of 16 bytes that is none of the alphabet. */
// @ts-ignore: decorator
@inline
function others16(at: usize): u64 {
  const bytes = v128.load(at);
  const row = i8x16.swizzle(ROWS, i8x16.shr_u(bytes, 4));
  const column = i8x16.swizzle(COLUMNS, v128.and(bytes, i8x16.splat(15)));
  return <u64>i8x16.bitmask(i8x16.eq(v128.and(row, column), i8x16.splat(0)));
}

/** The same of a window. */
// @ts-ignore: decorator
@inline
function others(at: usize): u64 {
  return others16(at) | (others16(at + 16) << 16) | (others16(at + 32) << 32) | (others16(at + 48) << 48);
}

/**
 * Writes begin and end of the runs between two addresses, as pairs of words, in their order; returns how many these are.
 * Behind `to` there must be as many bytes as a window has that are none of the alphabet.
 */
export function longRuns(from: usize, to: usize, found: usize): u32 {
  let count: u32 = 0;
  // How long the run is that the last window ended with.
  let open: u64 = 0;
  for (let at = from; at < to; ) {
    let other = others(at);
    const inRun = ~other;
    // Bits stay where 2, 4, 8, 16 and 24 bits follow each other.
    let long = inRun & (inRun >> 1);
    long &= long >> 2;
    long &= long >> 4;
    const eight = long;
    long &= long >> 8;
    long &= eight >> 16;
    const joined = open + ctz(other);
    if (long == 0 && joined < SHORTEST) {
      open = clz(other);
      at += WINDOW;
      continue;
    }
    const start = joined < SHORTEST ? at + <usize>ctz(long) : at - <usize>open;
    let end = start + <usize>SHORTEST;
    for (other = others(end); other == 0; other = others(end)) end += WINDOW;
    end += <usize>ctz(other);
    store<u32>(found, <u32>start);
    store<u32>(found, <u32>end, 4);
    found += 8;
    count++;
    open = 0;
    at = end;
  }
  return count;
}
