import type { AccessDetail, Requester } from '../model/access-request.ts';
import type { JsonObject } from '../model/json.ts';
import type { TargetSettings } from './settings.ts';

export interface AccessFacts {
  readonly id: string;
  readonly requester: Requester;
  readonly detail: AccessDetail;
  readonly sourceIp: string;
  readonly target: TargetSettings;
  readonly risk: JsonObject | null;
  readonly history: { readonly recent: number; readonly denied: number; readonly firstUse: boolean };
  readonly approvals: readonly { readonly approver: string; readonly groups: readonly string[] }[];
}

/** The input of `lapse/access/decision` (`rego/schemas/access-input.json`). */
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
      },
      detail: { ...detail },
      source_ip: facts.sourceIp,
    },
    target: { id: target.id, type: target.type, environment: target.environment, labels: target.labels },
    risk: facts.risk,
    history: {
      recent_requests: history.recent,
      recent_denials: history.denied,
      first_use: history.firstUse,
    },
    approvals: facts.approvals.map(({ approver, groups }) => ({ approver, groups })),
  };
}
