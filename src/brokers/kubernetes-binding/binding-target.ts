import type { SecretValue } from '../../model/secret-value.ts';

/** What being bound to some roles gives, in the words of requests. */
interface BindingGrant {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** `Role/<namespace>/<name>`, `ClusterRole/<namespace>/<name>` (in that namespace only), `ClusterRole/<name>`. */
  readonly roles: readonly string[];
}

/** A Kubernetes API server at which service accounts, users and groups are bound to roles for a time. */
export interface KubernetesBindingTarget {
  readonly type: 'kubernetes-binding';
  readonly id: string;
  /** `https://…`; `http://` on loopback only. */
  readonly server: string;
  /** Of the broker's own service account. */
  readonly token: SecretValue;
  /** PEM; the authorities of the system when absent. */
  readonly ca?: string;
  readonly grants: readonly BindingGrant[];
  /** Seconds. */
  readonly maxSeconds: number;
  /** Milliseconds, of each request. */
  readonly timeout: number;
}
