/** Kinds of principals by the auth method that they sign in with; a method that is mounted elsewhere is told by its answers. */
export type RoleKind =
  | 'approle'
  | 'jwt-role'
  | 'kubernetes-role'
  | 'aws-role'
  | 'gcp-role'
  | 'azure-role'
  | 'token-role'
  | 'auth-role';

export function authRole(server: string, kind: RoleKind, mount: string, name: string) {
  return { kind, nativeId: `${server}/auth/${mount}/role/${name}`, name, scope: [server] };
}

export function policyName(server: string, name: string) {
  return { kind: 'policy', nativeId: `${server}/${name}`, name, scope: [server] };
}

export function entityName(server: string, kind: 'entity' | 'group', id: string, name: string) {
  return { kind, nativeId: `${server}/identity/${kind}/${id}`, name, scope: [server] };
}

export function tokenName(server: string, accessor: string, display: string) {
  return { kind: 'token', nativeId: `${server}/${accessor}`, name: display, scope: [server] };
}

/** What an answer is about, by the path that was read. */
export type VaultPath =
  | { readonly kind: 'policy'; readonly name: string }
  | { readonly kind: 'role'; readonly mount: string; readonly name: string }
  | { readonly kind: 'secret-id'; readonly mount: string; readonly role: string }
  | { readonly kind: 'config'; readonly mount: string }
  | { readonly kind: 'entity' | 'group'; readonly id: string }
  | { readonly kind: 'database-role'; readonly mount: string; readonly name: string; readonly fixed: boolean }
  | { readonly kind: 'accessors' };

/** Reads a path of Vault, also where it is the end of a file's name (`prod/auth/approle/role/ci.json`). */
export function vaultPath(text: string): VaultPath | undefined {
  const path = text.replace(/\.(?:json|hcl|txt)$/i, '');
  const policy = /(?:^|\/)sys\/polic(?:y|ies\/acl)\/([^/]+)$/.exec(path)?.[1];
  if (policy !== undefined) return { kind: 'policy', name: policy };
  const [, identity, id] = /(?:^|\/)identity\/(entity|group)\/id\/([^/]+)$/.exec(path) ?? [];
  if (id !== undefined) return { kind: identity === 'group' ? 'group' : 'entity', id };
  const [, auth, rest = ''] =
    /(?:^|\/)auth\/(.+?)\/((?:roles?\/|users\/|groups\/|certs\/|config$|accessors$).*)$/.exec(path) ?? [];
  if (auth === undefined) return databasePath(text);
  if (rest === 'config') return { kind: 'config', mount: auth };
  if (rest === 'accessors') return { kind: 'accessors' };
  const [, name = '', more] = /^(?:roles?|users|groups|certs)\/([^/]+)(?:\/(secret-id.*))?$/.exec(rest) ?? [];
  if (name === '') return undefined;
  return more === undefined ? { kind: 'role', mount: auth, name } : { kind: 'secret-id', mount: auth, role: name };
}

/** `database/roles/app`: only a whole path tells it from the name of a file. */
function databasePath(path: string): VaultPath | undefined {
  const [, mount, fixed, name] = /^([\w./-]+?)\/(static-)?roles\/([^/]+)$/.exec(path) ?? [];
  if (mount === undefined || name === undefined || /\.(?:json|hcl|txt)$/i.test(name)) return undefined;
  return { kind: 'database-role', mount, name, fixed: fixed !== undefined };
}
