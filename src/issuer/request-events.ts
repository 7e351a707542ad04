import type { AccessRequest, Decision } from '../model/access-request.ts';
import type { NewAuditEvent } from '../store/issuer/audit-table.ts';
import { actorOf } from './actor.ts';
import type { Evaluated } from './decide.ts';
import type { CallContext } from './issuer.ts';

/** What the log says of a request that came in, before anything is decided about it. */
export function receivedEvent(request: AccessRequest, context: CallContext): NewAuditEvent {
  const { requester, detail } = request;
  return {
    event: 'request.received',
    actor: actorOf(requester),
    target: detail.target,
    request: request.id,
    detail: {
      requester: {
        kind: requester.kind,
        issuer: requester.issuer,
        subject: requester.subject,
        principal: requester.principal,
        owners: requester.owners,
        client: requester.client,
        actor: requester.actor === undefined ? undefined : { ...requester.actor },
        cnf: requester.cnf,
      },
      asked: { ...detail },
      source_ip: context.sourceIp,
      correlation_id: context.correlationId,
      canonical_hash: request.canonicalHash,
    },
  };
}

export function evaluatedEvent(
  request: AccessRequest,
  { decision, inputHash }: Evaluated,
  context: CallContext,
): NewAuditEvent {
  return {
    event: 'policy.evaluated',
    actor: 'system',
    target: request.detail.target,
    request: request.id,
    detail: {
      effect: decision.effect,
      rule: decision.rule,
      reasons: decision.reasons,
      approvals: decision.approvals.map(({ from, count, level }) => ({
        from,
        count,
        ...(level === undefined ? {} : { level }),
      })),
      policy_revision: decision.policy_revision,
      input_hash: inputHash,
      correlation_id: context.correlationId,
    },
  };
}

/** A refusal after policy has said yes, such as a quota. */
export function failedEvent(request: AccessRequest, error: string): NewAuditEvent {
  return {
    event: 'request.failed',
    actor: actorOf(request.requester),
    target: request.detail.target,
    request: request.id,
    detail: { error, policy_revision: request.decision?.policy_revision },
  };
}

/** A denial of the issuer's own, for which policy was not asked. */
export function deniedFor(reason: string, revision: string): Evaluated {
  return {
    decision: {
      effect: 'deny',
      rule: reason,
      reasons: [reason],
      ttl_max: 0,
      scope: { actions: [], resources: [] },
      source_cidrs: [],
      approvals: [],
      notify: [],
      policy_revision: revision,
    },
    inputHash: '',
  };
}

/** Policy would, but it cannot be done. */
export function refusedFor(reason: string, { decision, inputHash }: Evaluated): Evaluated {
  const refused: Decision = { ...decision, effect: 'deny', reasons: [reason] };
  return { decision: refused, inputHash };
}

export function endReasons(request: AccessRequest): readonly string[] {
  if (request.state === 'denied') return request.decision?.reasons ?? [];
  return [`request-${request.state}`];
}
