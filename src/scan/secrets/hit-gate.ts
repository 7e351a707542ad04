import { assignmentGate } from './assignment-gate.ts';
import { CONTEXT_REACH } from './context-candidate.ts';
import { lengths } from './pattern-limits.ts';
import { type PatternNode, parsePattern } from './pattern-syntax.ts';
import type { ContextRule, TokenRule } from './rule.ts';
import type { KeywordPlan } from './rule-set.ts';
import { isInsideWord } from './word-edge.ts';

/**
 * Says of a keyword that stands at `start` whether any rule could make something of it: false only where none can. It looks
 * at a few bytes; most keywords in a program are words like any other, and are gone here before there is even a text.
 */
export type HitGate = (bytes: Uint8Array, start: number, end: number) => boolean;

/** Makes the gate of a keyword: it opens where the gate of one of its rules does. */
export function hitGate(plan: KeywordPlan): HitGate {
  // What an extractor looks for is its own business.
  if (plan.extracts.length > 0) return () => true;
  const gates = [
    ...plan.tokens.map(tokenGate),
    ...(plan.contexts.length > 0 ? [contextsGate(plan.contexts)] : []),
    ...(plan.assignments.size > 0 ? [assignmentGate(plan.keyword)] : []),
  ];
  const [only] = gates;
  if (gates.length === 1 && only !== undefined) return only;
  return (bytes, start, end) => gates.some((gate) => gate(bytes, start, end));
}

/** What every match of a pattern is: a run of so many of these bytes, with one of each of the `needed` sets among them. */
interface Run {
  readonly set: Uint8Array;
  readonly least: number;
  readonly needed: readonly Uint8Array[];
}

function tokenGate(rule: TokenRule): HitGate {
  const { set, least, needed } = runOf(parsePattern(rule.pattern.source, rule.pattern.ignoreCase));
  const { startsWithKeyword, before, maxLength } = rule;
  return (bytes, start, end) => {
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
  };
}

function hasOne(bytes: Uint8Array, from: number, to: number, set: Uint8Array): boolean {
  for (let index = from; index < to; index++) if (set[bytes[index] as number] === 1) return true;
  return false;
}

/** Around the pattern of a context rule, see `compileRule`. */
const CONTEXT_PATTERN = /^\(\?<!\[A-Za-z0-9_\]\)\(\?:(.*)\)\(\?!\[A-Za-z0-9_\]\|-\[A-Za-z0-9\]\)$/s;

function contextsGate(rules: readonly ContextRule[]): HitGate {
  const runs = rules.map(({ pattern }) => {
    const inner = CONTEXT_PATTERN.exec(pattern.source)?.[1];
    if (inner === undefined) throw new TypeError('a context rule has another pattern than compileRule makes');
    return runOf(parsePattern(inner, pattern.ignoreCase));
  });
  const set = new Uint8Array(256);
  for (const run of runs) for (let byte = 0; byte < 256; byte++) if (run.set[byte] === 1) set[byte] = 1;
  const least = Math.min(...runs.map((run) => run.least));
  const reach = CONTEXT_REACH + Math.max(...rules.map((rule) => rule.maxLength)) + 1;
  return (bytes, start, end) => {
    // The middle of a word, or a number behind it: no name that stands alone.
    if (start > 0 && isLetter(bytes[start - 1]) && !(isLower(bytes[start - 1]) && !isLower(bytes[start]))) return false;
    const next = bytes[end] as number;
    if (next >= 48 && next <= 57) return false;
    const most = Math.min(bytes.length, end + reach);
    for (let index = end, run = 0; index < most; index++) {
      if (set[bytes[index] as number] !== 1) run = 0;
      else if (++run >= least) return true;
    }
    return false;
  };
}

function isLetter(byte: number | undefined): boolean {
  return byte !== undefined && ((byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122));
}

function isLower(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 97 && byte <= 122;
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
