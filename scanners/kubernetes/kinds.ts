const WORKLOAD_GROUPS = new Set(['', 'apps', 'batch', 'extensions']);

/** Where the pod's specification stands in each kind of workload. */
export const POD_SPECS: Readonly<Record<string, readonly string[]>> = {
  Pod: ['spec'],
  Deployment: ['spec', 'template', 'spec'],
  StatefulSet: ['spec', 'template', 'spec'],
  DaemonSet: ['spec', 'template', 'spec'],
  ReplicaSet: ['spec', 'template', 'spec'],
  ReplicationController: ['spec', 'template', 'spec'],
  Job: ['spec', 'template', 'spec'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
};

const RBAC = 'rbac.authorization.k8s.io';

/** What reads an object. */
export type Reader = 'workload' | 'service-account' | 'role' | 'binding' | 'secret' | 'namespace' | 'signing-request';

const READERS: Readonly<Record<string, Reader>> = {
  ServiceAccount: 'service-account',
  Role: 'role',
  ClusterRole: 'role',
  RoleBinding: 'binding',
  ClusterRoleBinding: 'binding',
  Secret: 'secret',
  Namespace: 'namespace',
  CertificateSigningRequest: 'signing-request',
};

/** Names of kinds that may hold something for us, in whatever API group. */
export const KINDS_READ: ReadonlySet<string> = new Set([...Object.keys(READERS), ...Object.keys(POD_SPECS)]);

/** Which reader an object is for, by its API group and kind; undefined for all others. */
export function readerFor(group: string, kind: string): Reader | undefined {
  if (Object.hasOwn(POD_SPECS, kind)) return WORKLOAD_GROUPS.has(group) ? 'workload' : undefined;
  const reader = Object.hasOwn(READERS, kind) ? READERS[kind] : undefined;
  if (reader === 'role' || reader === 'binding') return group === RBAC ? reader : undefined;
  if (reader === 'signing-request') return group === 'certificates.k8s.io' ? reader : undefined;
  return group === '' ? reader : undefined;
}
