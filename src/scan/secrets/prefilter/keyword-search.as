// The inner loop of the secret engine, in AssemblyScript: every byte that is scanned goes through here.
// `node scripts/build-prefilter.mjs` makes keyword-search-wasm.ts of it.
//
// Each step of an Aho-Corasick automaton waits for the load of the step before. So a text is cut into four, and four
// automata take turns: while one waits, the others go on. Each is warmed up with the bytes before its part, as many as the
// longest keyword has but one, so that no keyword across a cut is lost.
//
// There is no memory management: whoever calls lays out the memory and says where things are.

// Steps are 8 bytes in the list of a part: offset of the byte in the part, state. A part has room for one per byte, so that
// no list can be full.

/**
 * Runs the automaton over `4 * quarter` bytes at `text`, and writes the steps that end in a match into four lists which
 * follow each other at `hits`, each of `quarter` entries, and their lengths to `counts`.
 *
 * @param before - bytes in front of `text` that belong to it; at most `overlap`.
 * @param overlap - bytes to warm up with at the other three parts; at most `quarter`.
 */
export function searchFour(
  classes: usize,
  table: usize,
  firstMatch: u32,
  text: usize,
  before: usize,
  overlap: usize,
  quarter: usize,
  hits: usize,
  counts: usize,
): void {
  const room = quarter << 3;
  const text1 = text + quarter;
  const text2 = text1 + quarter;
  const text3 = text2 + quarter;
  let state0 = warm(classes, table, text - before, text);
  let state1 = warm(classes, table, text1 - overlap, text1);
  let state2 = warm(classes, table, text2 - overlap, text2);
  let state3 = warm(classes, table, text3 - overlap, text3);
  let hit0 = hits;
  let hit1 = hits + room;
  let hit2 = hits + room * 2;
  let hit3 = hits + room * 3;
  for (let i: usize = 0; i < quarter; i++) {
    state0 = step(classes, table, state0, text + i);
    state1 = step(classes, table, state1, text1 + i);
    state2 = step(classes, table, state2, text2 + i);
    state3 = step(classes, table, state3, text3 + i);
    if (
      u32(state0 >= firstMatch) | u32(state1 >= firstMatch) | u32(state2 >= firstMatch) | u32(state3 >= firstMatch)
    ) {
      if (state0 >= firstMatch) hit0 = write(hit0, i, state0);
      if (state1 >= firstMatch) hit1 = write(hit1, i, state1);
      if (state2 >= firstMatch) hit2 = write(hit2, i, state2);
      if (state3 >= firstMatch) hit3 = write(hit3, i, state3);
    }
  }
  store<u32>(counts, <u32>((hit0 - hits) >> 3));
  store<u32>(counts, <u32>((hit1 - hits - room) >> 3), 4);
  store<u32>(counts, <u32>((hit2 - hits - room * 2) >> 3), 8);
  store<u32>(counts, <u32>((hit3 - hits - room * 3) >> 3), 12);
}

/** The same over `length` bytes in one part, for what is too short to be cut, with one list. */
export function searchOne(
  classes: usize,
  table: usize,
  firstMatch: u32,
  text: usize,
  before: usize,
  length: usize,
  hits: usize,
): u32 {
  let state = warm(classes, table, text - before, text);
  let hit = hits;
  for (let i: usize = 0; i < length; i++) {
    state = step(classes, table, state, text + i);
    if (state >= firstMatch) hit = write(hit, i, state);
  }
  return <u32>((hit - hits) >> 3);
}

// @ts-ignore: decorator
@inline
function step(classes: usize, table: usize, state: u32, at: usize): u32 {
  return load<u32>(table + ((state + <u32>load<u8>(classes + <usize>load<u8>(at))) << 2));
}

// @ts-ignore: decorator
@inline
function write(hit: usize, offset: usize, state: u32): usize {
  store<u32>(hit, <u32>offset);
  store<u32>(hit, state, 4);
  return hit + 8;
}

function warm(classes: usize, table: usize, from: usize, to: usize): u32 {
  let state: u32 = 0;
  for (let at = from; at < to; at++) state = step(classes, table, state, at);
  return state;
}
