import type { Json, JsonObject } from '../../src/model/json.ts';
import { entriesAt, type Node, type Place, textAt, textsAt } from '../../src/scan/formats/node.ts';
import { awsRole } from '../cloud-principals.ts';
import type { FileFacts } from '../file-facts.ts';
import { serviceAccount } from '../kubernetes/principals.ts';
import { authRole, policyName, type RoleKind } from './names.ts';

/** Members that only roles of one method have. */
const KINDS: readonly (readonly [string, RoleKind])[] = [
  ['secret_id_ttl', 'approle'],
  ['bind_secret_id', 'approle'],
  ['bound_service_account_names', 'kubernetes-role'],
  ['bound_iam_principal_arn', 'aws-role'],
  ['bound_ami_id', 'aws-role'],
  ['bound_claims', 'jwt-role'],
  ['user_claim', 'jwt-role'],
  ['bound_service_principal_ids', 'azure-role'],
  ['bound_projects', 'gcp-role'],
  ['allowed_policies', 'token-role'],
  ['token_policies', 'auth-role'],
];

export function roleKind(data: Node): RoleKind | undefined {
  const names = new Set(entriesAt(data).map(([name]) => name));
  return KINDS.find(([member]) => names.has(member))?.[1];
}

const LIMITS = [
  'secret_id_ttl',
  'secret_id_num_uses',
  'token_ttl',
  'token_max_ttl',
  'token_explicit_max_ttl',
  'token_period',
  'token_num_uses',
  'token_type',
];

export interface RoleContext {
  readonly server: string;
  /** What clusters' objects are filed under. */
  readonly cluster: string;
  readonly facts: FileFacts;
  /** Host and path of the issuer of a mount, where its configuration is in the file. */
  issuer(mount: string): string | undefined;
}

/** A role of an auth method: who may sign in by it, and which policies that gives. */
export function readAuthRole(
  data: Node,
  kind: RoleKind,
  mount: string,
  name: string,
  place: Place,
  context: RoleContext,
): void {
  const { server, facts } = context;
  const role = authRole(server, kind, mount, name);
  const limits = LIMITS.flatMap((limit): [string, Json][] => {
    const text = textAt(data, limit);
    return text === undefined ? [] : [[limit, /^\d+$/.test(text) ? Number(text) : text]];
  });
  const noDefault = textAt(data, 'token_no_default_policy') === 'true';
  const principal = facts.principal(
    { ...role, attributes: { ...Object.fromEntries(limits), no_default_policy: noDefault } },
    place,
  );
  const written =
    kind === 'token-role'
      ? textsAt(data, 'allowed_policies')
      : [...textsAt(data, 'token_policies'), ...textsAt(data, 'policies')];
  bindPolicies(principal, new Set(written), place, server, facts);
  if (kind === 'approle') secretIds(data, role.nativeId, principal, place, facts);
  if (kind === 'kubernetes-role') serviceAccounts(data, principal, place, context);
  if (kind === 'aws-role') awsPrincipals(data, principal, place, facts);
  if (kind === 'jwt-role') tokens(data, mount, principal, place, context);
}

/** Which policies somebody has; what they say may stand in another file. */
export function bindPolicies(
  principal: string,
  names: Iterable<string>,
  place: Place,
  server: string,
  facts: FileFacts,
): void {
  for (const name of names) {
    const policy = facts.name(policyName(server, name), place);
    facts.trust(
      { principal: policy, subject: { kind: 'principal', id: principal }, declaredBy: 'target', how: 'bound-to' },
      place,
    );
  }
}

/** Secret ids of a role are as long-lived as it says: without an end they are static secrets. */
function secretIds(data: Node, nativeId: string, principal: string, place: Place, facts: FileFacts): void {
  if (textAt(data, 'bind_secret_id') === 'false') return;
  const ttl = Number(textAt(data, 'secret_id_ttl') ?? '0');
  const uses = Number(textAt(data, 'secret_id_num_uses') ?? '0');
  facts.credential(
    {
      kind: 'secret-id',
      nativeId: `${nativeId}#secret-ids`,
      principal,
      // That the role can have some does not say that it has.
      status: 'unknown',
      ...(ttl > 0 ? { expiryUnknown: true } : {}),
      attributes: { ttl, num_uses: uses },
    },
    place,
  );
}

function serviceAccounts(data: Node, principal: string, place: Place, { cluster, facts }: RoleContext): void {
  const names = textsAt(data, 'bound_service_account_names');
  const namespaces = textsAt(data, 'bound_service_account_namespaces');
  const wild = [...names, ...namespaces].some((name) => /[*?]/.test(name)) || namespaces.length === 0;
  if (wild) {
    const condition: JsonObject = { names: [...names], namespaces: [...namespaces] };
    facts.trust(
      {
        principal,
        subject: { kind: 'federated', issuer: `kubernetes/${cluster}` },
        declaredBy: 'target',
        how: 'assume-web-identity',
        condition: claims(`kubernetes/${cluster}`, [['sub', subjects(names, namespaces)]], true) ?? condition,
      },
      place,
    );
    return;
  }
  for (const namespace of namespaces) {
    for (const name of names) {
      const { id: _, ...account } = serviceAccount(cluster, namespace, name);
      facts.trust(
        {
          principal,
          subject: { kind: 'principal', id: facts.name(account, place) },
          declaredBy: 'target',
          how: 'admitted-as',
        },
        place,
      );
    }
  }
}

function subjects(names: readonly string[], namespaces: readonly string[]): readonly string[] {
  const spaces = namespaces.length === 0 ? ['*'] : namespaces;
  return spaces.flatMap((space) => names.map((name) => `system:serviceaccount:${space}:${name}`));
}

function awsPrincipals(data: Node, principal: string, place: Place, facts: FileFacts): void {
  for (const arn of textsAt(data, 'bound_iam_principal_arn')) {
    const role = awsRole(arn);
    if (role === undefined) {
      facts.trust(
        {
          principal,
          subject: { kind: 'anyone' },
          declaredBy: 'target',
          how: 'admitted-as',
          condition: { bound_iam_principal_arn: arn },
        },
        place,
      );
      continue;
    }
    const { id: _, ...named } = role;
    facts.trust(
      {
        principal,
        subject: { kind: 'principal', id: facts.name(named, place) },
        declaredBy: 'target',
        how: 'admitted-as',
      },
      place,
    );
  }
  for (const account of textsAt(data, 'bound_account_id')) {
    facts.trust(
      { principal, subject: { kind: 'account', value: account }, declaredBy: 'target', how: 'admitted-as' },
      place,
    );
  }
}

/** Tokens of an issuer, with the tests of their claims as `src/iam/federation.ts` reads them. */
function tokens(
  data: Node,
  mount: string,
  principal: string,
  place: Place,
  { server, issuer, facts }: RoleContext,
): void {
  const address = issuer(mount) ?? `${server}/auth/${mount}`;
  const glob = textAt(data, 'bound_claims_type') === 'glob';
  const bound = entriesAt(data, 'bound_claims').map(([claim, { value }]): [string, readonly string[]] => {
    const text = value.kind === 'scalar' ? [value.text] : [];
    return [claim.replace(/^\//, ''), value.kind === 'list' ? value.items.flatMap((item) => textAt(item) ?? []) : text];
  });
  const subject = textAt(data, 'bound_subject');
  const exact: [string, readonly string[]][] = [
    ['aud', textsAt(data, 'bound_audiences')],
    ...(subject ? [['sub', [subject]] as [string, readonly string[]]] : []),
    ...(glob ? [] : bound),
  ];
  const condition = { ...claims(address, exact, false), ...(glob ? claims(address, bound, true) : {}) };
  facts.trust(
    {
      principal,
      subject: { kind: 'federated', issuer: address },
      declaredBy: 'target',
      how: 'assume-web-identity',
      ...(Object.keys(condition).length === 0 ? {} : { condition }),
    },
    place,
  );
}

function claims(
  issuer: string,
  tests: readonly (readonly [string, readonly string[]])[],
  glob: boolean,
): JsonObject | undefined {
  const found = tests
    .filter(([, values]) => values.length > 0)
    .map(([claim, values]) => [`${issuer}:${claim}`, [...values]] as const);
  return found.length === 0 ? undefined : { [glob ? 'StringLike' : 'StringEquals']: Object.fromEntries(found) };
}
