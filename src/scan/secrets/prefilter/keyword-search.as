// The inner loop of the secret engine, in AssemblyScript: every byte that is scanned goes through here.
// `node scripts/build-prefilter.mjs` makes keyword-search-wasm.ts of it.
//
// First the steps of an Aho-Corasick automaton that end in a keyword are written down, then the gates of these keywords are
// looked at. search-image.ts lays out the memory: a header at address 0, the automaton, the gates; behind them
// wasm-keyword-search.ts has the text and the lists. hit-gate.ts and assignment-gate.ts are the same gates in TypeScript, and
// say what they are for.

// Where in the header what stands.
const COUNTS: usize = 0;
const NEXT: usize = 16;
const CLASSES: usize = 20;
const TABLE: usize = 24;
const FIRST_MATCH: usize = 28;
const WIDTH: usize = 32;
const FOUND: usize = 36;
const ASSIGNMENT_SETS: usize = 40;

// Steps are 8 bytes in the list of a part: offset of the byte in the part, state. A part has room for one per byte, so that
// no list can be full.

/**
 * Runs the automaton over `4 * quarter` bytes at `text`, and writes the steps that end in a match into four lists which
 * follow each other at `steps`, each of `quarter` entries, and their lengths to `COUNTS`.
 *
 * Each step waits for the load of the step before. So the text is cut into four, and four automata take turns: while one
 * waits, the others go on. Each is warmed up with the bytes before its part, as many as the longest keyword has but one, so
 * that no keyword across a cut is lost.
 *
 * @param before - bytes in front of `text` that belong to it; at most `overlap`.
 * @param overlap - bytes to warm up with at the other three parts; at most `quarter`.
 */
export function searchFour(text: usize, before: usize, overlap: usize, quarter: usize, steps: usize): void {
  const classes = <usize>load<u32>(CLASSES);
  const table = <usize>load<u32>(TABLE);
  const firstMatch = load<u32>(FIRST_MATCH);
  const room = quarter << 3;
  const text1 = text + quarter;
  const text2 = text1 + quarter;
  const text3 = text2 + quarter;
  let state0 = warm(classes, table, text - before, text);
  let state1 = warm(classes, table, text1 - overlap, text1);
  let state2 = warm(classes, table, text2 - overlap, text2);
  let state3 = warm(classes, table, text3 - overlap, text3);
  let end0 = steps;
  let end1 = steps + room;
  let end2 = steps + room * 2;
  let end3 = steps + room * 3;
  for (let i: usize = 0; i < quarter; i++) {
    state0 = step(classes, table, state0, text + i);
    state1 = step(classes, table, state1, text1 + i);
    state2 = step(classes, table, state2, text2 + i);
    state3 = step(classes, table, state3, text3 + i);
    if (
      u32(state0 >= firstMatch) | u32(state1 >= firstMatch) | u32(state2 >= firstMatch) | u32(state3 >= firstMatch)
    ) {
      if (state0 >= firstMatch) end0 = write(end0, <u32>i, state0);
      if (state1 >= firstMatch) end1 = write(end1, <u32>i, state1);
      if (state2 >= firstMatch) end2 = write(end2, <u32>i, state2);
      if (state3 >= firstMatch) end3 = write(end3, <u32>i, state3);
    }
  }
  store<u32>(COUNTS, <u32>((end0 - steps) >> 3));
  store<u32>(COUNTS, <u32>((end1 - steps - room) >> 3), 4);
  store<u32>(COUNTS, <u32>((end2 - steps - room * 2) >> 3), 8);
  store<u32>(COUNTS, <u32>((end3 - steps - room * 3) >> 3), 12);
}

/** The same over `length` bytes in one part, for what is too short to be cut, with one list. */
export function searchOne(text: usize, before: usize, length: usize, steps: usize): void {
  const classes = <usize>load<u32>(CLASSES);
  const table = <usize>load<u32>(TABLE);
  const firstMatch = load<u32>(FIRST_MATCH);
  let state = warm(classes, table, text - before, text);
  let end = steps;
  for (let i: usize = 0; i < length; i++) {
    state = step(classes, table, state, text + i);
    if (state >= firstMatch) end = write(end, <u32>i, state);
  }
  store<u32>(COUNTS, <u32>((end - steps) >> 3));
}

// @ts-ignore: decorator
@inline
function step(classes: usize, table: usize, state: u32, at: usize): u32 {
  return load<u32>(table + ((state + <u32>load<u8>(classes + <usize>load<u8>(at))) << 2));
}

// @ts-ignore: decorator
@inline
function write(list: usize, first: u32, second: u32): usize {
  store<u32>(list, first);
  store<u32>(list, second, 4);
  return list + 8;
}

function warm(classes: usize, table: usize, from: usize, to: usize): u32 {
  let state: u32 = 0;
  for (let at = from; at < to; at++) state = step(classes, table, state, at);
  return state;
}

/**
 * Writes the keywords of a list of steps whose gates are open to `hits`, 8 bytes each: address behind the keyword, keyword.
 * Those of one step are written together; where there is no more room it stops, and `NEXT` says at which step.
 *
 * @param first - the step to begin with.
 * @param part - address of the byte that has offset 0 in the list.
 * @param low - the first byte that belongs to the text at hand, and `high` the first that does not.
 * @param gated - 0 when all gates are open.
 * @param room - hits that there is room for.
 * @returns how many were written.
 */
export function openHits(
  steps: usize,
  count: u32,
  first: u32,
  part: usize,
  low: usize,
  high: usize,
  gated: u32,
  hits: usize,
  room: u32,
): u32 {
  gate0 = 0;
  gate1 = 0;
  const firstMatch = load<u32>(FIRST_MATCH);
  const width = load<u32>(WIDTH);
  const found = <usize>load<u32>(FOUND);
  let hit = hits;
  let index = first;
  for (; index < count; index++) {
    const entry = steps + (<usize>index << 3);
    const end = part + load<u32>(entry) + 1;
    let keywords = <usize>load<u32>(found + <usize>(((load<u32>(entry, 4) - firstMatch) / width) << 2));
    const many = load<u32>(keywords);
    if (<u32>((hit - hits) >> 3) + many > room) break;
    for (let i: u32 = 0; i < many; i++) {
      keywords += 4;
      const keyword = <usize>load<u32>(keywords);
      if (gated == 0 || isOpen(keyword, end, low, high)) hit = write(hit, <u32>end, load<u32>(keyword));
    }
  }
  store<u32>(NEXT, index);
  return <u32>((hit - hits) >> 3);
}

/** A keyword: its number, its length, how many gates it has, their addresses. */
function isOpen(keyword: usize, end: usize, low: usize, high: usize): bool {
  const start = end - load<u32>(keyword, 4);
  const gates = load<u32>(keyword, 8);
  if (gates == 0) return true;
  for (let i: u32 = 0; i < gates; i++) {
    const gate = <usize>load<u32>(keyword + (<usize>i << 2), 12);
    const kind = load<u32>(gate);
    const open =
      kind == 0
        ? tokenOpens(gate, start, end, low, high)
        : kind == 1
          ? nameOpens(gate, start, end, low, high)
          : assignmentOpens(gate, start, end, low, high);
    if (open) return true;
  }
  return false;
}

/** Kind, whether it starts with the keyword, most bytes, those before, the set, the least length, needed sets. */
function tokenOpens(gate: usize, start: usize, end: usize, low: usize, high: usize): bool {
  if (isRepetition(start, end, low)) return false;
  const starts = load<u32>(gate, 4) == 1;
  const maxLength = <usize>load<u32>(gate, 8);
  const before = <usize>load<u32>(gate, 12);
  const set = <usize>load<u32>(gate, 16);
  const least = <usize>load<u32>(gate, 20);
  const needed = load<u32>(gate, 24);
  if (starts && isInsideWord(start, low, high)) return false;
  const mostEnd = min(high, (starts ? start : end) + maxLength);
  if (staysClosed(gate, start, mostEnd, set)) return false;
  let from = start;
  if (!starts) {
    const mostStart = start - min(before, start - low);
    while (from > mostStart && isIn(set, load<u8>(from - 1))) from--;
  }
  // Not further than is needed: the run may be as long as the pattern, and have a keyword every few bytes.
  const enough = max(end, from + least);
  let to = start;
  while (to < enough && to < mostEnd && isIn(set, load<u8>(to))) to++;
  if (to < enough) return false;
  for (let i: u32 = 0; i < needed; i++) {
    const wanted = <usize>load<u32>(gate + (<usize>i << 2), 28);
    const at = firstOne(wanted, from, mostEnd, set);
    if (isOne(wanted, at, mostEnd, set)) continue;
    rememberClosed(gate, start, wanted, at);
    return false;
  }
  return true;
}

/** Whether a keyword is in a run of one letter that began three before it. */
function isRepetition(start: usize, end: usize, low: usize): bool {
  if (start < low + 3) return false;
  const byte = load<u8>(start);
  for (let at = start - 3; at < end; at++) if (load<u8>(at) != byte) return false;
  return isWord(byte);
}

// Gates that were closed last because the run of their keyword has none of a needed set, the keyword, that set, and how far was
// looked: keywords that follow each other in one run need not look there again. Two, since keywords end in each other.
let gate0: usize = 0;
let start0: usize = 0;
let wanted0: usize = 0;
let to0: usize = 0;
let gate1: usize = 0;
let start1: usize = 0;
let wanted1: usize = 0;
let to1: usize = 0;

/** Whether a gate is closed still. */
function staysClosed(gate: usize, start: usize, mostEnd: usize, set: usize): bool {
  if (gate == gate0 && start >= start0 && start <= to0) {
    to0 = firstOne(wanted0, to0, mostEnd, set);
    return !isOne(wanted0, to0, mostEnd, set);
  }
  if (gate == gate1 && start >= start1 && start <= to1) {
    to1 = firstOne(wanted1, to1, mostEnd, set);
    return !isOne(wanted1, to1, mostEnd, set);
  }
  return false;
}

function rememberClosed(gate: usize, start: usize, wanted: usize, to: usize): void {
  if (gate != gate0) {
    gate1 = gate0;
    start1 = start0;
    wanted1 = wanted0;
    to1 = to0;
  }
  gate0 = gate;
  start0 = start;
  wanted0 = wanted;
  to0 = to;
}

/** The first place from `at` on that has one of a set, or the end of the run. */
function firstOne(wanted: usize, at: usize, mostEnd: usize, set: usize): usize {
  while (at < mostEnd && isIn(set, load<u8>(at)) && !isIn(wanted, load<u8>(at))) at++;
  return at;
}

function isOne(wanted: usize, at: usize, mostEnd: usize, set: usize): bool {
  return at < mostEnd && isIn(set, load<u8>(at)) && isIn(wanted, load<u8>(at));
}

function isInsideWord(start: usize, low: usize, high: usize): bool {
  return (
    isWord(byteAt(start, low, high)) &&
    isWord(byteAt(start - 1, low, high)) &&
    byteAt(start - 2, low, high) != 92 &&
    byteAt(start - 3, low, high) != 37
  );
}

/** Kind, the set, the least length, the reach. */
function nameOpens(gate: usize, start: usize, end: usize, low: usize, high: usize): bool {
  const before = byteAt(start - 1, low, high);
  if (isLetter(before) && !(isLower(before) && !isLower(byteAt(start, low, high)))) return false;
  if (isDigit(byteAt(end, low, high))) return false;
  const set = <usize>load<u32>(gate, 4);
  const least = load<u32>(gate, 8);
  const most = min(high, end + <usize>load<u32>(gate, 12));
  let run: u32 = 0;
  for (let at = end; at < most; at++) {
    if (!isIn(set, load<u8>(at))) run = 0;
    else if (++run >= least) return true;
  }
  return false;
}

const LONGEST_REST_OF_NAME: usize = 60;
const LONGEST_NAME: usize = 80;
const LONGEST_VALUE: usize = 1_024;
const MOST_SPACES: usize = 40;
const SHORTEST_VALUE: i32 = 6;
const SHORTEST_ARGUMENT: usize = 20;
const NAME: usize = 0;
const NAME_BEFORE: usize = 32;
const QUOTE: usize = 64;
const CLOSING: usize = 96;
const OPERATOR: usize = 128;
const COMPOUND: usize = 160;
const TYPE: usize = 192;
const SPACE: usize = 224;
const TOKEN: usize = 256;
const SHORTEST_TOKEN: i32 = 10;
const TOKEN_REACH: usize = 4 + MOST_SPACES + 4 + MOST_SPACES + LONGEST_VALUE;

/** Kind, whether a token is promised, the letters that may follow in the same word. */
function assignmentOpens(gate: usize, start: usize, end: usize, low: usize, high: usize): bool {
  const next = byteAt(end, low, high);
  if (isSameCase(byteAt(end - 1, low, high), next) && !isOneOf(<usize>load<u32>(gate, 8), next)) return false;
  const sets = <usize>load<u32>(ASSIGNMENT_SETS);
  const at = skip(end, high, sets + NAME, LONGEST_REST_OF_NAME);
  return mayAssign(sets, start, end, at, low, high) && (load<u32>(gate, 4) == 0 || hasToken(sets + TOKEN, at, high));
}

function isSameCase(first: i32, second: i32): bool {
  return (isUpper(first) && isUpper(second)) || (isLower(first) && isLower(second));
}

function mayAssign(sets: usize, start: usize, end: usize, from: usize, low: usize, high: usize): bool {
  let at = from;
  const first = byteAt(at, low, high);
  if (first == 91 || at - end == LONGEST_REST_OF_NAME) return true;
  if (isOneOf(sets + CLOSING, first)) at = skip(at, high, sets + CLOSING, 4);
  const spaces = at;
  at = skip(at, high, sets + SPACE, MOST_SPACES);
  const next = byteAt(at, low, high);
  if (isOneOf(sets + OPERATOR, next) && next != 45) {
    if (
      isOneOf(sets + COMPOUND, next) &&
      byteAt(at + 1, low, high) != 61 &&
      byteAt(at + 2, low, high) != 61
    ) {
      return at > spaces && hasArgument(sets, start, at, low, high);
    }
    return hasValue(sets, at, high);
  }
  if (next == 45) return true;
  if (at == spaces) return false;
  if (isOneOf(sets + TYPE, next)) return true;
  return hasArgument(sets, start, at, low, high);
}

function hasToken(set: usize, from: usize, high: usize): bool {
  const most = min(high, from + TOKEN_REACH);
  let length = 0;
  let digit = false;
  let lines = 1;
  for (let index = from; index < most; index++) {
    const byte = load<u8>(index);
    if (isIn(set, byte)) {
      length++;
      if (isDigit(byte)) digit = true;
      if (digit && length >= SHORTEST_TOKEN) return true;
      continue;
    }
    if (byte == 62) lines = 2;
    if (byte == 10 && --lines == 0) return false;
    length = 0;
    digit = false;
  }
  return false;
}

function hasArgument(sets: usize, start: usize, at: usize, low: usize, high: usize): bool {
  const next = byteAt(at, low, high);
  if (isOneOf(sets + QUOTE, next) || next == 92 || next == 64) return true;
  let name = start;
  while (name > low && start - name < LONGEST_NAME && isIn(sets + NAME_BEFORE, load<u8>(name - 1))) name--;
  if (byteAt(name, low, high) == 45 || isInstructed(sets, name, low)) return true;
  for (let index = at; index < at + SHORTEST_ARGUMENT; index++) {
    const byte = byteAt(index, low, high);
    if (byte <= 32) {
      const length = index - at;
      return length >= 5 && length <= 6 && byte != 10 && load<u8>(at) <= 90;
    }
  }
  return true;
}

function isInstructed(sets: usize, name: usize, low: usize): bool {
  let end = name;
  while (end > low && name - end < 4 && isIn(sets + SPACE, load<u8>(end - 1))) end--;
  if (end == name || end - low < 3) return false;
  const first = load<u8>(end - 3) | 32;
  const second = load<u8>(end - 2) | 32;
  const third = load<u8>(end - 1) | 32;
  return (
    (first == 101 && second == 110 && third == 118) ||
    (first == 97 && second == 114 && third == 103) ||
    (first == 98 && second == 101 && third == 108)
  );
}

function hasValue(sets: usize, operator: usize, high: usize): bool {
  const at = skip(operator, high, sets + OPERATOR, 4);
  const most = min(high, at + MOST_SPACES + LONGEST_VALUE);
  let length = <i32>(at - operator) - 1;
  let lines = load<u8>(at - 1) == 62 ? 2 : 1;
  for (let index = at; index < most; index++) {
    const byte = load<u8>(index);
    if (byte == 10 && --lines == 0) return false;
    if (byte > 32) length++;
    if (length >= SHORTEST_VALUE) return true;
  }
  return false;
}

function skip(from: usize, high: usize, set: usize, most: usize): usize {
  const end = min(high, from + most);
  let at = from;
  while (at < end && isIn(set, load<u8>(at))) at++;
  return at;
}

/** The byte at an address; -1 where the text does not reach. */
// @ts-ignore: decorator
@inline
function byteAt(at: usize, low: usize, high: usize): i32 {
  return at >= low && at < high ? <i32>load<u8>(at) : -1;
}

/** Whether a byte is in a set of 256 bits. */
// @ts-ignore: decorator
@inline
function isIn(set: usize, byte: u8): bool {
  return ((load<u8>(set + <usize>(byte >> 3)) >> (byte & 7)) & 1) == 1;
}

function isOneOf(set: usize, byte: i32): bool {
  return byte >= 0 && isIn(set, <u8>byte);
}

function isDigit(byte: i32): bool {
  return byte >= 48 && byte <= 57;
}

function isUpper(byte: i32): bool {
  return byte >= 65 && byte <= 90;
}

function isLower(byte: i32): bool {
  return byte >= 97 && byte <= 122;
}

function isLetter(byte: i32): bool {
  return isLower(byte) || isUpper(byte);
}

function isWord(byte: i32): bool {
  return isLetter(byte) || isDigit(byte) || byte == 95;
}
