import { memberOf } from '../../src/iam/gcp/member.ts';
import type { Observation } from '../../src/model/observation.ts';
import type { Node } from '../../src/scan/formats/node.ts';
import type { Facts } from './facts.ts';
import { itemsOf, present, textOf } from './fields.ts';
import { instant } from './service-accounts.ts';

/** Permissions that are written down of one binding. */
const MAX_PERMISSIONS = 200;
const TYPE = /\/insightTypes\/(google\.iam\.[^/]+)\//;

/**
 * Reads an insight of the recommender as evidence beside our view: what a binding was used for, or when an account was last
 * seen, in the last ninety days. What is not in it says nothing: some permissions are never told, and keys bound to an account by API
 * keys leave no trace (Policy Intelligence documentation).
 */
export function readInsight(record: Node, facts: Facts): void {
  const type = TYPE.exec(textOf(record, 'name') ?? '')?.[1] ?? '';
  const asOf = instant(textOf(record, 'lastRefreshTime'));
  const lastUsedAt = instant(textOf(record, 'content', 'lastAuthenticatedTime'));
  const email = textOf(record, 'content', 'email');
  const text = textOf(record, 'content', 'member') ?? (email === undefined ? undefined : `serviceAccount:${email}`);
  if (text === undefined) return;
  const isAccount = type === 'google.iam.serviceAccount.Insight';
  const { kind, nativeId, name, scope, deleted } = memberOf(text);
  if (deleted) return;
  facts.principal(
    {
      kind,
      nativeId,
      name,
      scope,
      seen: 'referenced',
      ...(isAccount && lastUsedAt !== undefined
        ? {
            usage: {
              lastUsedAt,
              source: 'gcp-service-account-insight',
              ...(asOf === undefined ? {} : { asOf }),
              confidence: 'low' as const,
            },
          }
        : {}),
      observations: [observation(record, type, asOf, facts)],
    },
    record,
  );
}

function observation(record: Node, type: string, asOf: string | undefined, facts: Facts): Observation {
  const seconds = Number.parseInt(textOf(record, 'observationPeriod') ?? '', 10);
  const from =
    asOf === undefined || Number.isNaN(seconds) ? undefined : new Date(Date.parse(asOf) - seconds * 1000).toISOString();
  const id = textOf(record, 'name');
  const status = textOf(record, 'stateInfo', 'state');
  return {
    source: 'gcp-recommender',
    kind: textOf(record, 'insightSubtype') ?? type,
    ...(id === undefined ? {} : { id }),
    ...(status === undefined ? {} : { status }),
    ...(from === undefined ? {} : { from }),
    ...(asOf === undefined ? {} : { asOf }),
    confidence: type === 'google.iam.policy.Insight' ? 'medium' : 'low',
    detail: present({
      role: textOf(record, 'content', 'role'),
      exercised_permissions: permissionsOf(record, 'exercisedPermissions'),
      inferred_permissions: permissionsOf(record, 'inferredPermissions'),
      total_permissions: textOf(record, 'content', 'currentTotalPermissionsCount'),
      last_authenticated: textOf(record, 'content', 'lastAuthenticatedTime'),
    }),
    location: facts.at(record),
  };
}

/** Each is an object with the permission's name, or the name itself. */
function permissionsOf(record: Node, list: string): readonly string[] | undefined {
  const items = itemsOf(record, 'content', list);
  const names = items.flatMap((item) => (item.kind === 'scalar' ? item.text : (textOf(item, 'permission') ?? [])));
  return names.length === 0 ? undefined : names.slice(0, MAX_PERMISSIONS);
}
