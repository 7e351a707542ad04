import type { Requester } from '../model/access-request.ts';

/** Whether two proofs are of one identity: kind, issuer and subject, compared exactly. */
export function sameRequester(one: Requester, other: Requester): boolean {
  return one.kind === other.kind && one.issuer === other.issuer && one.subject === other.subject;
}
