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
import { type NameKind, nameKind, whyNoSecret } from './generic.ts';
import { isPlaceholder } from './placeholder.ts';
import type { ContextRule, Rule, TokenRule } from './rule.ts';
import type { RuleApplies } from './rule-files.ts';
import type { KeywordPlan, RuleSet } from './rule-set.ts';
import type { TraceReason } from './trace.ts';
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
  /** Is told what a rule looked at in vain; absent unless somebody asked. */
  trace?(rule: Rule, reason: TraceReason, start: number, end: number): undefined;
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
  const end = start + plan.length;
  for (const rule of plan.tokens) {
    if (!isForFile(view, rule, start, end)) continue;
    for (const span of tokenSpans(view, rule, start, end)) {
      // A beginning that is not distinctive turns up in everything that is encoded.
      if (rule.openings.length === 0 && isInsideBlob(view.text, span.start, span.end))
        view.trace?.(rule, 'inside-blob', span.start, span.end);
      else add(found, confirm(view, rule, span));
    }
  }
  for (const rule of plan.contexts)
    if (isForFile(view, rule, start, end)) add(found, contextCandidate(view, rule, start, end));
  for (const rule of plan.extracts) {
    if (!isForFile(view, rule, start, end)) continue;
    const parts = EXTRACTORS[rule.extract](view.text, start);
    if (parts.length === 0) view.trace?.(rule, 'no-match', start, end);
    for (const part of parts)
      found.push({ rule, vendor: rule.vendor, confidence: part.decoded.confidence ?? rule.confidence, ...part });
  }
  if (plan.assignments.size > 0) add(found, assignmentCandidate(view, plan, start));
  return found;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function isForFile(view: TextView, rule: Rule, start: number, end: number): boolean {
  if (view.applies(rule)) return true;
  view.trace?.(rule, 'not-in-these-files', start, end);
  return false;
}

function add(found: Candidate[], candidate: Candidate | undefined): void {
  if (candidate !== undefined) found.push(candidate);
}

/** Matches of a rule that hold the keyword. The edges are checked here: a pattern knows no look-behind. */
function tokenSpans(view: TextView, rule: TokenRule, keywordStart: number, keywordEnd: number): readonly Span[] {
  const { text } = view;
  const { pattern } = rule;
  const spans: Span[] = [];
  let tried = false;
  const take = (match: RegExpExecArray, offset: number): void => {
    tried = true;
    const start = offset + match.index;
    const cut = whyCut(text, rule, start, start + match[0].length);
    if (cut === undefined) spans.push(secretSpan(match, offset));
    else view.trace?.(rule, cut, start, start + match[0].length);
  };
  if (rule.startsWithKeyword) {
    pattern.lastIndex = keywordStart;
    const match = pattern.exec(text);
    if (match !== null) take(match, 0);
  } else {
    const from = Math.max(0, keywordStart - rule.before);
    // A pattern may look ahead a little beyond its match.
    const window = text.slice(from, keywordEnd + rule.maxLength + 16);
    pattern.lastIndex = 0;
    for (let match = pattern.exec(window); match !== null; match = pattern.exec(window)) {
      const start = from + match.index;
      if (start > keywordStart) break;
      if (start + match[0].length >= keywordEnd) take(match, from);
    }
  }
  if (!tried) view.trace?.(rule, 'no-match', keywordStart, keywordEnd);
  return spans;
}

function secretSpan(match: RegExpExecArray, offset: number): Span {
  const [start, end] = match.indices?.groups?.secret ?? [match.index, match.index + match[0].length];
  return { start: offset + start, end: offset + end };
}

/** The name of a file with a hash in it, as bundlers make them. */
const FILE_NAME = /^\.(?:png|jpe?g|gif|svg|ico|js|mjs|css|html?|json|map|woff2?|ts)\b/;

/** Why a match is just a part of something longer, if it is. An escaped line end before it, or a percent escape, is no word. */
function whyCut(text: string, rule: TokenRule, start: number, end: number): TraceReason | undefined {
  if (isWord(text.charCodeAt(start)) && isWord(text.charCodeAt(start - 1))) {
    const escaped = text.charCodeAt(start - 2) === 92 || text.charCodeAt(start - 3) === 37;
    if (!escaped) return 'part-of-longer';
  }
  if (FILE_NAME.test(text.slice(end, end + 8))) return 'file-name';
  const next = text.charCodeAt(end);
  const goesOn = rule.continues[next] === 1 || (isWord(text.charCodeAt(end - 1)) && isWord(next));
  return goesOn ? 'part-of-longer' : undefined;
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
  const drop = (reason: TraceReason, start: number, end: number): undefined => view.trace?.(rule, reason, start, end);
  if (!isNameAlone(text, nameStart, nameEnd)) return drop('name-in-word', nameStart, nameEnd);
  const window = text.slice(nameEnd, nameEnd + CONTEXT_REACH + rule.maxLength + 1);
  rule.pattern.lastIndex = 0;
  for (let match = rule.pattern.exec(window); match !== null; match = rule.pattern.exec(window)) {
    if (match.index > CONTEXT_REACH) break;
    const start = nameEnd + match.index;
    const end = start + match[0].length;
    const between = window.slice(0, match.index);
    const before = /[\w.-]*$/.exec(text.slice(Math.max(0, nameStart - 24), nameStart))?.[0] ?? '';
    if (between.split('\n').length > 3) break;
    if (DIGEST_WORD.test(`${before} ${between}`)) return drop('digest-context', start, end);
    const why = whyNoCredential(rule, `${before} ${between}`, between, match[0], text.slice(end, end + 12));
    if (why !== undefined) {
      drop(why, start, end);
      continue;
    }
    const candidate = confirm(view, rule, { start, end });
    if (candidate === undefined) continue;
    return rule.nameIsVendor ? { ...candidate, vendor: vendorNamed(text.slice(nameStart, nameEnd)) } : candidate;
  }
  return drop('no-value', nameStart, nameEnd);
}

/** Why what follows a vendor's name is no credential of it, if it is none. */
function whyNoCredential(
  rule: ContextRule,
  around: string,
  between: string,
  value: string,
  rest: string,
): TraceReason | undefined {
  if (between === '' || !CONTEXT_WORD.test(around) || (rule.close && !saysCredential(between)))
    return 'no-credential-word';
  if (looksTyped(value)) return 'words';
  if (FILE_NAME.test(rest)) return 'file-name';
  return ASSIGNED.test(rest) ? 'is-a-name' : undefined;
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
  const companions = rule.companions.length === 0 ? NO_FACTS : findCompanions(view.text, rule.companions, start, end);
  if (companions === undefined) return drop('no-companion');
  const wrongSum = rule.checksum !== undefined && !CHECKSUMS[rule.checksum](value);
  if (wrongSum) drop('wrong-checksum');
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

/** What a secret does not have of the length and the characters that its rule asks for. */
function whyOddShape({ alphabet, length }: Rule, secret: string): TraceReason | undefined {
  if (length !== undefined && (secret.length < length[0] || secret.length > length[1])) return 'wrong-size';
  return alphabet === undefined || ALPHABETS[alphabet].test(secret) ? undefined : 'wrong-alphabet';
}

function assignmentCandidate(view: TextView, plan: KeywordPlan, start: number): Candidate | undefined {
  const drop = (reason: TraceReason, from: number, to: number): undefined => {
    if (view.trace !== undefined) for (const rule of plan.assignments.values()) view.trace(rule, reason, from, to);
  };
  const assignment = readAssignment(view.text, start, start + plan.length);
  if (assignment === undefined) return drop('no-assignment', start, start + plan.length);
  const { valueStart: from, valueEnd: end } = assignment;
  const kind = nameKind(assignment.name);
  if (kind === undefined) return drop('other-name', from, end);
  const rule = plan.assignments.get(kind === 'password' ? 'password' : 'token');
  if (rule === undefined || !isForFile(view, rule, from, end)) return undefined;
  const value = view.text.slice(from, end);
  const why = whyNoSecret(assignment, kind, value) ?? whyOtherForm(view.rules, assignment.name, kind, value);
  if (why !== undefined) return view.trace?.(rule, why, from, end);
  return { rule, vendor: rule.vendor, confidence: rule.confidence, start: from, end, decoded: {} };
}

/** A value that says by its beginning, or whose name says, what form it would have to have: and it has another. */
function whyOtherForm(
  { openings, completeFor }: RuleSet,
  name: string,
  kind: NameKind,
  value: string,
): TraceReason | undefined {
  if (kind === 'password') return undefined;
  const begin = value.toLowerCase();
  if (openings.some((opening) => begin.startsWith(opening))) return 'other-form';
  const plain = name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  return completeFor.some((vendor) => plain.includes(vendor)) ? 'other-form' : undefined;
}
