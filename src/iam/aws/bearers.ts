import type { EffectivePermissions, Escalation } from '../../model/effective.ts';
import { groupBy } from '../../model/group-by.ts';
import type { Trust } from '../../model/trust.ts';
import type { AwsAccess } from './access.ts';
import type { Workload } from './workloads.ts';

/** What acts only by the roles that it bears: workloads, and people of the identity center. */
export function bearersOf(
  access: AwsAccess,
  workloads: readonly Workload[],
): ReadonlyMap<string, EffectivePermissions> {
  const found = new Map<string, Escalation[]>();
  const add = (id: string, escalation: Escalation) => found.set(id, [...(found.get(id) ?? []), escalation]);
  for (const { principal, role, evidence } of workloads) {
    if (principal.platform === 'aws')
      add(principal.id, { id: 'runs-as', answer: 'yes', target: role, uses: ['runs as it'], evidence });
  }
  for (const [id, escalations] of assignments(access)) for (const escalation of escalations) add(id, escalation);
  return new Map(
    [...found].map(([principal, escalations]) => [
      principal,
      { principal, admin: 'no', privileges: [], escalations, federation: [], unseen: [] },
    ]),
  );
}

const RESERVED =
  /^arn:[^:]*:iam::(\d{12}):role\/aws-reserved\/sso\.amazonaws\.com\/(?:[^/]+\/)?AWSReservedSSO_(.+)_[0-9a-f]+$/;

/** By user of the identity center: the roles that its assignments, and those of its groups, come to. */
function assignments({ inventory }: AwsAccess): ReadonlyMap<string, readonly Escalation[]> {
  const roles = new Map<string, string>();
  for (const { id, nativeId, platform } of inventory.principals.values()) {
    const [, account, name] = platform === 'aws' ? (RESERVED.exec(nativeId) ?? []) : [];
    if (account !== undefined && name !== undefined) roles.set(`${account}/${name}`, id);
  }
  if (roles.size === 0) return new Map();
  const trusts = [...inventory.trusts.values()].filter(({ platform }) => platform === 'aws');
  const subjectOf = ({ subject }: Trust) => (subject.kind === 'principal' ? subject.id : '');
  const memberships = groupBy(
    trusts.filter(({ how, principal }) => how === 'member-of' && principal.startsWith('aws:identity-center-group:')),
    ({ principal }) => principal,
  );
  const found = new Map<string, Escalation[]>();
  for (const trust of trusts) {
    if (trust.how !== 'assigned') continue;
    const used = inventory.principals.get(trust.principal);
    const set = inventory.principals.get(`aws:permission-set:${String(used?.attributes?.permission_set)}`);
    const name = set?.attributes?.set_name;
    const target = typeof name === 'string' ? roles.get(`${used?.scope[0]}/${name}`) : undefined;
    if (target === undefined || typeof name !== 'string') continue;
    const way = { id: 'permission-set', answer: 'yes', target, uses: [`permission set ${name}`] } as const;
    const holder = subjectOf(trust);
    for (const { by, id } of [
      { by: holder, id: [] },
      ...(memberships.get(holder) ?? []).map((membership) => ({ by: subjectOf(membership), id: [membership.id] })),
    ]) {
      found.set(by, [...(found.get(by) ?? []), { ...way, evidence: [trust.id, ...id] }]);
    }
  }
  return found;
}
