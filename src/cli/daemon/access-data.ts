import type { Config } from '../../config/config.ts';
import type { IssuerConfig } from '../../config/issuer.ts';
import type { Json, JsonObject } from '../../model/json.ts';

/** `policy.data` with the access rules. */
export function policyData({ policy }: Pick<Config, 'policy'>, section: IssuerConfig): Config['policy']['data'] {
  return { ...policy.data, access: accessData(section) as Json };
}

/** The access rules, approver groups and freezes as policies read them (`data.lapse.access`): seconds, and nothing that was not said. */
export function accessData({ access }: IssuerConfig): JsonObject {
  return {
    groups: access.groups,
    provider_groups: access.provider_groups,
    default_approvals: access.default_approvals,
    freezes: access.freezes,
    rules: access.rules.map(({ max_ttl, pending_ttl, narrower, subjects, ...rule }) => ({
      ...rule,
      ...inSeconds({ max_ttl, pending_ttl }),
      narrower: narrower.map(({ max_ttl: most, ...choice }) => ({ ...choice, ...inSeconds({ max_ttl: most }) })),
      subjects: subjects.map(({ kind, issuer, subject, claims }) => ({ kind, issuer, subject, claims })),
    })),
  };
}

function inSeconds(times: Readonly<Record<string, number | undefined>>): JsonObject {
  const known = Object.entries(times).filter((entry): entry is [string, number] => entry[1] !== undefined);
  return Object.fromEntries(known.map(([name, milliseconds]) => [name, Math.floor(milliseconds / 1000)]));
}
