/** A capability on a path; `{policy}` stands for each policy of its own, `{mount}` and `{name}` for the role that it is. */
export interface VaultNeed {
  /** One of these. */
  readonly any: readonly string[];
  readonly on: string;
}

/** A way to more than was given, with what it needs together. */
export interface VaultWay {
  readonly id: string;
  readonly all: readonly VaultNeed[];
  /** What must hold beside it, in words. */
  readonly onlyIf?: string;
  readonly source: string;
}

const WRITE = ['update', 'create'];

/** Ways to give oneself any policy but root, or to read everything. */
export const VAULT_WAYS: readonly VaultWay[] = [
  {
    id: 'vault-write-own-policy',
    all: [{ any: ['update'], on: 'sys/policies/acl/{policy}' }],
    source: 'API: /sys/policies/acl',
  },
  { id: 'vault-write-own-policy', all: [{ any: ['update'], on: 'sys/policy/{policy}' }], source: 'API: /sys/policy' },
  {
    id: 'vault-patch-own-role',
    all: [{ any: ['update'], on: 'auth/{mount}/role/{name}' }],
    source: 'API: role endpoints of auth methods, token_policies',
  },
  {
    id: 'vault-token-create-sudo',
    all: [
      { any: ['update'], on: 'auth/token/create' },
      { any: ['sudo'], on: 'auth/token/create' },
    ],
    source: 'Concepts: tokens; API: /auth/token/create, policies of a child with sudo',
  },
  {
    id: 'vault-token-create-orphan',
    all: [
      { any: ['update'], on: 'auth/token/create-orphan' },
      { any: ['sudo'], on: 'auth/token/create-orphan' },
    ],
    source: 'API: /auth/token/create-orphan',
  },
  {
    id: 'vault-token-role',
    all: [
      { any: WRITE, on: 'auth/token/roles/*' },
      { any: ['update'], on: 'auth/token/create/*' },
    ],
    source: 'API: /auth/token/roles, allowed_policies',
  },
  {
    id: 'vault-approle',
    all: [
      { any: WRITE, on: 'auth/approle/role/+' },
      { any: WRITE, on: 'auth/approle/role/+/secret-id' },
      { any: ['read'], on: 'auth/approle/role/+/role-id' },
    ],
    source: 'API: /auth/approle/role, role-id and secret-id',
  },
  { id: 'vault-userpass', all: [{ any: WRITE, on: 'auth/userpass/users/*' }], source: 'API: /auth/userpass/users' },
  { id: 'vault-cert', all: [{ any: WRITE, on: 'auth/cert/certs/*' }], source: 'API: /auth/cert/certs' },
  {
    id: 'vault-jwt-config',
    all: [{ any: WRITE, on: 'auth/jwt/config' }],
    onlyIf: 'a role of the method has the policies wanted',
    source: 'API: /auth/jwt/config, keys of the issuer',
  },
  {
    id: 'vault-jwt-role',
    all: [{ any: WRITE, on: 'auth/jwt/role/*' }],
    onlyIf: 'it has a token of the issuer',
    source: 'API: /auth/jwt/role',
  },
  {
    id: 'vault-kubernetes-role',
    all: [{ any: WRITE, on: 'auth/kubernetes/role/*' }],
    onlyIf: 'it has a token of a service account',
    source: 'API: /auth/kubernetes/role',
  },
  {
    id: 'vault-aws-role',
    all: [{ any: WRITE, on: 'auth/aws/role/*' }],
    onlyIf: 'it can act in AWS',
    source: 'API: /auth/aws/role',
  },
  {
    id: 'vault-enable-auth',
    all: [
      { any: WRITE, on: 'sys/auth/*' },
      { any: ['sudo'], on: 'sys/auth/*' },
      { any: WRITE, on: 'auth/*' },
    ],
    source: 'API: /sys/auth',
  },
  {
    id: 'vault-identity-entity',
    all: [{ any: WRITE, on: 'identity/entity/*' }],
    onlyIf: 'it has an entity',
    source: 'API: /identity/entity, policies',
  },
  {
    id: 'vault-identity-group',
    all: [{ any: WRITE, on: 'identity/group/*' }],
    onlyIf: 'it has an entity',
    source: 'API: /identity/group, policies and members',
  },
  {
    id: 'vault-identity-alias',
    all: [{ any: WRITE, on: 'identity/entity-alias/*' }],
    onlyIf: 'an entity with more policies is there',
    source: 'API: /identity/entity-alias',
  },
  {
    id: 'vault-raw',
    all: [
      { any: ['update', 'create'], on: 'sys/raw/*' },
      { any: ['sudo'], on: 'sys/raw/*' },
    ],
    onlyIf: 'the raw storage endpoint is on',
    source: 'API: /sys/raw',
  },
  {
    id: 'vault-plugin',
    all: [
      { any: WRITE, on: 'sys/plugins/catalog/*' },
      { any: ['sudo'], on: 'sys/plugins/catalog/*' },
    ],
    onlyIf: 'a program of its own is in the folder of plugins',
    source: 'API: /sys/plugins/catalog',
  },
];
