import { z } from 'zod';
import type { JsonObject } from '../../model/json.ts';

export const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const GROUP = 'rbac.authorization.k8s.io';

/** A role as the configuration names it, and where it is bound: in a namespace, or in the whole cluster. */
export interface RoleName {
  readonly kind: 'Role' | 'ClusterRole';
  readonly name: string;
  readonly namespace?: string;
}

const NAMESPACE = '[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?';
/** RBAC names are path segments: nearly anything but `/` and `%` (ValidatePathSegmentName). */
const NAME = String.raw`(?!\.{1,2}$)[^/%\p{Cc}]{1,253}`;
const ROLE = new RegExp(`^(?:(Role|ClusterRole)/(${NAMESPACE})/(${NAME})|ClusterRole/(${NAME}))$`, 'u');
const PRINCIPAL = new RegExp(`^(?:ServiceAccount/(${NAMESPACE})/(${NAME})|(User|Group)/([^\\p{Cc}]{1,253}))$`, 'u');

/** @returns undefined for what names no role. */
export function parseRole(text: string): RoleName | undefined {
  const [whole, kind, namespace, name, clusterRole] = ROLE.exec(text) ?? [];
  if (whole === undefined) return undefined;
  if (clusterRole !== undefined) return { kind: 'ClusterRole', name: clusterRole };
  if (namespace === undefined || name === undefined) return undefined;
  return { kind: kind === 'Role' ? 'Role' : 'ClusterRole', name, namespace };
}

/** A subject of a binding, as RBAC writes it. */
export type Subject =
  | { readonly kind: 'ServiceAccount'; readonly namespace: string; readonly name: string }
  | { readonly kind: 'User' | 'Group'; readonly apiGroup: string; readonly name: string };

/**
 * `ServiceAccount/<namespace>/<name>`, `User/<name>`, `Group/<name>`. What Kubernetes itself calls `system:…` is nobody in particular, or
 * everybody: it names no principal.
 */
export function parsePrincipal(text: string): Subject | undefined {
  const [whole, namespace, account, kind, name] = PRINCIPAL.exec(text) ?? [];
  if (whole === undefined) return undefined;
  if (namespace !== undefined && account !== undefined) return { kind: 'ServiceAccount', namespace, name: account };
  if (name === undefined || name.startsWith('system:')) return undefined;
  return { kind: kind === 'User' ? 'User' : 'Group', apiGroup: GROUP, name };
}

export const bindingSchema = z.looseObject({
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
  subjects: z.array(z.looseObject({ kind: z.string(), name: z.string(), namespace: z.string().optional() })).optional(),
  roleRef: z.looseObject({ kind: z.string(), name: z.string() }),
});
export type Binding = z.output<typeof bindingSchema>;

/** Where bindings of a role live. */
export function bindingsPath({ namespace }: { readonly namespace?: string | undefined }): string {
  return namespace === undefined
    ? `${RBAC}/clusterrolebindings`
    : `${RBAC}/namespaces/${encodeURIComponent(namespace)}/rolebindings`;
}

export function rolePath({ kind, name, namespace = '' }: RoleName): string {
  return kind === 'ClusterRole'
    ? `${RBAC}/clusterroles/${encodeURIComponent(name)}`
    : `${RBAC}/namespaces/${encodeURIComponent(namespace)}/roles/${encodeURIComponent(name)}`;
}

/** The object that is made. Labels and annotations are for people: what finds it again is its name. */
export function bindingBody(
  role: RoleName,
  subject: Subject,
  of: { readonly name: string; readonly issuerId: string; readonly lease: string; readonly expiresAt: Date },
): JsonObject {
  return {
    apiVersion: `${GROUP}/v1`,
    kind: role.namespace === undefined ? 'ClusterRoleBinding' : 'RoleBinding',
    metadata: {
      name: of.name,
      ...(role.namespace === undefined ? {} : { namespace: role.namespace }),
      labels: { 'app.kubernetes.io/managed-by': 'lapse', 'lapse/issuer': of.issuerId },
      annotations: { 'lapse/lease': of.lease, 'lapse/expires-at': of.expiresAt.toISOString() },
    },
    subjects: [{ ...subject }],
    roleRef: { apiGroup: GROUP, kind: role.kind, name: role.name },
  };
}

/** Whether a binding is what was to be made, whoever made it. */
export function isSame(binding: Binding, role: RoleName, subject: Subject): boolean {
  const [only, ...others] = binding.subjects ?? [];
  return (
    others.length === 0 &&
    only?.kind === subject.kind &&
    only.name === subject.name &&
    (subject.kind !== 'ServiceAccount' || only.namespace === subject.namespace) &&
    binding.roleRef.kind === role.kind &&
    binding.roleRef.name === role.name
  );
}

export const roleSchema = z.looseObject({
  rules: z
    .array(
      z.looseObject({
        verbs: z.array(z.string()),
        apiGroups: z.array(z.string()).optional(),
        resources: z.array(z.string()).optional(),
      }),
    )
    .nullish(),
});

/** With these on what is named here, somebody could keep what a lease gave, or become somebody else. */
const BECOMING = ['*', 'escalate', 'bind', 'impersonate'];
const MAKING = ['*', 'create', 'update', 'patch'];
const LASTING = [
  '*',
  'rolebindings',
  'clusterrolebindings',
  'roles',
  'clusterroles',
  'serviceaccounts/token',
  'certificatesigningrequests',
  'certificatesigningrequests/approval',
];

/** Why a role cannot be given for a time; undefined when it can. */
export function roleFlaw({ rules }: z.output<typeof roleSchema>): string | undefined {
  for (const { verbs, resources = [] } of rules ?? []) {
    const becoming = verbs.find((verb) => verb !== '*' && BECOMING.includes(verb));
    if (becoming !== undefined) return `it may ${becoming}`;
    const lasting = resources.find((resource) => LASTING.includes(resource));
    if (lasting !== undefined && verbs.some((verb) => MAKING.includes(verb))) return `it may make ${lasting}`;
  }
  return undefined;
}
