import type { AccessDetail, Requester } from '../model/access-request.ts';
import type { JsonObject } from '../model/json.ts';
import type { AccessHistory } from './access-history.ts';
import type { TargetSettings } from './settings.ts';

export interface AccessFacts {
  readonly id: string;
  readonly requester: Requester;
  readonly detail: AccessDetail;
  readonly sourceIp: string;
  readonly target: TargetSettings;
  readonly risk: JsonObject | null;
  readonly history: AccessHistory;
  readonly approvals: readonly { readonly approver: string; readonly groups: readonly string[] }[];
}

/**
 * The input of `lapse/access/decision` (`schemas/access-input.json`); the engine adds what access policies of users
 * answer to it.
 */
export function accessInput(facts: AccessFacts, now: Date): JsonObject {
  const { requester, detail, target, history } = facts;
  return {
    now: now.toISOString(),
    request: {
      id: facts.id,
      requester: {
        kind: requester.kind,
        issuer: requester.issuer,
        subject: requester.subject,
        principal: requester.principal,
        owners: requester.owners,
        claims: requester.claims,
        client: requester.client,
        actor:
          requester.actor === undefined
            ? undefined
            : { issuer: requester.actor.issuer, subject: requester.actor.subject },
        bound: requester.cnf === undefined ? undefined : 'jkt' in requester.cnf ? 'dpop' : 'mtls',
        lease: requester.lease,
      },
      detail: { ...detail },
      source_ip: facts.sourceIp,
    },
    target: {
      id: target.id,
      type: target.type,
      environment: target.environment,
      labels: target.labels,
      principals: target.principals,
    },
    risk: facts.risk,
    history: { ...history, earlier: { ...history.earlier }, held: history.held.map((lease) => ({ ...lease })) },
    approvals: facts.approvals.map(({ approver, groups }) => ({ approver, groups })),
  };
}
