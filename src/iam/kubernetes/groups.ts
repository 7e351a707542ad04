import { principalId } from '../../model/id.ts';
import type { Principal } from '../../model/principal.ts';

/** The group whose members pass every authorizer; taking away its binding takes nothing away. */
export const MASTERS = 'system:masters';

/** Id of a group's row. */
export function groupId(cluster: string, name: string): string {
  return principalId('kubernetes', 'group', `${cluster}/${name}`);
}

/**
 * Groups that a principal is in whatever anybody configures: of service accounts, of everybody who signed in, of
 * everybody who did not. Other groups of a user are for its authenticator to say.
 */
export function groupsOf(principal: Principal): readonly string[] {
  const [cluster = '', namespace = ''] = principal.scope;
  if (principal.kind === 'service-account') {
    return ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'].map((name) =>
      groupId(cluster, name),
    );
  }
  if (principal.kind !== 'user') return [];
  const anonymous = principal.name === 'system:anonymous';
  return [groupId(cluster, anonymous ? 'system:unauthenticated' : 'system:authenticated')];
}
