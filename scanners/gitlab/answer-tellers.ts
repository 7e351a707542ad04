import type { JsonObject } from '../../src/model/json.ts';
import type { Usage } from '../../src/model/usage.ts';
import type { Place } from '../../src/scan/formats/node.ts';
import { instant } from '../aws/instant.ts';
import { member, objects, text, texts } from '../aws/members.ts';
import { isObject } from '../aws/positioned-json.ts';
import type { FileFacts } from '../file-facts.ts';
import { literalSecret } from '../literal-secret.ts';
import { publicKey } from '../ssh/public-key.ts';
import type { AnswerKind } from './answer-kind.ts';
import type { AnswerScope } from './answer-scope.ts';

interface Element {
  readonly value: JsonObject;
  readonly place: Place;
  /** By the name of the file; the answers themselves do not tell. */
  readonly scope: AnswerScope | undefined;
}

export const TELLERS: Readonly<Record<AnswerKind, (element: Element, facts: FileFacts) => void>> = {
  'access-token': tellAccessToken,
  'deploy-key': tellDeployKey,
  'deploy-token': tellDeployToken,
  'job-token-scope': tellJobTokenScope,
  project: tellProject,
  'protected-environment': tellEnvironment,
  runner: tellRunner,
  trigger: tellTrigger,
  variable: tellVariable,
};

const LEVELS: Readonly<Record<number, string>> = {
  5: 'minimal',
  10: 'guest',
  15: 'planner',
  20: 'reporter',
  30: 'developer',
  40: 'maintainer',
  50: 'owner',
};

/** A project or group, which never acts itself. */
function holder(scope: AnswerScope, facts: FileFacts, place: Place): string {
  return facts.name(
    { kind: scope.kind, nativeId: scope.nativeId, name: scope.nativeId, scope: scope.nativeId.split('/') },
    place,
  );
}

function tellDeployToken({ value, place, scope }: Element, facts: FileFacts): void {
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
function tellAccessToken({ value, place, scope }: Element, facts: FileFacts): void {
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
  { value, place, scope }: Element,
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

function tellDeployKey({ value, place, scope }: Element, facts: FileFacts): void {
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

/** Variables come with their values; hidden ones without. */
function tellVariable({ value, place, scope }: Element, facts: FileFacts): void {
  const key = text(value, 'key');
  if (key === undefined) return;
  if (scope === undefined) {
    unnamed('a variable', facts, place);
    return;
  }
  const content = text(value, 'value');
  const masked = member(value, 'masked') === true || member(value, 'hidden') === true;
  const secret = content === undefined ? undefined : (literalSecret(key, content) ?? (masked ? content : undefined));
  if (secret === undefined && !masked) return;
  const environment = text(value, 'environment_scope') ?? '*';
  facts.credential(
    {
      kind: 'ci-variable',
      nativeId: `${scope.nativeId}#${key}${environment === '*' ? '' : `@${environment}`}`,
      principal: holder(scope, facts, place),
      status: 'unknown',
      expiryUnknown: true,
      attributes: {
        name: key,
        protected: member(value, 'protected') === true,
        masked,
        environment_scope: environment,
        ...(secret === undefined ? {} : { fingerprint: facts.fingerprint(secret) }),
      },
    },
    place,
  );
}

function tellRunner({ value, place, scope }: Element, facts: FileFacts): void {
  const id = member(value, 'id');
  if (typeof id !== 'number') return;
  facts.principal(
    {
      kind: 'runner',
      nativeId: String(id),
      name: text(value, 'description') ?? String(id),
      scope: scope?.nativeId.split('/') ?? [],
      enabled: member(value, 'paused') !== true && member(value, 'active') !== false,
      attributes: {
        runner_type: text(value, 'runner_type') ?? null,
        is_shared: member(value, 'is_shared') === true,
        status: text(value, 'status') ?? null,
      },
    },
    place,
  );
}

/** Which other projects' job tokens this project lets in; without the limit every project's. */
function tellJobTokenScope({ value, place, scope }: Element, facts: FileFacts): void {
  if (scope === undefined) {
    unnamed('the scope of job tokens', facts, place);
    return;
  }
  facts.principal(
    {
      kind: scope.kind,
      nativeId: scope.nativeId,
      name: scope.nativeId,
      scope: scope.nativeId.split('/'),
      attributes: {
        job_token_inbound_limited: member(value, 'inbound_enabled') === true,
        job_token_outbound_limited: member(value, 'outbound_enabled') === true,
      },
    },
    place,
  );
}

function tellProject({ value, place, scope }: Element, facts: FileFacts): void {
  const path = text(value, 'path_with_namespace');
  const id = member(value, 'id');
  if (path === undefined) return;
  const claims = texts(value, 'ci_id_token_sub_claim_components');
  const limited = member(value, 'ci_job_token_scope_enabled');
  const visibility = text(value, 'visibility');
  const principal = facts.principal(
    {
      kind: 'project',
      nativeId: path,
      name: path,
      scope: path.split('/'),
      ...(typeof id === 'number' ? { aliases: [`projects/${id}`] } : {}),
      attributes: {
        ...(visibility === undefined ? {} : { visibility }),
        ...(claims.length === 0 ? {} : { id_token_sub_claim_components: claims }),
        ...(typeof limited === 'boolean' ? { job_token_outbound_limited: limited } : {}),
      },
    },
    place,
  );
  if (scope === undefined || !/^job_token_scope\/allowlist/.test(scope.rest) || scope.nativeId === path) return;
  const target = holder(scope, facts, place);
  facts.trust(
    { principal: target, subject: { kind: 'principal', id: principal }, declaredBy: 'target', how: 'job-token' },
    place,
  );
}

function tellEnvironment({ value, place, scope }: Element, facts: FileFacts): void {
  const name = text(value, 'name');
  if (name === undefined || scope === undefined) {
    unnamed('a protected environment', facts, place);
    return;
  }
  const rules = objects(value, 'approval_rules');
  const count = member(value, 'required_approval_count');
  facts.principal(
    {
      kind: 'environment',
      nativeId: `${scope.nativeId}/${name}`,
      name,
      scope: scope.nativeId.split('/'),
      attributes: {
        protected: true,
        required_approvals: Math.max(
          typeof count === 'number' ? count : 0,
          ...rules.map((rule) => Number(member(rule, 'required_approvals') ?? 0)),
        ),
        deployers: objects(value, 'deploy_access_levels').map(
          (level) => text(level, 'access_level_description') ?? 'somebody',
        ),
      },
    },
    place,
  );
}

/** A trigger token starts pipelines with the rights of whoever made it, and the answer has it in clear for them. */
function tellTrigger({ value, place, scope }: Element, facts: FileFacts): void {
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

function unnamed(what: string, facts: FileFacts, place: Place): void {
  facts.problem(
    `${what}: of which project or group is not told: name the file after the request (projects/GROUP%2FNAME/…, groups/NAME/…)`,
    place,
  );
}

/** GitLab says a day; the token dies as it begins. Null is "never"; a member that is not there says nothing. */
function expiry(value: JsonObject): { readonly expiresAt?: string; readonly expiryUnknown?: true } {
  const said = member(value, 'expires_at');
  const day = typeof said === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(said) ? `${said}T00:00:00Z` : said;
  const expiresAt = instant(day);
  if (expiresAt !== undefined) return { expiresAt };
  return said === null ? {} : { expiryUnknown: true };
}

function usageOf(value: JsonObject, name: string, source: string): { readonly usage?: Usage } {
  const used = member(value, name);
  if (used === undefined) return {};
  const lastUsedAt = instant(used);
  return {
    usage: { ...(lastUsedAt === undefined ? { never: true } : { lastUsedAt }), source, confidence: 'medium' },
  };
}
