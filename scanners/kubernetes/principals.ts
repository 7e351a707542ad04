import { principalId } from '../../src/model/id.ts';
import type { PrincipalName } from '../cloud-principals.ts';

/** The namespace that objects are put in when neither they nor whoever applies them say one. */
export const DEFAULT_NAMESPACE = 'default';

const SERVICE_ACCOUNT_USER = /^system:serviceaccount:([^:]+):([^:]+)$/;

export function serviceAccount(cluster: string, namespace: string, name: string): PrincipalName {
  return named('service-account', [cluster, namespace], name);
}

/** A user; the name by which a service account signs in is that account. */
export function user(cluster: string, name: string): PrincipalName {
  const account = SERVICE_ACCOUNT_USER.exec(name);
  if (account?.[1] !== undefined && account[2] !== undefined) return serviceAccount(cluster, account[1], account[2]);
  return named('user', [cluster], name);
}

export function group(cluster: string, name: string): PrincipalName {
  return named('group', [cluster], name);
}

export function workload(cluster: string, namespace: string, kind: string, name: string): PrincipalName {
  const nativeId = `${cluster}/${namespace}/${kind}/${name}`;
  const id = principalId('kubernetes', 'workload', nativeId);
  return { id, platform: 'kubernetes', kind: 'workload', nativeId, name, scope: [cluster, namespace] };
}

/** A Role of a namespace, or a ClusterRole. Roles never act: they hold the grants that bindings hand on. */
export function role(cluster: string, namespace: string | undefined, name: string): PrincipalName {
  return namespace === undefined ? named('cluster-role', [cluster], name) : named('role', [cluster, namespace], name);
}

function named(kind: string, scope: readonly string[], name: string): PrincipalName {
  const nativeId = [...scope, name].join('/');
  return { id: principalId('kubernetes', kind, nativeId), platform: 'kubernetes', kind, nativeId, name, scope };
}
