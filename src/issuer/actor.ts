import type { Requester } from '../model/access-request.ts';

/** How a requester stands in the audit log. */
export function actorOf(requester: Requester): string {
  return requester.kind === 'operator'
    ? `operator:${requester.subject}`
    : `${requester.kind}:${requester.issuer}|${requester.subject}`;
}
