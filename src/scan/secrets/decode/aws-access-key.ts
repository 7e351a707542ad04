import type { Decoded, DecodeInput } from '../decoder.ts';
import { entropy } from '../entropy.ts';
import { wordShare } from '../words.ts';
import { iniSection } from './ini-entry.ts';

/** How far from its id a secret access key may stand, in bytes: a few lines of a profile, a JSON answer, a .env file. */
const REACH = 400;
const LEAST_ENTROPY = 3.9;
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
/** What the prefix of an id says of the key. */
const KEY_KINDS: Readonly<Record<string, string>> = {
  ABIA: 'service-bearer-token',
  ACCA: 'context-specific',
  AKIA: 'long-term',
  ASIA: 'temporary',
};
const CANDIDATE = /(?<![A-Za-z0-9/+])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/g;

/** An access key id with its secret near: the pair can be used, and the id says whose it is. */
export function decodeAwsAccessKey(input: DecodeInput): Decoded | undefined {
  if (isDocumentationSample(input.value)) return undefined;
  const span = nearbySecret(input);
  if (span === undefined) return undefined;
  return {
    span,
    idAt: input.start,
    credentialNativeId: input.value,
    facts: { ...accountFacts(input.value), ...profileOf(input) },
  };
}

/** An access key id alone. It is no secret, but it says which key its holder has. */
export function decodeAwsAccessKeyId(input: DecodeInput): Decoded | undefined {
  if (isDocumentationSample(input.value) || nearbySecret(input) !== undefined) return undefined;
  return { credentialNativeId: input.value, facts: { ...accountFacts(input.value), ...profileOf(input) } };
}

/** The profile of `~/.aws/credentials` or `config` that the id stands in. */
function profileOf(input: DecodeInput): { profile?: string } {
  const before = input.text.slice(Math.max(0, input.start - 60), input.start);
  if (!/\n[ \t]*aws_access_key_id[ \t]*=[ \t]*$/i.test(before)) return {};
  const { section } = iniSection(input);
  return section === undefined ? {} : { profile: section.replace(/^profile /, '') };
}

/**
 * The account that an access key id belongs to: bits 1 to 40 of the base32 that follows the prefix. Ids made before 2019
 * (the fifth character is below `Q`) do not carry it.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html says what the prefixes mean; that the
 * account is in there was found by others and can be checked with `aws sts get-access-key-info`.
 */
export function awsAccountOf(accessKeyId: string): string | undefined {
  const digits = [...accessKeyId.slice(4, 14)].map((character) => BASE32.indexOf(character));
  if (digits.length < 10 || digits.includes(-1) || (digits[0] ?? 0) < 16) return undefined;
  const bits = digits.slice(0, 10).reduce((value, digit) => value * 32n + BigInt(digit), 0n);
  // Ten characters are fifty bits: one flag, forty of the account, nine of something else.
  return ((bits >> 9n) & ((1n << 40n) - 1n)).toString().padStart(12, '0');
}

function accountFacts(accessKeyId: string) {
  const account = awsAccountOf(accessKeyId);
  return {
    access_key_id: accessKeyId,
    key_kind: KEY_KINDS[accessKeyId.slice(0, 4)] ?? 'unknown',
    temporary: accessKeyId.startsWith('ASIA'),
    ...(account === undefined ? {} : { account_id: account }),
  };
}

/** Vendor documentation ends its sample ids so. */
function isDocumentationSample(accessKeyId: string): boolean {
  return accessKeyId.endsWith('EXAMPLE');
}

function nearbySecret({ text, start, end, near }: DecodeInput): { start: number; end: number } | undefined {
  let best: { start: number; end: number; distance: number } | undefined;
  for (const { start: begin, end: stop, value } of near.within(text, CANDIDATE, start - REACH, end + REACH)) {
    if (begin < end && stop > start) continue;
    if (!isSecretKeyShape(value)) continue;
    // After the id is where the secret is nearly always written: what stands before counts as further away.
    const distance = begin >= end ? begin - end : (start - stop) * 2;
    if (best === undefined || distance < best.distance) best = { start: begin, end: stop, distance };
  }
  return best === undefined ? undefined : { start: best.start, end: best.end };
}

/** Forty hex digits are a commit, and a path or a sentence has too little in it. */
export function isSecretKeyShape(value: string): boolean {
  return (
    entropy(value) >= LEAST_ENTROPY &&
    !/^[0-9a-f]{40}$/i.test(value) &&
    /[0-9]/.test(value) &&
    /[a-z]/.test(value) &&
    /[A-Z]/.test(value) &&
    wordShare(value) < 0.6
  );
}
