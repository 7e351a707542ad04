import { principalId } from '../../model/id.ts';
import { groupId, MASTERS } from './groups.ts';

/**
 * Principals that come to admin in every cluster, whether the input shows them or not: where a way ends that could end in
 * any right at all.
 */
export interface Anchors {
  readonly clusterAdminRole: string;
  readonly masters: string;
  /** May mint tokens of every service account, the cluster's own controllers among them. */
  readonly controllerManager: string;
}

export function anchorsOf(cluster: string): Anchors {
  return {
    clusterAdminRole: principalId('kubernetes', 'cluster-role', `${cluster}/cluster-admin`),
    masters: groupId(cluster, MASTERS),
    controllerManager: principalId('kubernetes', 'user', `${cluster}/system:kube-controller-manager`),
  };
}
