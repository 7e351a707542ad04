import { textsAt } from '../../src/scan/formats/node.ts';
import type { ScanContext } from '../../src/scan/scanner.ts';
import { FileFacts } from '../file-facts.ts';
import type { FactSet } from './fact-set.ts';
import { heard } from './heard.ts';
import { type Resource, textOf } from './resource.ts';
import type { World } from './world.ts';

/** Tokens, and what `scanners/gitlab` calls them; the attribute has the number that they have at GitLab. */
const TOKENS: Readonly<Record<string, { readonly kind: string; readonly number?: string } | undefined>> = {
  gitlab_deploy_token: { kind: 'deploy-token', number: 'deploy_token_id' },
  gitlab_project_deploy_token: { kind: 'deploy-token', number: 'deploy_token_id' },
  gitlab_group_deploy_token: { kind: 'deploy-token', number: 'deploy_token_id' },
  gitlab_project_access_token: { kind: 'access-token' },
  gitlab_group_access_token: { kind: 'access-token' },
  gitlab_personal_access_token: { kind: 'personal-access-token' },
  gitlab_deploy_key: { kind: 'deploy-key', number: 'deploy_key_id' },
};

export const GITLAB_TYPES: readonly string[] = Object.keys(TOKENS);

/** Tokens and deploy keys, as `scanners/gitlab` tells them of the API's answers. */
export function tellGitlab(world: World, path: string, set: FactSet, context: ScanContext): void {
  const facts = new FileFacts(heard(set, context), path, 'gitlab');
  for (const [type, token] of Object.entries(TOKENS)) {
    if (token === undefined) continue;
    for (const resource of world.managed(type)) tellToken(resource, token.kind, token.number, facts);
  }
  facts.end();
}

function tellToken(resource: Resource, kind: string, attribute: string | undefined, facts: FileFacts): void {
  const { attributes, place, address } = resource;
  const number =
    (attribute === undefined ? undefined : textOf(resource, attribute)) ??
    /\d+$/.exec(textOf(resource, 'id') ?? '')?.[0] ??
    address;
  const where = scopeOf(resource);
  const createdAt = date(textOf(resource, 'created_at'));
  const expiresAt = date(textOf(resource, 'expires_at'));
  const push = textOf(resource, 'can_push') === 'true';
  const level = textOf(resource, 'access_level');
  const principal = facts.principal(
    {
      kind,
      nativeId: kind === 'deploy-key' ? `${where.nativeId}#${number}` : number,
      name: textOf(resource, 'name') ?? textOf(resource, 'title') ?? number,
      scope: kind === 'personal-access-token' ? [] : where.nativeId.split('/'),
      ...(createdAt === undefined ? {} : { createdAt }),
      attributes: { ...(level === undefined ? {} : { role: level }), resource: address },
    },
    place,
  );
  const dead = textOf(resource, 'revoked') === 'true';
  const over = expiresAt !== undefined && expiresAt <= facts.now;
  facts.credential(
    {
      kind,
      nativeId: number,
      principal,
      status: dead ? 'inactive' : over ? 'expired' : 'active',
      ...(createdAt === undefined ? {} : { createdAt }),
      ...(expiresAt === undefined ? {} : { expiresAt }),
      attributes: { resource: address },
    },
    place,
  );
  const actions =
    kind === 'deploy-key' ? ['read_repository', ...(push ? ['write_repository'] : [])] : textsAt(attributes, 'scopes');
  if (actions.length === 0) return;
  if (kind === 'personal-access-token') {
    const user = textOf(resource, 'user_id');
    const reach = user === undefined ? {} : { condition: { acts_as: `user ${user}` } };
    facts.grant({ principal, actions, resources: ['*'], ...reach, scope: '*', via: [kind] }, place);
  } else {
    const via = [level === undefined ? kind : `role:${level}`];
    facts.grant({ principal, actions, resources: [where.resource], scope: where.nativeId, via }, place);
  }
}

/** A project or group by its path, or by its number as a request has it. */
function scopeOf(resource: Resource): { readonly nativeId: string; readonly resource: string } {
  const project = textOf(resource, 'project');
  const text = project ?? textOf(resource, 'group') ?? 'unknown';
  const nativeId = /^\d+$/.test(text) ? `${project === undefined ? 'groups' : 'projects'}/${text}` : text;
  return { nativeId, resource: project === undefined ? `${nativeId}/*` : nativeId };
}

/** ISO 8601; undefined for what is no date. */
function date(text: string | undefined): string | undefined {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}
