import type { Requester } from '../../model/access-request.ts';

/** Who counts as the same requester, for quotas, history and claims. Unambiguous whatever the parts contain. */
export function subjectKey(requester: Pick<Requester, 'kind' | 'issuer' | 'subject'>): string {
  return JSON.stringify([requester.kind, requester.issuer, requester.subject]);
}
