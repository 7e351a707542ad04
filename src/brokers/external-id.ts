import { createHash } from 'node:crypto';
import { AppError } from '../errors.ts';

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
const PREFIX = 'lapse';
const FORM = /^lapse_[0-9a-f]{8}_[a-z2-7]{26}$/;

/** What everything of one issuer starts with, at every target: `lapse_<issuer id>_`. */
export function externalPrefix(issuerId: string): string {
  return `${PREFIX}_${issuerId}_`;
}

/**
 * The name of a lease's object at its target: `lapse_<issuer id>_<random part of the lease id>`, 41 bytes of lower-case letters,
 * digits and `_`, so that it fits every target and a listing alone tells whose it is.
 */
export function externalId(issuerId: string, leaseId: string): string {
  return `${externalPrefix(issuerId)}${leaseId.slice(leaseId.indexOf('_') + 1)}`;
}

/**
 * The name of an object that several leases share: of the same form, its last part made from what they have in common, so that all
 * daemons of this issuer come to the same.
 */
export function sharedId(issuerId: string, target: string, key: string): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([target, key]), 'utf8')
    .digest();
  const letters = Array.from({ length: 26 }, (_, at) => BASE32[(digest[at] ?? 0) % 32]);
  return `${externalPrefix(issuerId)}${letters.join('')}`;
}

/** Whether a name is one that `externalId` makes for this issuer: nothing else may ever be removed. */
export function isExternalId(issuerId: string, name: string): boolean {
  return FORM.test(name) && name.startsWith(externalPrefix(issuerId));
}

/**
 * The name itself, when it is one of this issuer's.
 *
 * @throws {AppError} ERR_INTERNAL otherwise: no step of a broker may touch what somebody else made.
 */
export function ourName(issuerId: string, name: string, target: string): string {
  if (isExternalId(issuerId, name)) return name;
  throw new AppError('ERR_INTERNAL', `target "${target}": ${JSON.stringify(name)} was not made by this issuer`);
}
