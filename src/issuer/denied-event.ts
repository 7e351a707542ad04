import type { AccessRequest, Decision } from '../model/access-request.ts';
import type { NewAuditEvent } from '../store/issuer/audit-table.ts';
import { actorOf } from './actor.ts';

/** What the log says of a denial; the actor is whoever asked, so that repeated denials can be counted. */
export function deniedEvent(request: AccessRequest, decision: Decision): NewAuditEvent {
  return {
    event: 'request.denied',
    actor: actorOf(request.requester),
    target: request.detail.target,
    request: request.id,
    detail: { rule: decision.rule, reasons: decision.reasons, policy_revision: decision.policy_revision },
  };
}
