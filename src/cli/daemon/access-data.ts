import type { IssuerConfig } from '../../config/issuer.ts';
import type { JsonObject } from '../../model/json.ts';

/** The access rules, approver groups and freezes as policies read them (`data.lapse.access`): seconds, and nothing that was not said. */
export function accessData({ access }: IssuerConfig): JsonObject {
  return {
    groups: access.groups,
    default_approvals: access.default_approvals,
    freezes: access.freezes,
    rules: access.rules.map(({ max_ttl, subjects, ...rule }) => ({
      ...rule,
      ...(max_ttl === undefined ? {} : { max_ttl: Math.floor(max_ttl / 1000) }),
      subjects: subjects.map(({ kind, issuer, subject, claims }) => ({ kind, issuer, subject, claims })),
    })),
  };
}
