import type { Json } from '../../src/model/json.ts';
import { textsAt } from '../../src/scan/formats/node.ts';
import type { ScanContext } from '../../src/scan/scanner.ts';
import { FileFacts } from '../file-facts.ts';
import type { FactSet } from './fact-set.ts';
import { heard } from './heard.ts';
import { type Resource, textOf } from './resource.ts';
import type { World } from './world.ts';

/** Roles that somebody or something signs in as, and the auth method by which. */
const ROLES: Readonly<Record<string, { readonly kind: string; readonly mount: string } | undefined>> = {
  vault_approle_auth_backend_role: { kind: 'approle', mount: 'approle' },
  vault_jwt_auth_backend_role: { kind: 'jwt-role', mount: 'jwt' },
  vault_kubernetes_auth_backend_role: { kind: 'kubernetes-role', mount: 'kubernetes' },
  vault_aws_auth_backend_role: { kind: 'aws-role', mount: 'aws' },
  vault_gcp_auth_backend_role: { kind: 'gcp-role', mount: 'gcp' },
  vault_azure_auth_backend_role: { kind: 'azure-role', mount: 'azure' },
  vault_token_auth_backend_role: { kind: 'token-role', mount: 'token' },
};
const SECRET_ID = 'vault_approle_auth_backend_role_secret_id';
const TOKEN = 'vault_token';

export const VAULT_TYPES: readonly string[] = [...Object.keys(ROLES), SECRET_ID, TOKEN];

const LIMITS = ['secret_id_ttl', 'secret_id_num_uses', 'token_ttl', 'token_max_ttl', 'token_period'];

/** Roles of auth methods with their policies by name, and tokens and secret ids that a configuration makes. */
export function tellVault(world: World, path: string, set: FactSet, context: ScanContext): void {
  const facts = new FileFacts(heard(set, context), path, 'vault');
  const { cluster } = context;
  for (const [type, { kind, mount } = { kind: '', mount: '' }] of Object.entries(ROLES)) {
    for (const resource of world.managed(type)) tellRole(resource, kind, mount, cluster, facts);
  }
  for (const resource of world.managed(SECRET_ID)) tellSecretId(resource, cluster, facts);
  for (const resource of world.managed(TOKEN)) tellToken(resource, cluster, facts);
  facts.end();
}

function roleName(resource: Resource, kind: string, mount: string, cluster: string) {
  const backend = textOf(resource, 'backend') ?? mount;
  const name = textOf(resource, 'role_name') ?? textOf(resource, 'role') ?? resource.address;
  return { kind, nativeId: `${cluster}/auth/${backend}/role/${name}`, name, scope: [cluster] };
}

function tellRole(resource: Resource, kind: string, mount: string, cluster: string, facts: FileFacts): void {
  const { attributes, place, address } = resource;
  const limits = LIMITS.flatMap((name): [string, Json][] => {
    const text = textOf(resource, name);
    return text === undefined ? [] : [[name, Number.isFinite(Number(text)) ? Number(text) : text]];
  });
  const principal = facts.principal(
    { ...roleName(resource, kind, mount, cluster), attributes: { ...Object.fromEntries(limits), resource: address } },
    place,
  );
  tellPolicies(
    principal,
    textsAt(attributes, kind === 'token-role' ? 'allowed_policies' : 'token_policies'),
    cluster,
    resource,
    facts,
  );
}

/** What a policy says stands elsewhere: which it is is known. */
function tellPolicies(
  principal: string,
  policies: readonly string[],
  cluster: string,
  { place }: Resource,
  facts: FileFacts,
): void {
  for (const policy of policies) {
    facts.grant(
      { principal, actions: [], resources: [], scope: cluster, via: [`policy:${policy}`], unknownContent: true },
      place,
    );
  }
}

/** Zero where it is not said, which is what it is then; nothing where it is no number. */
function countOf(resource: Resource, name: string): Readonly<Record<string, number>> {
  const count = Number(textOf(resource, name) ?? 0);
  return Number.isFinite(count) ? { [name]: count } : {};
}

function tellSecretId(resource: Resource, cluster: string, facts: FileFacts): void {
  const principal = facts.name(roleName(resource, 'approle', 'approle', cluster), resource.place);
  facts.credential(
    {
      kind: 'secret-id',
      nativeId: textOf(resource, 'accessor') ?? resource.address,
      principal,
      attributes: {
        ...countOf(resource, 'num_uses'),
        ...countOf(resource, 'ttl'),
        resource: resource.address,
      },
    },
    resource.place,
  );
}

/** A token is whoever has it. */
function tellToken(resource: Resource, cluster: string, facts: FileFacts): void {
  const { attributes, place, address } = resource;
  const nativeId = textOf(resource, 'accessor') ?? address;
  const name = textOf(resource, 'display_name') ?? address;
  const principal = facts.principal(
    { kind: 'token', nativeId: `${cluster}/${nativeId}`, name, scope: [cluster], attributes: { resource: address } },
    place,
  );
  const period = textOf(resource, 'period');
  facts.credential(
    {
      kind: 'token',
      nativeId,
      principal,
      // A periodic one is renewed for ever.
      ...(period === undefined ? { expiryUnknown: true } : {}),
      attributes: { ...(period === undefined ? {} : { period }), resource: address },
    },
    place,
  );
  tellPolicies(principal, textsAt(attributes, 'policies'), cluster, resource, facts);
}
