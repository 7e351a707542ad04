import { type NameKind, nameWords } from './assigned-name.ts';
import type { Assignment } from './assignment.ts';
import { entropy } from './entropy.ts';
import { isMask, isPlaceholder, isReference, isSequence } from './placeholder.ts';
import type { TraceReason } from './trace.ts';
import { wordShare } from './words.ts';

/** Why the value of an assignment does not look like a secret of the kind that its name promises, if it does not. */
export function whyNoSecret(assignment: Assignment, kind: NameKind, value: string): TraceReason | undefined {
  // What rules out most comes first: nearly every assignment of a program gives a name some code.
  if (value.length < 6 || value.length > 512) return 'wrong-size';
  if (kind === 'password' && isWordAsPassword(assignment, value)) return undefined;
  if (looksLikeCode(assignment, value)) return 'code';
  if (kind !== 'password' && !/[0-9]/.test(value)) return 'words';
  if (looksLikePlace(value)) return 'place';
  if (isPlaceholder(value)) return 'placeholder';
  if (assignment.operator === ' ' && !standsAsArgument(assignment, kind, value)) return 'not-an-argument';
  return kind === 'password' ? whyNoPassword(assignment, value) : whyNoToken(assignment, kind, value);
}

/** With only a space before it, a value must be an option's, or quoted, or look like nothing but a token. */
function standsAsArgument({ name, quote }: Assignment, kind: NameKind, value: string): boolean {
  if (name.startsWith('-')) return true;
  if (kind === 'password') return quote !== '' && /^[a-z_]*(?:password|passwd|pwd)$/i.test(name);
  return value.length >= 20 && /^[\w+=-]+$/.test(value) && /[A-Za-z]/.test(value) && entropy(value) >= 3.2;
}

/** One word in small letters, where nothing but a password can stand: in quotes, or in the environment. */
function isWordAsPassword({ name, quote, operator }: Assignment, value: string): boolean {
  if (operator !== '=' || !/^[a-z]{8,20}$/.test(value) || isPlaceholder(value) || isNamedAfterItself(value))
    return false;
  return quote !== '' || /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/.test(name);
}

function whyNoPassword({ quote, name }: Assignment, value: string): TraceReason | undefined {
  if (value.length > 128) return 'wrong-size';
  if (/[ \t]/.test(value) && !(quote !== '' && isStrongWithSpaces(value))) return 'wrong-alphabet';
  if (VERIFIER.test(value)) return 'digest-context';
  const normal = value.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  if (
    normal === '' ||
    name
      .toLowerCase()
      .replaceAll(/[^a-z0-9]/g, '')
      .includes(normal)
  )
    return 'placeholder';
  const classes = characterClasses(value);
  if (classes < 2 && !(quote !== '' && value.length >= 10 && entropy(value) >= 3)) return 'low-entropy';
  if (isWords(value) || isNamedAfterItself(value)) return 'words';
  // `pass` is what tests do, too.
  if (quote === '' && /(?:^|[^a-z])(?:pass|PASS|Pass|pw)$/.test(name) && wordShare(value) >= 0.6) return 'words';
  return entropy(value) >= 2.2 ? undefined : 'low-entropy';
}

/** Of all kinds of characters, and nothing that a sentence has: no word of letters alone, no stop behind one. */
function isStrongWithSpaces(value: string): boolean {
  const parts = value.split(' ');
  return (
    value.length >= 10 &&
    parts.length <= 4 &&
    parts.every((part) => part !== '' && !/^[A-Za-z]{4,}[.,:;!?]?$/.test(part)) &&
    /[a-z]/.test(value) &&
    /[A-Z]/.test(value) &&
    /[0-9]/.test(value) &&
    /[@#$%^&*!?~+=_]/.test(value) &&
    !/[\t<>{}()[\]\\/|]/.test(value.replaceAll(' ', '')) &&
    entropy(value) >= 3.2 &&
    wordShare(value) < 0.5
  );
}

/** What a server keeps to check a password: it opens nothing by itself, and rules of its own look for it. */
const VERIFIER =
  /(?:^|:)(?:\$2[aby]\$\d\d\$|(?:sha1|md5|pbkdf2_sha\d+|bcrypt_sha256|scrypt|argon2)\$|SCRAM-SHA-\d+\$\d+:)/;

/** Whoever types a long value copies parts of it: so many characters are no chance. */
const COPIED = 12;

function hasCopies(value: string): boolean {
  const seen = new Map<string, number>();
  for (let index = 0; index + COPIED <= value.length; index++) {
    const part = value.slice(index, index + COPIED);
    const first = seen.get(part);
    if (first === undefined) seen.set(part, index);
    else if (index >= first + COPIED) return true;
  }
  return false;
}

/** It says of itself that it is for tests. */
const FOR_TESTS = /(?:^|[_.-])tests?(?:[_.-]|$)/i;

function whyNoToken({ quote, name }: Assignment, kind: NameKind, value: string): TraceReason | undefined {
  if (value.length < leastLength(name, kind)) return 'wrong-size';
  if (!/^[\w+/=.~:!@#$%^&*|,;?-]+$/.test(value)) return 'wrong-alphabet';
  if (isMask(value) || FOR_TESTS.test(value)) return 'placeholder';
  if (isSequence(value) || hasCopies(value)) return 'sequence';
  if (isWords(value) || wordShare(value) >= 0.7 || decodesToWords(value)) return 'words';
  if (kind === 'key' && (quote === '' || value.length < 16 || characterClasses(value) < 2)) return 'low-entropy';
  if (/(?:sha\d*|md5|hash|digest|checksum|commit|revision|integrity|fingerprint)/i.test(name)) return 'digest-context';
  const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(value);
  if (kind === 'key' && (uuid || /^[0-9a-f]+$/i.test(value))) return 'digest-context';
  return entropy(value) >= (value.length < 16 ? 2.8 : 3.0) ? undefined : 'low-entropy';
}

/** Whether nobody can have typed a value: what is long, of all kinds of characters, and reads as nothing. */
export function isDrawn(kind: NameKind, value: string): boolean {
  if (value.length < 12 || value.length > 512 || !/[a-z]/.test(value) || !/[A-Z]/.test(value) || !/[0-9]/.test(value))
    return false;
  if (kind === 'password' && /[^A-Za-z0-9]/.test(value) && !/\s|^\$\w+\$/.test(value))
    return entropy(value) >= 3.2 && wordShare(withoutLeet(value)) < 0.4;
  return (
    value.length >= 20 &&
    /^[\w+/=.~-]+$/.test(value) &&
    entropy(value) >= (value.length < 32 ? 3.9 : 4.2) &&
    !/(.)\1{3}/.test(value) &&
    wordShare(value) < 0.4
  );
}

/** Letters for the digits and signs that people write instead of them: `Pa55w0rd!`. */
function withoutLeet(value: string): string {
  return value.replaceAll(/[01345!@$]/g, (sign) => LEET[sign] ?? sign);
}

const LEET: Readonly<Record<string, string>> = { 0: 'o', 1: 'i', 3: 'e', 4: 'a', 5: 's', '!': 'i', '@': 'a', $: 's' };

/** `secret123`, `db-password`: the word for a secret, and little more. */
function isNamedAfterItself(value: string): boolean {
  const rest = value.toLowerCase().replace(/passw(?:or)?d|secret|passphrase/g, ' ');
  return rest.includes(' ') && (rest.replaceAll(/[^a-z0-9]/g, '').length <= 4 || wordShare(rest) >= 0.7);
}

/** Base64 of a phrase or a stand-in, as samples of configuration have it. */
function decodesToWords(value: string): boolean {
  if (value.length % 4 !== 0 || !/^[A-Za-z0-9+/]{8,}={0,2}$/.test(value)) return false;
  const text = Buffer.from(value, 'base64').toString('latin1').trim();
  return /^[\x20-\x7e]+$/.test(text) && (isPlaceholder(text) || isWords(text) || wordShare(text) >= 0.7);
}

/** A name that says no more than `token` is given to many things: what is short is none. */
function leastLength(name: string, kind: NameKind): number {
  const words = nameWords(name);
  return kind === 'token' && words.at(-1) === 'token' && !/api|auth|access|secret|bot|key/i.test(name) ? 17 : 10;
}

/** Names in code: calls, members, paths of identifiers, types; and escapes of a terminal. */
function looksLikeCode({ quote }: Assignment, value: string): boolean {
  if (isReference(value) || value.startsWith('=') || /^0x[0-9a-f]{1,8};?$|\\(?:x1b|033|e)\[/i.test(value)) return true;
  if (/^[A-Za-z_$]+(?:(?:\.|->|::)[A-Za-z_$]+)+(?:\([^)]*\))?$/.test(value)) return true;
  // What lies between two strings.
  if (/^[,)?]|\w\($/.test(value)) return true;
  if (quote !== '') return /^[\w.]+\([^)]*\)$/.test(value);
  return (
    /[()[\]{}]|\?\.|&&|\|\|/.test(value) ||
    /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+;?$/.test(value) ||
    (/^[A-Za-z_$][\w$]*(?:(?:\.|->|::)[A-Za-z_$][\w$]*)+;?$/.test(value) && !hasDigitsAllOver(value)) ||
    /^[A-Za-z_$][A-Za-z_$]*$/.test(value)
  );
}

/** With digits all over, and little that reads as words. */
function hasDigitsAllOver(value: string): boolean {
  return value.replaceAll(/[^0-9]/g, '').length >= 4 && wordShare(value) < 0.5;
}

/** Paths, addresses, dates, versions, selectors. */
function looksLikePlace(value: string): boolean {
  return (
    /^(?:[a-z][a-z0-9+.-]*:\/\/|\.{0,2}\/|~\/|[A-Za-z]:\\|#|@)/i.test(value) ||
    /^[a-z0-9_.:-]+(?:\/[a-z0-9_.:*-]+)+$/.test(value) ||
    /^[\w.-]+\/[\w.-]+(?:\/[\w.-]+)*\.[a-z]{1,5}$/i.test(value) ||
    // An action of a cloud: `service:DoThis`.
    /^[a-z0-9-]+:[A-Z][A-Za-z0-9*]*$/.test(value) ||
    /^\d{4}-\d{2}-\d{2}/.test(value) ||
    (/^[a-z][\w-]*(?:\.[a-z][\w-]*)+$/.test(value) && !hasDigitsAllOver(value)) ||
    /^arn:|^urn:|^data:|^projects\//.test(value) ||
    /\.(?:com|org|net|io|dev|json|ya?ml|pem|key|crt|cer|txt|js|ts|py|go|rb|java|php|html?|xml|toml|conf|md|7z|zip|t?gz)$/i.test(
      value,
    )
  );
}

function characterClasses(value: string): number {
  return [/[a-z]/, /[A-Z]/, /[0-9]/, /[^A-Za-z0-9]/].filter((set) => set.test(value)).length;
}

/** Words of letters only, joined: a title, a constant, an identifier. */
export function isWords(value: string): boolean {
  const words = value.split(/[-_. :/#@!]+|(?<=[a-z])(?=[A-Z])/).filter((word) => word !== '');
  return (
    words.every((word) => /^[A-Za-z]+$/.test(word)) &&
    words.filter((word) => /[aeiouy]/i.test(word)).length * 2 > words.length &&
    (words.length > 1 || /^[a-z]+$|^[A-Z][a-z]+$/.test(words[0] ?? ''))
  );
}
