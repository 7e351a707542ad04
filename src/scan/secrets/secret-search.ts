import { SecretValue } from '../../model/secret-value.ts';
import { type AllowComment, type PlacedComment, partByComments, readAllowComment } from './allow-comment.ts';
import type { Candidate, TextView } from './candidate.ts';
import { candidatesAt } from './candidates-at.ts';
import { LONGEST_MATCH } from './compile-rule.ts';
import { Effort } from './effort.ts';
import { DEEPEST_ENCODING, DecodingBudget } from './encodings/decoding-budget.ts';
import { EncodedTexts, type EscapePlace } from './encodings/encoded-texts.ts';
import type { FoundSecret } from './found-secret.ts';
import type { ItemAt } from './items/item-at.ts';
import { NearMatches } from './near-matches.ts';
import { type Located, overlapped, type Placed, withFactsOfContainers, withoutOverlaps } from './overlaps.ts';
import { linesBetween, PositionTracker, unitsOfLine } from './position-tracker.ts';
import type { Rule } from './rule.ts';
import { type RuleApplies, rulesFor } from './rule-files.ts';
import type { RuleSet } from './rule-set.ts';
import type { Trace, TraceReason } from './trace.ts';
import { type TraceDetail, TraceRecorder } from './trace-recorder.ts';

/** What is kept of the text before and behind the place that is looked at, so that no window is cut at the edge of a piece. */
const BEHIND = LONGEST_MATCH;
const AHEAD = LONGEST_MATCH + 4_096;
/** Bytes of a large text that are looked at in one go. */
const PIECE = 128 * 1024;
/** A file with more is no source of secrets but a collection of samples, or made to fill our memory. */
const MOST_PER_FILE = 10_000;
/** What it costs to look at a keyword, and to judge what stands there, beside what is far from it. */
const KEYWORD_STEPS = 100;
const CANDIDATE_STEPS = 2_000;

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
  /** Is asked when there is a secret: what tells in which message or issue a place is, where the file is an export of such. */
  readonly items?: () => ItemAt | undefined;
  /** Is told of everything that was considered. Nothing is paid for it when it is absent. */
  readonly trace?: Trace;
}

export interface SearchResult {
  /** In the order of the text. */
  readonly secrets: readonly FoundSecret[];
  /** There are more than are meant to be in one file; the first ones are here. */
  readonly truncated: boolean;
  /** Something that is written in another form was left as it stands, because there was too much of it. */
  readonly notDecoded: boolean;
  /** Places are so many, or so laborious, that not all were looked at. */
  readonly notLookedAt: boolean;
  /** Some secrets are told without their message or issue, for the same reason. */
  readonly notInItems: boolean;
  /** How much was looked at around keywords and secrets, see `Effort`. */
  readonly steps: number;
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
  if (bytes.length <= PIECE) return new SecretSearch(options, bytes).end();
  // A text is made of what is looked at: of all of a large file that would be large, too.
  const search = new SecretSearch(options);
  for (let start = 0; start < bytes.length; start += PIECE) search.push(bytes.subarray(start, start + PIECE));
  return search.end();
}

/** How often what is searched was decoded, and what may still be. */
interface Nesting {
  readonly depth: number;
  readonly budget: DecodingBudget;
  readonly effort: Effort;
  /** Of decoded text, when somebody asked: is told what a rule looked at in vain. */
  readonly note?: Note;
}

type Note = (rule: Rule, reason: TraceReason, from: number, to: number, detail: TraceDetail) => void;

class SecretSearch {
  readonly #options: SearchOptions;
  readonly #nesting: Nesting;
  readonly #encoded: EncodedTexts;
  readonly #itemEffort = new Effort();
  #itemAt: ItemAt | undefined;
  #itemsKnown = false;
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
  /** The same as text, once it is needed. */
  #text: string | undefined;
  /** Where pieces are put together. */
  #room: Buffer = Buffer.alloc(0);
  /** Keywords that end up to here were looked at. */
  #done = 0;

  /** @param bytes - the text, or its first piece. */
  constructor(
    options: SearchOptions,
    bytes: Uint8Array = Buffer.alloc(0),
    nesting: Nesting = { depth: 0, budget: new DecodingBudget(), effort: new Effort() },
  ) {
    this.#nesting = nesting;
    this.#encoded = new EncodedTexts(nesting.budget);
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#options = options;
    this.#applies = rulesFor(options.path);
    this.#recorder = options.trace === undefined ? undefined : new TraceRecorder(options.trace);
  }

  push(piece: Uint8Array): void {
    this.#append(piece);
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

  /** Puts a piece behind what is at hand, in memory that all pieces of the text share. */
  #append(piece: Uint8Array): void {
    const kept = this.#bytes;
    const length = kept.length + piece.length;
    if (length > this.#room.length) this.#room = Buffer.allocUnsafeSlow(Math.max(length, BEHIND + PIECE + AHEAD));
    this.#room.set(kept);
    this.#room.set(piece, kept.length);
    this.#bytes = this.#room.subarray(0, length);
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
      notDecoded: this.#nesting.budget.spent,
      notLookedAt: this.#nesting.effort.isExhausted,
      notInItems: this.#itemEffort.isExhausted,
      steps: this.#nesting.effort.spent + this.#itemEffort.spent,
      idleComments: this.#comments.filter((comment) => !used.has(comment)),
    };
  }

  #look(limit: number): void {
    const options = this.#options;
    const { rules } = options;
    const { depth, effort } = this.#nesting;
    if (depth === 0) {
      effort.grow(limit - this.#done);
      this.#itemEffort.grow(limit - this.#done);
    }
    const start = this.#start;
    const bytes = this.#bytes;
    this.#text = undefined;
    const trace: TextView['trace'] = this.#isTraced ? (...noted) => this.#note(...noted) : undefined;
    // Nearly all files are done with before a text is made of them.
    let made: TextView | undefined;
    const view = (): TextView => ({
      text: this.#textAtHand(),
      rules,
      get now() {
        return options.now;
      },
      effort,
      without: new Map(),
      near: new NearMatches(effort),
      applies: this.#applies,
      ...(trace === undefined ? {} : { trace }),
    });
    const from = Math.max(0, this.#done - start - rules.longestKeyword);
    const escapes: EscapePlace[] = [];
    // Whoever asks why wants to be told of everything that was looked at.
    const part = { from, to: limit - start, gated: trace === undefined };
    rules.keywords.search(bytes, part, (keyword, end) => {
      const plan = rules.plans[keyword];
      if (plan === undefined || start + end <= this.#done) return;
      const at = end - plan.length;
      const form = rules.escapes[keyword];
      if (form !== undefined) {
        if (form.tells(bytes, at)) escapes.push({ form, at });
        return;
      }
      // Whoever has so many is told so, and gets no more of them.
      if (this.#truncated || !effort.spend(KEYWORD_STEPS)) return;
      made ??= view();
      if (keyword === rules.allowKeyword) this.#remark(at, made.text);
      for (const candidate of candidatesAt(made, plan, at)) this.#place(candidate);
    });
    if (depth < DEEPEST_ENCODING) this.#lookInside(limit, escapes);
    this.#done = limit;
  }

  /** Searches what is written in another form. What is found there stands where the form of it stands. */
  #lookInside(limit: number, escapes: readonly EscapePlace[]): void {
    const { depth, budget, effort } = this.#nesting;
    const offset = this.#start;
    if (depth === 0) budget.grow(limit - this.#done);
    const part = { bytes: this.#bytes, offset, from: Math.max(0, this.#done - offset), to: limit - offset, escapes };
    this.#encoded.find(part, (decoded) => {
      const { bytes, encoding, spanOf } = decoded;
      const { trace: _, items: __, ...options } = this.#options;
      const note: Note = (rule, reason, from, to, { encoding: inner, ...detail }) => {
        const { start, end } = spanOf(from, to);
        this.#note(rule, reason, start, end, { ...detail, encoding: nested(encoding, inner) });
      };
      const nesting = { depth: depth + 1, budget, effort, ...(this.#isTraced ? { note } : {}) };
      const inside = new SecretSearch({ ...options, honourComments: false }, bytes, nesting);
      for (const { candidate, value, start, end, within, encoding: inner } of inside.#surest()) {
        const { span: ___, idAt: ____, ...known } = candidate.decoded;
        const piece = within ?? (decoded.vague === true ? decoded : undefined);
        this.#place(
          { ...candidate, ...spanOf(start, end), decoded: { ...known, canonical: known.canonical ?? value } },
          { encoding: nested(encoding, inner), ...(piece === undefined ? {} : { within: piece }) },
        );
      }
      if (inside.#truncated) this.#truncated = true;
    });
  }

  /** What is found in a text that is at hand as a whole. */
  #surest(): readonly Located[] {
    const end = this.#bytes.length;
    this.#look(end);
    if (this.#pending.length > 0) this.#locate(end);
    const surest = withoutOverlaps(this.#located);
    if (this.#isTraced) {
      for (const { start, end, candidate, by } of overlapped(this.#located, surest))
        this.#note(candidate.rule, 'overlapped-by', start, end, { by });
    }
    return withFactsOfContainers(surest, this.#located);
  }

  get #isTraced(): boolean {
    return this.#recorder !== undefined || this.#nesting.note !== undefined;
  }

  #note(rule: Rule, reason: TraceReason, from: number, to: number, detail: TraceDetail = {}): undefined {
    this.#nesting.note?.(rule, reason, from, to, detail);
    this.#recorder?.note(rule, reason, { from, to, bytes: this.#bytes, start: this.#start }, detail);
  }

  #remark(at: number, text: string): void {
    if (!this.#options.honourComments || this.#pending.length + this.#comments.length >= MOST_PER_FILE) return;
    const comment = readAllowComment(text, at);
    if (comment !== undefined) this.#pending.push({ comment, start: this.#start + at });
  }

  #textAtHand(): string {
    this.#text ??= this.#bytes.toString('latin1');
    return this.#text;
  }

  #itemOf(at: number): string | undefined {
    if (!this.#itemsKnown) {
      this.#itemsKnown = true;
      this.#itemAt = this.#options.items?.();
    }
    return this.#itemAt?.(this.#textAtHand(), at, this.#itemEffort);
  }

  #place(candidate: Candidate, inside: Pick<Placed, 'within' | 'encoding'> = {}): void {
    const { rule, start, end } = candidate;
    this.#nesting.effort.spend(CANDIDATE_STEPS);
    if (this.#pending.length + this.#located.length >= MOST_PER_FILE) {
      this.#truncated = true;
      this.#note(rule, 'too-many', start, end);
      return;
    }
    const item = this.#itemOf(start);
    this.#pending.push({
      candidate,
      ...(item === undefined ? {} : { item }),
      ...inside,
      start: this.#start + candidate.start,
      end: this.#start + candidate.end,
      units: unitsOfLine(this.#bytes, candidate.start, candidate.end),
      value: this.#bytes.toString('latin1', candidate.start, candidate.end),
      idLines: linesBetween(this.#bytes, candidate.start, candidate.decoded.idAt ?? candidate.start),
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

/** What became of everything that a rule confirmed. */
function tellOutcome(
  placed: readonly Located[],
  outcome: { readonly kept: readonly Located[]; readonly suppressed: readonly Located[] },
  trace: Trace,
): void {
  const { kept, suppressed } = outcome;
  for (const one of kept) trace({ ...traced(one), reason: 'kept' });
  for (const one of suppressed) trace({ ...traced(one), reason: 'allowed-by-comment' });
  for (const one of overlapped(placed, [...kept, ...suppressed]))
    trace({ ...traced(one), reason: 'overlapped-by', by: one.by });
}

function traced({ line, column, units, idLines, candidate, encoding }: Located) {
  const place = { rule: candidate.rule.id, line, column, endColumn: column + units, ...idLine(line, idLines) };
  return encoding === undefined ? place : { ...place, encoding };
}

function idLine(line: number, further: number): { readonly idLine?: number } {
  return further === 0 ? {} : { idLine: line + further };
}

/** The encodings from the outside in. */
function nested(encoding: string, inner: string | undefined): string {
  return inner === undefined ? encoding : `${encoding}>${inner}`;
}

function describe({ candidate, value, line, column, units, idLines, item, encoding }: Located): FoundSecret {
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
    ...idLine(line, idLines),
    ...(prefix !== undefined && decoded.span === undefined && value.startsWith(prefix)
      ? { hint: `${prefix}…${value.slice(-4)}` }
      : {}),
    ...(decoded.credentialNativeId === undefined ? {} : { credentialNativeId: decoded.credentialNativeId }),
    ...(decoded.facts === undefined ? {} : { facts: decoded.facts }),
    ...(item === undefined ? {} : { item }),
    ...(encoding === undefined ? {} : { encoding }),
  };
}
