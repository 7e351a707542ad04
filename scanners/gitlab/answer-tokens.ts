import { isObject } from '../../src/model/json.ts';
import { instant } from '../../src/scan/formats/instant.ts';
import { member, text, texts } from '../../src/scan/formats/json-members.ts';
import type { FileFacts } from '../file-facts.ts';
import { publicKey } from '../ssh/public-key.ts';
import { type AnswerElement, expiry, unnamed, usageOf } from './answer-element.ts';

const LEVELS: Readonly<Record<number, string>> = {
  5: 'minimal',
  10: 'guest',
  15: 'planner',
  20: 'reporter',
  30: 'developer',
  40: 'maintainer',
  50: 'owner',
};

/** A deploy token of a project or group; without an end it never expires. */
export function tellDeployToken({ value, place, scope }: AnswerElement, facts: FileFacts): void {
  const id = member(value, 'id');
  if (typeof id !== 'number') return;
  const dead =
    member(value, 'revoked') === true ? 'inactive' : member(value, 'expired') === true ? 'expired' : undefined;
  const principal = facts.principal(
    {
      kind: 'deploy-token',
      nativeId: String(id),
      name: text(value, 'name') ?? String(id),
      scope: scope?.nativeId.split('/') ?? [],
      enabled: dead === undefined,
      attributes: { username: text(value, 'username') ?? null },
    },
    place,
  );
  facts.credential(
    { kind: 'deploy-token', nativeId: String(id), principal, status: dead ?? 'active', ...expiry(value) },
    place,
  );
  tellScopes({ value, place, scope }, principal, ['deploy-token'], facts);
}

/** Of a project or group: a bot user with a role. Of a person: that person, as far as the scopes go. */
export function tellAccessToken({ value, place, scope }: AnswerElement, facts: FileFacts): void {
  const id = member(value, 'id');
  const user = member(value, 'user_id');
  if (typeof id !== 'number') return;
  const level = member(value, 'access_level');
  const role = typeof level === 'number' ? (LEVELS[level] ?? `level ${level}`) : undefined;
  const active = member(value, 'active') === true;
  const createdAt = instant(member(value, 'created_at'));
  const status = active ? 'active' : member(value, 'revoked') === true ? 'inactive' : 'expired';
  const personal = role === undefined;
  const principal = facts.principal(
    {
      kind: personal ? 'personal-access-token' : 'access-token',
      nativeId: String(id),
      name: text(value, 'name') ?? String(id),
      scope: personal ? [] : (scope?.nativeId.split('/') ?? []),
      ...(personal && typeof user === 'number'
        ? { owner: { value: `user ${user}`, source: 'record', location: facts.at(place) } }
        : {}),
      ...(createdAt === undefined ? {} : { createdAt }),
      enabled: active,
      attributes: {
        ...(typeof user === 'number' ? { user_id: user } : {}),
        ...(role === undefined ? {} : { role }),
        ...(member(value, 'impersonation') === true ? { impersonation: true } : {}),
      },
    },
    place,
  );
  facts.credential(
    {
      kind: personal ? 'personal-access-token' : 'access-token',
      nativeId: String(id),
      principal,
      status,
      ...(createdAt === undefined ? {} : { createdAt }),
      ...expiry(value),
      ...usageOf(value, 'last_used_at', 'gitlab-access-tokens'),
    },
    place,
  );
  if (personal) {
    const scopes = texts(value, 'scopes');
    const reach = typeof user === 'number' ? { condition: { acts_as: `user ${user}` } } : {};
    facts.grant(
      { principal, actions: scopes, resources: ['*'], ...reach, scope: '*', via: ['personal-access-token'] },
      place,
    );
  } else tellScopes({ value, place, scope }, principal, [`role:${role}`], facts);
}

function tellScopes(
  { value, place, scope }: AnswerElement,
  principal: string,
  via: readonly string[],
  facts: FileFacts,
): void {
  const actions = texts(value, 'scopes');
  if (scope === undefined) unnamed('what a token reaches', facts, place);
  else if (actions.length > 0) {
    const resource = scope.kind === 'group' ? `${scope.nativeId}/*` : scope.nativeId;
    facts.grant({ principal, actions, resources: [resource], scope: scope.nativeId, via }, place);
  }
}

/** A key that lets its holder read, or write, one repository. */
export function tellDeployKey({ value, place, scope }: AnswerElement, facts: FileFacts): void {
  const id = member(value, 'id');
  if (typeof id !== 'number') return;
  if (scope === undefined) {
    unnamed('a deploy key', facts, place);
    return;
  }
  const createdAt = instant(member(value, 'created_at'));
  const [type = '', blob = ''] = (text(value, 'key') ?? '').split(/\s+/);
  const key = publicKey(type, blob);
  const push = member(value, 'can_push') === true;
  const nativeId = `${scope.nativeId}#${id}`;
  const principal = facts.principal(
    {
      kind: 'deploy-key',
      nativeId,
      name: text(value, 'title') ?? nativeId,
      scope: scope.nativeId.split('/'),
      ...(createdAt === undefined ? {} : { createdAt }),
      attributes: { can_push: push },
    },
    place,
  );
  facts.credential(
    {
      kind: 'deploy-key',
      nativeId: String(id),
      principal,
      ...(createdAt === undefined ? {} : { createdAt }),
      ...expiry(value),
      attributes:
        key === undefined
          ? {}
          : { key_type: key.type, key_bits: key.bits ?? null, public_key_fingerprint: key.fingerprint },
    },
    place,
  );
  const actions = push ? ['read_repository', 'write_repository'] : ['read_repository'];
  facts.grant({ principal, actions, resources: [scope.nativeId], scope: scope.nativeId, via: ['deploy-key'] }, place);
}

/** A trigger token starts pipelines with the rights of whoever made it, and the answer has it in clear for them. */
export function tellTrigger({ value, place, scope }: AnswerElement, facts: FileFacts): void {
  const id = member(value, 'id');
  if (typeof id !== 'number') return;
  if (scope === undefined) {
    unnamed('a trigger', facts, place);
    return;
  }
  const owner = member(value, 'owner');
  const login = isObject(owner) ? text(owner, 'username') : undefined;
  const createdAt = instant(member(value, 'created_at'));
  const token = text(value, 'token') ?? '';
  // Others than its owner see four characters of it.
  const whole = token.length > 8;
  const principal = facts.principal(
    {
      kind: 'trigger',
      nativeId: `${scope.nativeId}#${id}`,
      name: text(value, 'description') ?? String(id),
      scope: scope.nativeId.split('/'),
      ...(login === undefined ? {} : { owner: { value: login, source: 'record', location: facts.at(place) } }),
      ...(createdAt === undefined ? {} : { createdAt }),
    },
    place,
  );
  facts.credential(
    {
      kind: 'trigger-token',
      nativeId: String(id),
      principal,
      ...(createdAt === undefined ? {} : { createdAt }),
      ...(member(value, 'expires_at') === undefined ? {} : expiry(value)),
      ...usageOf(value, 'last_used', 'gitlab-triggers'),
      ...(whole ? { attributes: { fingerprint: facts.fingerprint(token) } } : {}),
    },
    place,
  );
  facts.grant(
    { principal, actions: ['trigger_pipeline'], resources: [scope.nativeId], scope: scope.nativeId, via: ['trigger'] },
    place,
  );
}
