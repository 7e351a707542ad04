import type { JsonObject } from '../../model/json.ts';
import type { SecretConfidence } from '../../model/static-secret.ts';
import { ALPHABETS } from './alphabets.ts';
import { CHECKSUMS } from './checksums.ts';
import { findCompanions } from './companions.ts';
import type { Decoded } from './decoder.ts';
import { DECODERS } from './decoders.ts';
import type { Effort } from './effort.ts';
import { entropy } from './entropy.ts';
import type { NearMatches } from './near-matches.ts';
import { isPlaceholder } from './placeholder.ts';
import type { Rule } from './rule.ts';
import type { RuleApplies } from './rule-files.ts';
import type { RuleSet } from './rule-set.ts';
import type { TraceReason } from './trace.ts';

/** What may be a secret: where it stands in the text at hand, and what is known of it. */
export interface Candidate {
  readonly rule: Rule;
  /** Whose it is: the rule's, or the name that stands beside it. */
  readonly vendor: string;
  readonly confidence: SecretConfidence;
  readonly start: number;
  readonly end: number;
  readonly decoded: Decoded;
  /** How far behind the name that says whose it is; 0 where the secret says so itself. */
  readonly distance?: number;
}

/** The text at hand: bytes seen as Latin-1, one unit per byte. */
export interface TextView {
  readonly text: string;
  readonly rules: RuleSet;
  readonly now: Date;
  /** Which rules are for the file that the text is of. */
  readonly applies: RuleApplies;
  /** Of rules whose matches begin before their keyword: a part of the text in which none begins, as far as was looked. */
  readonly without: Map<Rule, { readonly from: number; readonly to: number }>;
  /** What several secrets look for around themselves. */
  readonly near: NearMatches;
  /** Counts what is looked at around keywords. */
  readonly effort: Effort;
  /** Is told what a rule looked at in vain; absent unless somebody asked. */
  trace?(rule: Rule, reason: TraceReason, start: number, end: number): undefined;
}
/** Where a rule sees a secret. */
export interface Span {
  readonly start: number;
  readonly end: number;
  /** What the other named groups of the pattern matched. */
  readonly facts?: JsonObject;
}
/** Whether a rule is for the file that the text is of. */
export function isForFile(view: TextView, rule: Rule, start: number, end: number): boolean {
  if (view.applies(rule)) return true;
  view.trace?.(rule, 'not-in-these-files', start, end);
  return false;
}
/** The name of a file with a hash in it, as bundlers make them. */
export const FILE_NAME = /^\.(?:png|jpe?g|gif|svg|ico|js|mjs|css|html?|json|map|woff2?|ts)\b/;
/** Applies everything that a rule asks for beyond its pattern. */
export function confirm(view: TextView, rule: Rule, span: Span): Candidate | undefined {
  const value = view.text.slice(span.start, span.end);
  const drop = (reason: TraceReason): undefined => view.trace?.(rule, reason, span.start, span.end);
  const decoded: Decoded | undefined =
    rule.decode === undefined ? {} : DECODERS[rule.decode]({ ...view, value, ...span });
  if (decoded === undefined) return drop('not-decodable');
  if (rule.decode === undefined) {
    if (entropy(value) < rule.entropy) return drop('low-entropy');
    if (isPlaceholder(value)) return drop('placeholder');
  }
  const { start, end } = decoded.span ?? span;
  const odd = whyOddShape(rule, view.text.slice(start, end));
  if (odd !== undefined) return drop(odd);
  view.effort.spend(rule.companions.length * COMPANION_STEPS);
  const companions = rule.companions.length === 0 ? NO_FACTS : findCompanions(view.text, rule.companions, start, end);
  if (companions === undefined) return drop('no-companion');
  const wrongSum = rule.checksum !== undefined && !CHECKSUMS[rule.checksum](value);
  if (wrongSum) drop('wrong-checksum');
  const confidence = wrongSum ? 'generic' : (decoded.confidence ?? rule.confidence);
  const facts = {
    ...companions,
    ...span.facts,
    ...decoded.facts,
    ...(rule.checksum === undefined ? {} : { checksum_valid: !wrongSum }),
  };
  return {
    rule,
    vendor: rule.vendor,
    confidence,
    start,
    end,
    decoded: Object.keys(facts).length === 0 ? decoded : { ...decoded, facts },
  };
}

const NO_FACTS = {};
/** To look for a companion some lines around. */
const COMPANION_STEPS = 1_000;

/** What a secret does not have of the length and the characters that its rule asks for. */
function whyOddShape({ alphabet, length }: Rule, secret: string): TraceReason | undefined {
  if (length !== undefined && (secret.length < length[0] || secret.length > length[1])) return 'wrong-size';
  return alphabet === undefined || ALPHABETS[alphabet].test(secret) ? undefined : 'wrong-alphabet';
}
