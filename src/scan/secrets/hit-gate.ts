import { type AssignedName, assignedName, assignmentOpens } from './assignment-gate.ts';
import { CONTEXT_REACH } from './context-candidate.ts';
import { lengths } from './pattern-limits.ts';
import { type PatternNode, parsePattern } from './pattern-syntax.ts';
import type { Rule } from './rule.ts';
import { isInsideWord, isLetter, isLower, isWordByte } from './word-edge.ts';

/** What every match of a pattern is: a run of so many of these bytes, with one of each of the `needed` sets among them. */
interface Run {
  readonly set: Uint8Array;
  readonly least: number;
  readonly needed: readonly Uint8Array[];
}

/** For the patterns of tokens: the keyword stands in such a run. */
export interface TokenGate extends Run {
  readonly kind: 'token';
  /** The run begins with the keyword, and not inside a word. */
  readonly startsWithKeyword: boolean;
  /** The most bytes that a match can have, and can have before its keyword. */
  readonly maxLength: number;
  readonly before: number;
}

/** For names of vendors: the name stands alone, and so long a run of these bytes follows within reach. */
export interface NameGate {
  readonly kind: 'name';
  readonly set: Uint8Array;
  readonly least: number;
  readonly reach: number;
}

/** For names of generic assignments: an operator follows, and a value. */
export interface AssignmentGate {
  readonly kind: 'assignment';
  readonly name: AssignedName;
}

/**
 * A cheap look at a few bytes around a keyword: it is closed only where no rule could make something of the keyword. Most
 * keywords in a program are words like any other, and are gone here before there is even a text.
 */
export type Gate = TokenGate | NameGate | AssignmentGate;

/** The gates of a keyword's rules, of which one must be open; none where nothing can be said. */
export function gatesOf(keyword: string, rules: readonly Rule[]): readonly Gate[] {
  // What an extractor looks for is its own business.
  if (rules.some(({ form }) => form === 'extract')) return [];
  const names = rules.filter((rule) => rule.form === 'context');
  return [
    ...rules.flatMap((rule): readonly Gate[] => {
      if (rule.form !== 'token') return [];
      const { startsWithKeyword, before, maxLength, pattern } = rule;
      const run = runOf(parsePattern(pattern.source, pattern.ignoreCase));
      return [{ kind: 'token', startsWithKeyword, before, maxLength, ...run }];
    }),
    ...(names.length === 0 ? [] : [nameGate(names)]),
    ...(rules.some(({ form }) => form === 'assignment')
      ? [{ kind: 'assignment' as const, name: assignedName(keyword) }]
      : []),
  ];
}

function nameGate(rules: readonly (Rule & { readonly form: 'context' })[]): NameGate {
  const runs = rules.map(({ value, pattern }) => runOf(parsePattern(value, pattern.ignoreCase)));
  const set = new Uint8Array(256);
  for (const run of runs) for (let byte = 0; byte < 256; byte++) if (run.set[byte] === 1) set[byte] = 1;
  return {
    kind: 'name',
    set,
    least: Math.min(...runs.map((run) => run.least)),
    reach: CONTEXT_REACH + Math.max(...rules.map((rule) => rule.maxLength)) + 1,
  };
}

/** Whether one of the gates of a keyword that stands from `start` to `end` is open. */
export function isOpen(gates: readonly Gate[], bytes: Uint8Array, start: number, end: number): boolean {
  return gates.length === 0 || gates.some((gate) => opens(gate, bytes, start, end));
}

function opens(gate: Gate, bytes: Uint8Array, start: number, end: number): boolean {
  switch (gate.kind) {
    case 'token':
      return tokenOpens(gate, bytes, start, end);
    case 'name':
      return nameOpens(gate, bytes, start, end);
    case 'assignment':
      return assignmentOpens(bytes, start, end, gate.name);
  }
}

function tokenOpens(gate: TokenGate, bytes: Uint8Array, start: number, end: number): boolean {
  const { startsWithKeyword, maxLength, before, set, least, needed } = gate;
  if (isRepetition(bytes, start, end)) return false;
  if (startsWithKeyword && isInsideWord(bytes[start], bytes[start - 1], bytes[start - 2], bytes[start - 3]))
    return false;
  const mostEnd = Math.min(bytes.length, (startsWithKeyword ? start : end) + maxLength);
  let to = start;
  while (to < mostEnd && set[bytes[to] as number] === 1) to++;
  if (to < end) return false;
  const mostStart = startsWithKeyword ? start : Math.max(0, start - before);
  let from = start;
  while (from > mostStart && set[bytes[from - 1] as number] === 1) from--;
  return to - from >= least && needed.every((one) => hasOne(bytes, from, to, one));
}

/**
 * Whether a keyword is in a run of one letter that began three before it. A match that begins further in is cut off by the
 * letters in front of it; one that begins earlier has the keyword at the beginning of the run in it, too.
 */
function isRepetition(bytes: Uint8Array, start: number, end: number): boolean {
  const byte = bytes[start];
  for (let index = start - 3; index < end; index++) if (bytes[index] !== byte) return false;
  return isWordByte(byte);
}

function hasOne(bytes: Uint8Array, from: number, to: number, set: Uint8Array): boolean {
  for (let index = from; index < to; index++) if (set[bytes[index] as number] === 1) return true;
  return false;
}

function nameOpens({ set, least, reach }: NameGate, bytes: Uint8Array, start: number, end: number): boolean {
  // The middle of a word, or a number behind it: no name that stands alone.
  if (isLetter(bytes[start - 1]) && !(isLower(bytes[start - 1]) && !isLower(bytes[start]))) return false;
  const next = bytes[end] as number;
  if (next >= 48 && next <= 57) return false;
  const most = Math.min(bytes.length, end + reach);
  for (let index = end, run = 0; index < most; index++) {
    if (set[bytes[index] as number] !== 1) run = 0;
    else if (++run >= least) return true;
  }
  return false;
}

function runOf(node: PatternNode): Run {
  const set = new Uint8Array(256);
  addBytes(node, set);
  const items = node.type === 'sequence' ? node.items : [node];
  const needed = items.flatMap((item) => (item.type === 'chars' && count(item.set) <= 2 ? [item.set] : []));
  return { set, least: lengths(node).min, needed };
}

/** All bytes that a match can have; what only looks ahead has none in it. */
function addBytes(node: PatternNode, set: Uint8Array): void {
  switch (node.type) {
    case 'chars':
      for (let byte = 0; byte < 256; byte++) if (node.set[byte] === 1) set[byte] = 1;
      break;
    case 'sequence':
      for (const item of node.items) addBytes(item, set);
      break;
    case 'choice':
      for (const option of node.options) addBytes(option, set);
      break;
    case 'repeat':
      addBytes(node.node, set);
      break;
    case 'ahead':
      break;
  }
}

function count(set: Uint8Array): number {
  return set.reduce((sum, flag) => sum + flag, 0);
}
