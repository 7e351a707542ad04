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

/** Whether a name is one that `externalId` makes for this issuer: nothing else may ever be removed. */
export function isExternalId(issuerId: string, name: string): boolean {
  return FORM.test(name) && name.startsWith(externalPrefix(issuerId));
}
