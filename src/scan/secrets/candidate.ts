import type { SecretConfidence } from '../../model/static-secret.ts';
import { ALPHABETS } from './alphabets.ts';
import { readAssignment } from './assignment.ts';
import { CHECKSUMS } from './checksums.ts';
import { findCompanions } from './companions.ts';
import type { Decoded } from './decoder.ts';
import { DECODERS } from './decoders.ts';
import { isInsideBlob } from './encoded-blob.ts';
import { entropy } from './entropy.ts';
import { EXTRACTORS } from './extractors.ts';
import { isSecretValue, nameKind } from './generic.ts';
import { isPlaceholder } from './placeholder.ts';
import type { ContextRule, Rule, TokenRule } from './rule.ts';
import type { RuleApplies } from './rule-files.ts';
import type { KeywordPlan, RuleSet } from './rule-set.ts';
import { wordShare, wordsOf } from './words.ts';

/** What may be a secret: where it stands in the text at hand, and what is known of it. */
export interface Candidate {
  readonly rule: Rule;
  /** Whose it is: the rule's, or the name that stands beside it. */
  readonly vendor: string;
  readonly confidence: SecretConfidence;
  readonly start: number;
  readonly end: number;
  readonly decoded: Decoded;
}

/** The text at hand: bytes seen as Latin-1, one unit per byte. */
export interface TextView {
  readonly text: string;
  readonly rules: RuleSet;
  readonly now: Date;
  /** Which rules are for the file that the text is of. */
  readonly applies: RuleApplies;
}

/** How far behind a vendor's name its credential may stand. */
const CONTEXT_REACH = 96;
/** What must stand between a vendor's name and the value, or in the name. */
const CONTEXT_WORD =
  /key|token|secret|passw|pwd|auth|access|private|api|cred|license|(?<![a-z])pat(?![a-z])|webhook|bearer|dsn/i;
/** What says that the value is a digest of something, not a credential. */
const DIGEST_WORD = /sha-?\d|md5|checksum|digest|integrity|commit|revision|hash|\bref\b|etag|fingerprint/i;

/** Everything that may be a secret because a keyword stands at `start`. */
export function candidatesAt(view: TextView, plan: KeywordPlan, start: number): readonly Candidate[] {
  const found: Candidate[] = [];
  for (const rule of plan.tokens) {
    if (!view.applies(rule)) continue;
    for (const span of tokenSpans(view.text, rule, start, start + plan.length)) {
      // A beginning that is not distinctive turns up in everything that is encoded.
      if (rule.openings.length === 0 && isInsideBlob(view.text, span.start, span.end)) continue;
      add(found, confirm(view, rule, span));
    }
  }
  for (const rule of plan.contexts)
    if (view.applies(rule)) add(found, contextCandidate(view, rule, start, start + plan.length));
  for (const rule of plan.extracts) {
    if (!view.applies(rule)) continue;
    for (const part of EXTRACTORS[rule.extract](view.text, start))
      found.push({ rule, vendor: rule.vendor, confidence: part.decoded.confidence ?? rule.confidence, ...part });
  }
  if (plan.assignments.size > 0) add(found, assignmentCandidate(view, plan, start));
  return found;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function add(found: Candidate[], candidate: Candidate | undefined): void {
  if (candidate !== undefined) found.push(candidate);
}

/** Matches of a rule that hold the keyword. The edges are checked here: a pattern knows no look-behind. */
function tokenSpans(text: string, rule: TokenRule, keywordStart: number, keywordEnd: number): readonly Span[] {
  const { pattern } = rule;
  if (rule.startsWithKeyword) {
    pattern.lastIndex = keywordStart;
    const match = pattern.exec(text);
    return match === null || !standsAlone(text, rule, match.index, pattern.lastIndex) ? [] : [secretSpan(match, 0)];
  }
  const from = Math.max(0, keywordStart - rule.before);
  // A pattern may look ahead a little beyond its match.
  const window = text.slice(from, keywordEnd + rule.maxLength + 16);
  const spans: Span[] = [];
  pattern.lastIndex = 0;
  for (let match = pattern.exec(window); match !== null; match = pattern.exec(window)) {
    const start = from + match.index;
    if (start > keywordStart) break;
    const end = start + match[0].length;
    if (end >= keywordEnd && standsAlone(text, rule, start, end)) spans.push(secretSpan(match, from));
  }
  return spans;
}

function secretSpan(match: RegExpExecArray, offset: number): Span {
  const [start, end] = match.indices?.groups?.secret ?? [match.index, match.index + match[0].length];
  return { start: offset + start, end: offset + end };
}

/** The name of a file with a hash in it, as bundlers make them. */
const FILE_NAME = /^\.(?:png|jpe?g|gif|svg|ico|js|mjs|css|html?|json|map|woff2?|ts)\b/;

/** Whether a match is not just a part of a longer word. An escaped line end before it, or a percent escape, is no word. */
function standsAlone(text: string, rule: TokenRule, start: number, end: number): boolean {
  if (isWord(text.charCodeAt(start)) && isWord(text.charCodeAt(start - 1))) {
    const escaped = text.charCodeAt(start - 2) === 92 || text.charCodeAt(start - 3) === 37;
    if (!escaped) return false;
  }
  if (FILE_NAME.test(text.slice(end, end + 8))) return false;
  const next = text.charCodeAt(end);
  return rule.continues[next] !== 1 && !(isWord(text.charCodeAt(end - 1)) && isWord(next));
}

function isWord(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95;
}

/** Whether a name stands for itself: at the beginning of a word, and not just a part of a longer one. */
function isNameAlone(text: string, start: number, end: number): boolean {
  const before = text.charAt(start - 1);
  if (/[a-z]/i.test(before) && !(/[a-z]/.test(before) && /[A-Z]/.test(text.charAt(start)))) return false;
  if (/[0-9]/.test(text.charAt(end))) return false;
  const rest = /^[A-Za-z]{0,12}/.exec(text.slice(end, end + 12))?.[0] ?? '';
  return rest === '' || (/^[A-Z]/.test(rest) && /[a-z]/.test(text.charAt(end - 1))) || NAME_TAIL.test(rest);
}

/** What follows a vendor's name without a separator, in one case: `MAPQUESTKEY`, `sendgridtoken`. */
const NAME_TAIL =
  /^(?:api|key|token|secret|access|auth|pass|pwd|private|client|app|user|account|admin|bot|web|hook|service|license|io|ai|hq|com|db|url)/i;

/** The first value of the rule's shape behind a vendor's name, if something between them says that it is a credential. */
function contextCandidate(
  view: TextView,
  rule: ContextRule,
  nameStart: number,
  nameEnd: number,
): Candidate | undefined {
  const { text } = view;
  if (!isNameAlone(text, nameStart, nameEnd)) return undefined;
  const window = text.slice(nameEnd, nameEnd + CONTEXT_REACH + rule.maxLength + 1);
  rule.pattern.lastIndex = 0;
  for (let match = rule.pattern.exec(window); match !== null; match = rule.pattern.exec(window)) {
    if (match.index > CONTEXT_REACH) return undefined;
    const between = window.slice(0, match.index);
    const before = /[\w.-]*$/.exec(text.slice(Math.max(0, nameStart - 24), nameStart))?.[0] ?? '';
    if (between.split('\n').length > 3 || DIGEST_WORD.test(`${before} ${between}`)) return undefined;
    const start = nameEnd + match.index;
    const end = start + match[0].length;
    const isCredential =
      match.index > 0 && CONTEXT_WORD.test(`${before} ${between}`) && (!rule.close || saysCredential(between));
    const rest = text.slice(end, end + 12);
    if (isCredential && !looksTyped(match[0]) && !FILE_NAME.test(rest) && !ASSIGNED.test(rest)) {
      const candidate = confirm(view, rule, { start, end });
      if (candidate === undefined) continue;
      return rule.nameIsVendor ? { ...candidate, vendor: vendorNamed(text.slice(nameStart, nameEnd)) } : candidate;
    }
  }
  return undefined;
}

/** A name as it stands in the text, in the form in which vendors are written: `HOME_ASSISTANT` is `home-assistant`. */
function vendorNamed(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
}

const CREDENTIAL_WORDS = new Set(
  'access account admin api apikey app auth authorization basic bearer bot client cred credential credentials default demo dev developer env export https id io is jwt key keys license live master my new oauth org pass password pat personal pro prod production pwd private project public read rest sandbox sdk secret secrettoken server service signing staging string test token tokens url user username v value var webhook write x'.split(
    ' ',
  ),
);

/** Whether everything between a name and a value is punctuation, or a word for a credential. */
function saysCredential(between: string): boolean {
  return (
    /^[\s\w"'`.:=>,()[\]{}/\\<!-]*$/.test(between) &&
    wordsOf(between).every((word) => CREDENTIAL_WORDS.has(word) || CREDENTIAL_RUN.test(word))
  );
}

/** Such words in one, as in `SECRETACCESSKEY`. */
const CREDENTIAL_RUN =
  /^(?:access|account|api|app|auth|client|cred|credential|id|key|keys|pass|password|private|secret|token|user)+$/;

/** Behind a name that is given a value: it is no value itself. */
const ASSIGNED = /^["'`]?[ \t]{0,3}[:=][ \t]{0,3}["'`\w]/;

/** What has no digit, or reads as words, was typed: a name, a path, a phrase. */
function looksTyped(value: string): boolean {
  return (!/[0-9]/.test(value) && value.length < 48) || wordShare(value) >= (value.length < 24 ? 0.85 : 0.6);
}

/** Applies everything that a rule asks for beyond its pattern. */
function confirm(view: TextView, rule: Rule, span: Span): Candidate | undefined {
  const value = view.text.slice(span.start, span.end);
  const decoded: Decoded | undefined =
    rule.decode === undefined ? {} : DECODERS[rule.decode]({ ...view, value, ...span });
  if (decoded === undefined) return undefined;
  if (rule.decode === undefined) {
    if (entropy(value) < rule.entropy || isPlaceholder(value)) return undefined;
  }
  const { start, end } = decoded.span ?? span;
  if (!hasShape(rule, view.text.slice(start, end))) return undefined;
  const companions = rule.companions.length === 0 ? NO_FACTS : findCompanions(view.text, rule.companions, start, end);
  if (companions === undefined) return undefined;
  const wrongSum = rule.checksum !== undefined && !CHECKSUMS[rule.checksum](value);
  const confidence = wrongSum ? 'generic' : (decoded.confidence ?? rule.confidence);
  const facts = {
    ...companions,
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

/** Whether a secret has the length and is made of the characters that its rule asks for. */
function hasShape({ alphabet, length }: Rule, secret: string): boolean {
  if (length !== undefined && (secret.length < length[0] || secret.length > length[1])) return false;
  return alphabet === undefined || ALPHABETS[alphabet].test(secret);
}

function assignmentCandidate(view: TextView, plan: KeywordPlan, start: number): Candidate | undefined {
  const assignment = readAssignment(view.text, start, start + plan.length);
  if (assignment === undefined) return undefined;
  const kind = nameKind(assignment.name);
  if (kind === undefined) return undefined;
  const rule = plan.assignments.get(kind === 'password' ? 'password' : 'token');
  const value = view.text.slice(assignment.valueStart, assignment.valueEnd);
  if (rule === undefined || !view.applies(rule) || !isSecretValue(assignment, kind, value)) return undefined;
  if (kind !== 'password' && hasKnownOtherForm(view.rules, assignment.name, value)) return undefined;
  const { valueStart: from, valueEnd: end } = assignment;
  return { rule, vendor: rule.vendor, confidence: rule.confidence, start: from, end, decoded: {} };
}

/** A value that says by its beginning, or whose name says, what form it would have to have: and it has another. */
function hasKnownOtherForm({ openings, completeFor }: RuleSet, name: string, value: string): boolean {
  const begin = value.toLowerCase();
  if (openings.some((opening) => begin.startsWith(opening))) return true;
  const plain = name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  return completeFor.some((vendor) => plain.includes(vendor));
}
