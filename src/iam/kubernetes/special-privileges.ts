import type { Privilege } from '../../model/effective.ts';
import type { Principal } from '../../model/principal.ts';
import type { Accounts } from './population.ts';
import { grantIds } from './question.ts';
import type { Rule } from './rule.ts';

/** Anybody at all, and everybody who signed in, service accounts included. */
const CROWDS: Readonly<Record<string, string>> = {
  'user system:anonymous': 'k8s-risky-anonymous-bound',
  'group system:unauthenticated': 'k8s-risky-anonymous-bound',
  'group system:authenticated': 'k8s-risky-authenticated-bound',
  'group system:serviceaccounts': 'k8s-risky-authenticated-bound',
};

/** Default roles that every cluster gives to everybody: discovery, health, questions about oneself. */
const PUBLIC_ROLES = new Set([
  'ClusterRole/system:discovery',
  'ClusterRole/system:basic-user',
  'ClusterRole/system:public-info-viewer',
  'ClusterRole/system:service-account-issuer-discovery',
]);

/** Privileges that do not come of the wording of rules but of who has them: a crowd, or an account with a cloud's identity. */
export function specialPrivileges(
  principal: Principal,
  rules: readonly Rule[],
  accounts: Accounts,
): readonly Privilege[] {
  const privileges: Privilege[] = [];
  const key = `${principal.kind} ${principal.name}`;
  const crowd = Object.hasOwn(CROWDS, key) ? CROWDS[key] : undefined;
  // Its own bindings only: what a wider group has is told of that group.
  const own = rules.filter(
    (rule) =>
      rule.via.some(({ subject }) => subject.kind === 'principal' && subject.id === principal.id) &&
      !rule.grant.via.some((step) => PUBLIC_ROLES.has(step.replace(/^role:/, ''))),
  );
  if (crowd !== undefined && own.length > 0) {
    const roles = [...new Set(own.flatMap((rule) => rule.grant.via[0]?.replace(/^role:/, '') ?? []))].sort();
    privileges.push({ id: crowd, answer: 'yes', what: roles.join(', '), grants: grantIds(own) });
  }
  if (accounts.hasCloudIdentity(principal.id)) {
    privileges.push({ id: 'k8s-risky-provider-iam', answer: 'yes', what: 'a cloud identity', grants: [] });
  }
  return privileges;
}
