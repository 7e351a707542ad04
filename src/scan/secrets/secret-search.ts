import { SecretValue } from '../../model/secret-value.ts';
import type { SecretConfidence } from '../../model/static-secret.ts';
import { type Candidate, candidatesAt, type TextView } from './candidate.ts';
import { LONGEST_MATCH } from './compile-rule.ts';
import type { FoundSecret } from './found-secret.ts';
import { PositionTracker, unitsOfLine } from './position-tracker.ts';
import type { Rule } from './rule.ts';
import { type RuleApplies, rulesFor } from './rule-files.ts';
import type { RuleSet } from './rule-set.ts';
import type { Trace, TraceReason } from './trace.ts';
import { TraceRecorder } from './trace-recorder.ts';

/** What is kept of the text before and behind the place that is looked at, so that no window is cut at the edge of a piece. */
const BEHIND = LONGEST_MATCH;
const AHEAD = LONGEST_MATCH + 4_096;
/** A file with more is no source of secrets but a collection of samples, or made to fill our memory. */
const MOST_PER_FILE = 10_000;

const RANK: Readonly<Record<SecretConfidence, number>> = { structured: 0, contextual: 1, generic: 2 };

/** A candidate with its place in the whole text. */
interface Placed {
  readonly candidate: Candidate;
  readonly start: number;
  readonly end: number;
  /** UTF-16 units on its first line. */
  readonly units: number;
  readonly value: string;
}

export interface SearchOptions {
  readonly rules: RuleSet;
  readonly now: Date;
  /** Of the file that the text is of: some rules are for certain files only. */
  readonly path?: string;
  /** Whether a comment `lapse:allow <reason>` on its line suppresses a secret. */
  readonly honourComments: boolean;
  /** Is told of everything that was considered. Nothing is paid for it when it is absent. */
  readonly trace?: Trace;
}

export interface SearchResult {
  /** In the order of the text. */
  readonly secrets: readonly FoundSecret[];
  /** There are more than are meant to be in one file; the first ones are here. */
  readonly truncated: boolean;
}

/** Finds the secrets in UTF-8 text that comes in pieces. Where several rules see the same text, the surest one has it. */
export async function findSecrets(pieces: AsyncIterable<Uint8Array>, options: SearchOptions): Promise<SearchResult> {
  const search = new SecretSearch(options);
  for await (const piece of pieces) search.push(piece);
  return search.end();
}

/** As `findSecrets`, for text that is at hand. */
export function findSecretsIn(bytes: Uint8Array, options: SearchOptions): SearchResult {
  const search = new SecretSearch(options);
  search.push(bytes);
  return search.end();
}

class SecretSearch {
  readonly #options: SearchOptions;
  readonly #applies: RuleApplies;
  readonly #positions = new PositionTracker();
  readonly #recorder: TraceRecorder | undefined;
  /** Those whose line and column are still to be counted; counting goes forward only. */
  #pending: Placed[] = [];
  readonly #located: Located[] = [];
  #truncated = false;
  /** What is at hand of the text, and where it begins in the whole. */
  #bytes: Buffer = Buffer.alloc(0);
  #start = 0;
  /** Keywords that end up to here were looked at. */
  #done = 0;

  constructor(options: SearchOptions) {
    this.#options = options;
    this.#applies = rulesFor(options.path);
    this.#recorder = options.trace === undefined ? undefined : new TraceRecorder(options.trace);
  }

  push(piece: Uint8Array): void {
    const more = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    this.#bytes = this.#bytes.length === 0 ? more : Buffer.concat([this.#bytes, more]);
    const limit = this.#start + this.#bytes.length - AHEAD;
    // Small pieces are gathered: each look has a fixed cost.
    if (limit - this.#done < AHEAD) return;
    this.#look(limit);
    const keep = Math.max(this.#start, this.#done - BEHIND);
    this.#locate(keep);
    this.#recorder?.tell(keep, this.#bytes, this.#start);
    this.#bytes = this.#bytes.subarray(keep - this.#start);
    this.#start = keep;
  }

  end(): SearchResult {
    const end = this.#start + this.#bytes.length;
    this.#look(end);
    if (this.#pending.length > 0) this.#locate(end);
    this.#recorder?.tell(end, this.#bytes, this.#start);
    return { secrets: withoutOverlaps(this.#located, this.#options.trace).map(describe), truncated: this.#truncated };
  }

  #look(limit: number): void {
    const { rules, now } = this.#options;
    const start = this.#start;
    const trace: TextView['trace'] = this.#recorder && this.#note.bind(this);
    const text = this.#bytes.toString('latin1');
    const view: TextView = { text, rules, now, applies: this.#applies, ...(trace === undefined ? {} : { trace }) };
    const from = Math.max(0, this.#done - start - rules.longestKeyword);
    rules.automaton.search(this.#bytes, from, limit - start, (keyword, end) => {
      const plan = rules.plans[keyword];
      if (plan === undefined || start + end <= this.#done) return;
      for (const candidate of candidatesAt(view, plan, end - plan.length)) this.#place(candidate, view.text);
    });
    this.#done = limit;
  }

  #note(rule: Rule, reason: TraceReason, from: number, to: number): undefined {
    this.#recorder?.note(rule, reason, { from, to, bytes: this.#bytes, start: this.#start });
  }

  #place(candidate: Candidate, text: string): void {
    const { rule, start, end } = candidate;
    if (this.#options.honourComments && isAllowed(text, start)) {
      this.#note(rule, 'allowed-by-comment', start, end);
      return;
    }
    if (this.#pending.length + this.#located.length >= MOST_PER_FILE) {
      this.#truncated = true;
      this.#note(rule, 'too-many', start, end);
      return;
    }
    this.#pending.push({
      candidate,
      start: this.#start + candidate.start,
      end: this.#start + candidate.end,
      units: unitsOfLine(this.#bytes, candidate.start, candidate.end),
      // Copied: a slice would keep the whole text alive.
      value: Buffer.from(text.slice(candidate.start, candidate.end), 'latin1').toString('latin1'),
    });
  }

  /** Counts lines and columns of all that begin before an offset. What comes later never begins before it. */
  #locate(before: number): void {
    const ready = this.#pending.filter((placed) => placed.start < before).sort((a, b) => a.start - b.start);
    this.#pending = this.#pending.filter((placed) => placed.start >= before);
    for (const placed of ready) {
      this.#located.push({ ...placed, ...this.#positions.at(placed.start, this.#bytes, this.#start) });
    }
    this.#positions.at(before, this.#bytes, this.#start);
  }
}

interface Located extends Placed {
  readonly line: number;
  readonly column: number;
}

/** `lapse:allow`, and behind it a reason: without one it would be a way to be rid of findings. */
const ALLOW = /lapse:allow[ \t:]{1,8}[^\n]{0,80}?[A-Za-z]{2}/;
const LONGEST_COMMENTED_LINE = 2_000;

function isAllowed(text: string, at: number): boolean {
  const lineEnd = text.indexOf('\n', at);
  const end = Math.min(lineEnd < 0 ? text.length : lineEnd, at + LONGEST_COMMENTED_LINE);
  const lineStart = Math.max(text.lastIndexOf('\n', at) + 1, at - LONGEST_COMMENTED_LINE);
  return ALLOW.test(text.slice(lineStart, end));
}

/** Of those that share text, the surest; of equally sure ones, that of the earlier rule. In the order of the text. */
function withoutOverlaps(placed: readonly Located[], trace: Trace | undefined): readonly Located[] {
  const byRank = [...placed].sort(
    (a, b) =>
      RANK[a.candidate.confidence] - RANK[b.candidate.confidence] ||
      a.candidate.rule.order - b.candidate.rule.order ||
      a.start - b.start,
  );
  const kept: Located[] = [];
  const taken = new Intervals();
  for (const one of byRank) if (taken.add(one.start, one.end)) kept.push(one);
  if (trace !== undefined) tellOverlaps(placed, kept, trace);
  return kept.sort((a, b) => a.start - b.start);
}

function tellOverlaps(placed: readonly Located[], kept: readonly Located[], trace: Trace): void {
  for (const one of placed) {
    const { line, column, units } = one;
    const place = { rule: one.candidate.rule.id, line, column, endColumn: column + units };
    const winner = kept.find((other) => other.start < one.end && other.end > one.start);
    const isSame = winner?.candidate.rule === one.candidate.rule && winner.start === one.start;
    if (winner === one) trace({ ...place, reason: 'kept' });
    else if (winner !== undefined && !isSame)
      trace({ ...place, reason: 'overlapped-by', by: winner.candidate.rule.id });
  }
}

/** Intervals that do not touch each other, kept in order. */
class Intervals {
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];

  /** Adds an interval unless it overlaps one that is there. */
  add(start: number, end: number): boolean {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#starts[middle] as number) < start) low = middle + 1;
      else high = middle;
    }
    if ((this.#starts[low] ?? Number.POSITIVE_INFINITY) < end) return false;
    if ((this.#ends[low - 1] ?? 0) > start) return false;
    this.#starts.splice(low, 0, start);
    this.#ends.splice(low, 0, end);
    return true;
  }
}

function describe({ candidate, value, line, column, units }: Located): FoundSecret {
  const { rule, vendor, confidence, decoded } = candidate;
  const text = Buffer.from(decoded.canonical ?? value, 'latin1').toString('utf8');
  const prefix = rule.form === 'token' ? rule.prefix : undefined;
  return {
    rule,
    vendor,
    confidence,
    value: new SecretValue(text),
    line,
    column,
    endColumn: column + units,
    ...(prefix !== undefined && decoded.span === undefined && value.startsWith(prefix)
      ? { hint: `${prefix}…${value.slice(-4)}` }
      : {}),
    ...(decoded.credentialNativeId === undefined ? {} : { credentialNativeId: decoded.credentialNativeId }),
    ...(decoded.facts === undefined ? {} : { facts: decoded.facts }),
  };
}
