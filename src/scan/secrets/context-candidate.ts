import { type Candidate, confirm, FILE_NAME, type TextView } from './candidate.ts';
import type { ContextRule } from './rule.ts';
import type { TraceReason } from './trace.ts';
import { isPronounceable, wordShare, wordsOf } from './words.ts';

/** How far behind a vendor's name its credential may stand. */
export const CONTEXT_REACH = 96;
/** What must stand between a vendor's name and the value, or in the name. */
const CONTEXT_WORD =
  /key|token|secret|passw|pwd|auth|access|private|api|cred|license|(?<![a-z])pat(?![a-z])|webhook|bearer|dsn/i;
/** A name that says itself that a credential follows: `duo_skey`, `cc_test_reporter_id`. */
const CREDENTIAL_NAME = /(?:key|token|secret|password|_id|_pat)$/i;
/** What says that the value is a digest of something, not a credential. */
const DIGEST_WORD = /sha-?\d|md5|checksum|digest|integrity|commit|revision|hash|\bref\b|etag|fingerprint/i;
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
export function contextCandidate(
  view: TextView,
  rule: ContextRule,
  nameStart: number,
  nameEnd: number,
): Candidate | undefined {
  const { text } = view;
  const drop = (reason: TraceReason, start: number, end: number): undefined => view.trace?.(rule, reason, start, end);
  if (!isNameAlone(text, nameStart, nameEnd)) return drop('name-in-word', nameStart, nameEnd);
  const window = text.slice(nameEnd, nameEnd + CONTEXT_REACH + rule.maxLength + 1);
  // The words for a credential that are joined to the name are none of the value: `acmeSECRET-…`.
  rule.pattern.lastIndex = JOINED_WORDS.exec(window)?.[0].length ?? 0;
  for (let match = rule.pattern.exec(window); match !== null; match = rule.pattern.exec(window)) {
    if (match.index > CONTEXT_REACH) break;
    const start = nameEnd + match.index;
    const end = start + match[0].length;
    const between = window.slice(0, match.index);
    const before = /[\w.-]*$/.exec(text.slice(Math.max(0, nameStart - 24), nameStart))?.[0] ?? '';
    if (between.split('\n').length > 3) break;
    if (DIGEST_WORD.test(`${before} ${between}`)) return drop('digest-context', start, end);
    const around = `${before} ${CREDENTIAL_NAME.test(text.slice(nameStart, nameEnd)) ? 'key' : ''} ${between}`;
    const why = whyNoCredential(rule, around, between, match[0], text.slice(end, end + 12));
    if (why !== undefined) {
      drop(why, start, end);
      continue;
    }
    const candidate = confirm(view, rule, { start, end });
    if (candidate === undefined) continue;
    const vendor = rule.nameIsVendor ? vendorNamed(text.slice(nameStart, nameEnd)) : rule.vendor;
    return { ...candidate, vendor, distance: match.index };
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

const JOINED_WORDS =
  /^[_. -]{0,2}(?:(?:api|key|token|secret|private|access|auth|client|password|pass|pwd|app|id)[_. -]?){1,4}(?=[-_. ])/i;

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

/** Digits between letters, again and again: nobody types `q7xz4be9k`. */
const DRAWN = /[a-z][0-9]{1,4}(?=[a-z])/gi;

/** A number was typed, and what reads as words: a name, a path, a phrase. */
function looksTyped(value: string): boolean {
  if (/^[-+0-9.eE]+$/.test(value) && /[.eE]/.test(value)) return true;
  if (!/[0-9]/.test(value)) return isPronounceable(value.replaceAll(/[^A-Za-z]/g, '')) || wordShare(value) >= 0.4;
  const isOneWord = /^[A-Za-z0-9]+={0,2}$/.test(value);
  if ((value.match(DRAWN)?.length ?? 0) >= (isOneWord ? 2 : 3)) return false;
  return wordShare(value) >= (isOneWord || value.length < 24 ? 0.85 : 0.6);
}
