import { SecretValue } from '../../model/secret-value.ts';
import type { SecretConfidence } from '../../model/static-secret.ts';
import { type AllowComment, type PlacedComment, partByComments, readAllowComment } from './allow-comment.ts';
import type { Candidate, TextView } from './candidate.ts';
import { candidatesAt } from './candidates-at.ts';
import { LONGEST_MATCH } from './compile-rule.ts';
import { DEEPEST_ENCODING, DecodingBudget } from './encodings/decoding-budget.ts';
import { EncodedTexts, type EscapePlace } from './encodings/encoded-texts.ts';
import type { FoundSecret } from './found-secret.ts';
import type { ItemAt } from './items/item-at.ts';
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
  readonly item?: string;
}

/** A suppressing comment with its place in the whole text. */
interface Remark {
  readonly comment: AllowComment;
  readonly start: number;
}

export interface SearchOptions {
  readonly rules: RuleSet;
  readonly now: Date;
  /** Of the file that the text is of: some rules are for certain files only. */
  readonly path?: string;
  /** Whether a comment `lapse:allow <reason>` on its line, or `lapse:allow-next-line <reason>` above it, suppresses a secret. */
  readonly honourComments: boolean;
  /** Tells in which message or issue a place is, where the file is an export of such. */
  readonly itemAt?: ItemAt;
  /** Is told of everything that was considered. Nothing is paid for it when it is absent. */
  readonly trace?: Trace;
}

export interface SearchResult {
  /** In the order of the text. */
  readonly secrets: readonly FoundSecret[];
  /** There are more than are meant to be in one file; the first ones are here. */
  readonly truncated: boolean;
  /** Suppressing comments that suppress nothing, where comments are honoured. */
  readonly idleComments: readonly PlacedComment[];
}

/** Finds the secrets in UTF-8 text that comes in pieces. Where several rules see the same text, the surest one has it. */
export async function findSecrets(pieces: AsyncIterable<Uint8Array>, options: SearchOptions): Promise<SearchResult> {
  const search = new SecretSearch(options);
  for await (const piece of pieces) search.push(piece);
  return search.end();
}

/** As `findSecrets`, for text that is at hand. */
export function findSecretsIn(bytes: Uint8Array, options: SearchOptions): SearchResult {
  return new SecretSearch(options, bytes).end();
}

/** How often what is searched was decoded, and what may still be. */
interface Nesting {
  readonly depth: number;
  readonly budget: DecodingBudget;
}

class SecretSearch {
  readonly #options: SearchOptions;
  readonly #nesting: Nesting;
  readonly #encoded = new EncodedTexts();
  readonly #applies: RuleApplies;
  readonly #positions = new PositionTracker();
  readonly #recorder: TraceRecorder | undefined;
  /** Those whose line and column are still to be counted; counting goes forward only. */
  #pending: (Placed | Remark)[] = [];
  readonly #located: Located[] = [];
  readonly #comments: PlacedComment[] = [];
  #truncated = false;
  /** What is at hand of the text, and where it begins in the whole. */
  #bytes: Buffer;
  #start = 0;
  /** Keywords that end up to here were looked at. */
  #done = 0;

  /** @param bytes - the text, or its first piece. */
  constructor(
    options: SearchOptions,
    bytes: Uint8Array = Buffer.alloc(0),
    nesting: Nesting = { depth: 0, budget: new DecodingBudget() },
  ) {
    this.#nesting = nesting;
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
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
    const surest = withoutOverlaps(this.#located);
    const { kept, suppressed, used } = partByComments(surest, this.#comments);
    if (this.#options.trace !== undefined) tellOutcome(this.#located, { kept, suppressed }, this.#options.trace);
    return {
      secrets: withFactsOfContainers(kept, this.#located).map(describe),
      truncated: this.#truncated,
      idleComments: this.#comments.filter((comment) => !used.has(comment)),
    };
  }

  #look(limit: number): void {
    const { rules, now } = this.#options;
    const start = this.#start;
    const bytes = this.#bytes;
    const trace: TextView['trace'] = this.#recorder && this.#note.bind(this);
    // Nearly all files are done with before a text is made of them.
    let made: TextView | undefined;
    const view = (): TextView => {
      const text = bytes.toString('latin1');
      return { text, rules, now, applies: this.#applies, ...(trace === undefined ? {} : { trace }) };
    };
    const from = Math.max(0, this.#done - start - rules.longestKeyword);
    const escapes: EscapePlace[] = [];
    rules.automaton.search(bytes, from, limit - start, (keyword, end) => {
      const plan = rules.plans[keyword];
      if (plan === undefined || start + end <= this.#done) return;
      const at = end - plan.length;
      const form = rules.escapes[keyword];
      if (form !== undefined) {
        if (form.tells(bytes, at)) escapes.push({ form, at });
        return;
      }
      if (keyword !== rules.allowKeyword && trace === undefined && !plan.mayHold(bytes, at, end)) return;
      made ??= view();
      if (keyword === rules.allowKeyword) this.#remark(at, made.text);
      for (const candidate of candidatesAt(made, plan, at)) this.#place(candidate);
    });
    if (this.#nesting.depth < DEEPEST_ENCODING) this.#lookInside(limit, escapes);
    this.#done = limit;
  }

  /** Searches what is written in another form. What is found there stands where the form of it stands. */
  #lookInside(limit: number, escapes: readonly EscapePlace[]): void {
    const { depth, budget } = this.#nesting;
    const offset = this.#start;
    if (depth === 0) budget.grow(limit - this.#done);
    const part = { bytes: this.#bytes, offset, from: Math.max(0, this.#done - offset), to: limit - offset, escapes };
    this.#encoded.find(part, ({ bytes, encoding, spanOf }) => {
      if (!budget.take(bytes.length)) return;
      const { trace: _, itemAt: __, ...options } = this.#options;
      const inside = new SecretSearch({ ...options, honourComments: false }, bytes, { depth: depth + 1, budget });
      for (const { candidate, value, start, end } of inside.#surest()) {
        const { span: ___, ...decoded } = candidate.decoded;
        const inner = decoded.facts?.encoding;
        this.#place({
          ...candidate,
          ...spanOf(start, end),
          decoded: {
            ...decoded,
            canonical: decoded.canonical ?? value,
            facts: { ...decoded.facts, encoding: typeof inner === 'string' ? `${encoding}>${inner}` : encoding },
          },
        });
      }
    });
  }

  /** What is found in a text that is at hand as a whole. */
  #surest(): readonly Located[] {
    const end = this.#bytes.length;
    this.#look(end);
    if (this.#pending.length > 0) this.#locate(end);
    return withoutOverlaps(this.#located);
  }

  #note(rule: Rule, reason: TraceReason, from: number, to: number): undefined {
    this.#recorder?.note(rule, reason, { from, to, bytes: this.#bytes, start: this.#start });
  }

  #remark(at: number, text: string): void {
    if (!this.#options.honourComments || this.#pending.length + this.#comments.length >= MOST_PER_FILE) return;
    const comment = readAllowComment(text, at);
    if (comment !== undefined) this.#pending.push({ comment, start: this.#start + at });
  }

  #itemAt(at: number): string | undefined {
    const { itemAt } = this.#options;
    if (itemAt === undefined) return undefined;
    const from = Math.max(0, at - BEHIND);
    return itemAt(this.#bytes.toString('latin1', from, at + AHEAD), at - from);
  }

  #place(candidate: Candidate): void {
    const { rule, start, end } = candidate;
    if (this.#pending.length + this.#located.length >= MOST_PER_FILE) {
      this.#truncated = true;
      this.#note(rule, 'too-many', start, end);
      return;
    }
    const item = this.#itemAt(start);
    this.#pending.push({
      candidate,
      ...(item === undefined ? {} : { item }),
      start: this.#start + candidate.start,
      end: this.#start + candidate.end,
      units: unitsOfLine(this.#bytes, candidate.start, candidate.end),
      value: this.#bytes.toString('latin1', candidate.start, candidate.end),
    });
  }

  /** Counts lines and columns of all that begin before an offset. What comes later never begins before it. */
  #locate(before: number): void {
    const ready = this.#pending.filter((placed) => placed.start < before).sort((a, b) => a.start - b.start);
    this.#pending = this.#pending.filter((placed) => placed.start >= before);
    for (const placed of ready) {
      const position = this.#positions.at(placed.start, this.#bytes, this.#start);
      if ('comment' in placed) this.#comments.push({ ...placed.comment, start: placed.start, ...position });
      else this.#located.push({ ...placed, ...position });
    }
    this.#positions.at(before, this.#bytes, this.#start);
  }
}

interface Located extends Placed {
  readonly line: number;
  readonly column: number;
}

/** Of those that share text, the surest; of equally sure ones, that of the earlier rule. In the order of the text. */
function withoutOverlaps(placed: readonly Located[]): readonly Located[] {
  const byRank = [...placed].sort(
    (a, b) =>
      RANK[a.candidate.confidence] - RANK[b.candidate.confidence] ||
      // What shows itself whole is no part of something else: `api-<uuid>` within `px-api-<uuid>`.
      (a.candidate.confidence === 'structured' ? b.end - b.start - (a.end - a.start) : 0) ||
      (a.candidate.distance ?? 0) - (b.candidate.distance ?? 0) ||
      a.candidate.rule.order - b.candidate.rule.order ||
      a.start - b.start,
  );
  const kept: Located[] = [];
  const taken = new Intervals();
  for (const one of byRank) if (taken.add(one.start, one.end)) kept.push(one);
  return kept.sort((a, b) => a.start - b.start);
}

/**
 * A token of a known vendor in a larger thing is told as the vendor's; what the thing says of it is told with it: the server
 * of an agent, the resource of a state.
 */
function withFactsOfContainers(kept: readonly Located[], placed: readonly Located[]): readonly Located[] {
  const containers = placed.filter(
    ({ candidate }) => candidate.rule.form === 'extract' && candidate.decoded.facts !== undefined,
  );
  if (containers.length === 0) return kept;
  const told = new Map(containers.map(({ start, end, candidate }) => [`${start}-${end}`, candidate.decoded.facts]));
  return kept.map((one) => {
    const facts = told.get(`${one.start}-${one.end}`);
    if (facts === undefined) return one;
    const { candidate } = one;
    return {
      ...one,
      candidate: { ...candidate, decoded: { ...candidate.decoded, facts: { ...facts, ...candidate.decoded.facts } } },
    };
  });
}

/** What became of everything that a rule confirmed. */
function tellOutcome(
  placed: readonly Located[],
  outcome: { readonly kept: readonly Located[]; readonly suppressed: readonly Located[] },
  trace: Trace,
): void {
  const kept = new Set(outcome.kept);
  const suppressed = new Set(outcome.suppressed);
  const surest = [...kept, ...suppressed];
  for (const one of placed) {
    const { line, column, units, candidate } = one;
    const encoding = candidate.decoded.facts?.encoding;
    const place = {
      rule: candidate.rule.id,
      line,
      column,
      endColumn: column + units,
      ...(typeof encoding === 'string' ? { encoding } : {}),
    };
    const winner = surest.find((other) => other.start < one.end && other.end > one.start);
    const isTwin = winner?.candidate.rule === candidate.rule && winner.start === one.start;
    if (kept.has(one)) trace({ ...place, reason: 'kept' });
    else if (suppressed.has(one)) trace({ ...place, reason: 'allowed-by-comment' });
    else if (winner !== undefined && !isTwin)
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

function describe({ candidate, value, line, column, units, item }: Located): FoundSecret {
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
    ...(item === undefined ? {} : { item }),
  };
}
