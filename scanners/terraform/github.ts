import type { ScanContext } from '../../src/scan/scanner.ts';
import { FileFacts } from '../file-facts.ts';
import { publicKey } from '../ssh/public-key.ts';
import type { FactSet } from './fact-set.ts';
import { heard } from './heard.ts';
import { type Resource, textOf } from './resource.ts';
import type { World } from './world.ts';

/** Resources that hold a secret of GitHub's, and which product it is for. */
const SECRETS: Readonly<Record<string, string | undefined>> = {
  github_actions_secret: 'actions-secret',
  github_actions_organization_secret: 'actions-secret',
  github_actions_environment_secret: 'actions-secret',
  github_dependabot_secret: 'dependabot-secret',
  github_dependabot_organization_secret: 'dependabot-secret',
  github_codespaces_secret: 'codespaces-secret',
  github_codespaces_organization_secret: 'codespaces-secret',
};
const DEPLOY_KEY = 'github_repository_deploy_key';

export const GITHUB_TYPES: readonly string[] = [...Object.keys(SECRETS), DEPLOY_KEY, 'github_repository'];

/** Deploy keys and stored secrets, as `scanners/github` tells them of the API's answers. */
export function tellGithub(world: World, path: string, set: FactSet, context: ScanContext): void {
  const facts = new FileFacts(heard(set, context), path, 'github');
  const repositories = new Repositories(world);
  for (const resource of world.managed(DEPLOY_KEY)) tellDeployKey(resource, repositories, facts);
  for (const [type, kind] of Object.entries(SECRETS)) {
    if (kind === undefined) continue;
    for (const resource of world.managed(type)) tellSecret(resource, kind, repositories, facts);
  }
  facts.end();
}

/** Resources name a repository without its owner, who is the provider's. */
class Repositories {
  readonly owner: string;
  readonly #names = new Map<string, string>();

  constructor(world: World) {
    const owners = new Set<string>();
    for (const resource of [...world.managed('github_repository'), ...world.data('github_repository')]) {
      const full = textOf(resource, 'full_name');
      if (full === undefined) continue;
      this.#names.set(textOf(resource, 'name') ?? '', full);
      owners.add(full.split('/')[0] ?? '');
    }
    const [only] = owners;
    this.owner = owners.size === 1 && only ? only : 'unknown';
  }

  nameOf(resource: Resource): string | undefined {
    const name = textOf(resource, 'repository');
    if (name === undefined || name.includes('/')) return name;
    return this.#names.get(name) ?? `${this.owner}/${name}`;
  }
}

/** Whoever has its private half acts on the one repository, as no person and without an end. */
function tellDeployKey(resource: Resource, repositories: Repositories, facts: FileFacts): void {
  const repository = repositories.nameOf(resource) ?? `${repositories.owner}/unknown`;
  const number = /\d+$/.exec(textOf(resource, 'id') ?? '')?.[0] ?? resource.address;
  const nativeId = `${repository}#${number}`;
  const readOnly = textOf(resource, 'read_only') !== 'false';
  const [type = '', blob = ''] = (textOf(resource, 'key') ?? '').split(/\s+/);
  const key = publicKey(type, blob);
  const { place, address } = resource;
  const principal = facts.principal(
    {
      kind: 'deploy-key',
      nativeId,
      name: textOf(resource, 'title') ?? nativeId,
      scope: repository.split('/'),
      attributes: { read_only: readOnly, resource: address },
    },
    place,
  );
  const shown =
    key === undefined
      ? {}
      : { key_type: key.type, key_bits: key.bits ?? null, public_key_fingerprint: key.fingerprint };
  facts.credential(
    {
      kind: 'deploy-key',
      nativeId: number,
      principal,
      attributes: { read_only: readOnly, ...shown, resource: address },
    },
    place,
  );
  const actions = readOnly ? ['contents:read'] : ['contents:write'];
  facts.grant({ principal, actions, resources: [repository], scope: repository, via: ['deploy-key'] }, place);
}

function tellSecret(resource: Resource, kind: string, repositories: Repositories, facts: FileFacts): void {
  const name = textOf(resource, 'secret_name')?.toUpperCase();
  if (name === undefined) return;
  const { place, address } = resource;
  const organization = resource.type.includes('organization');
  const repository = organization ? undefined : repositories.nameOf(resource);
  const environment = textOf(resource, 'environment');
  const base = repository ?? repositories.owner;
  const holder = environment === undefined ? base : `${base}/${environment}`;
  const [ownerKind, ownerName] =
    environment !== undefined
      ? ['environment', environment]
      : repository === undefined
        ? ['organization', base]
        : ['repository', base];
  const scope = base.split('/');
  const principal = facts.name({ kind: ownerKind, nativeId: holder, name: ownerName, scope }, place);
  const updated = Date.parse(textOf(resource, 'updated_at') ?? textOf(resource, 'created_at') ?? '');
  facts.credential(
    {
      kind,
      nativeId: `${holder}#${name}`,
      principal,
      ...(Number.isNaN(updated) ? {} : { createdAt: new Date(updated).toISOString() }),
      expiryUnknown: true,
      attributes: { ...(environment === undefined ? {} : { environment }), resource: address },
    },
    place,
  );
}
