import { member, objects, text, texts } from '../../src/scan/formats/json-members.ts';
import type { FileFacts } from '../file-facts.ts';
import { literalSecret } from '../literal-secret.ts';
import { type AnswerElement, holder, unnamed } from './answer-element.ts';

/** Variables come with their values; hidden ones without. */
export function tellVariable({ value, place, scope }: AnswerElement, facts: FileFacts): void {
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

/** What runs jobs; a shared one runs those of others too. */
export function tellRunner({ value, place, scope }: AnswerElement, facts: FileFacts): void {
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
export function tellJobTokenScope({ value, place, scope }: AnswerElement, facts: FileFacts): void {
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

/** A project by its own record; in an allowlist also who is let in. */
export function tellProject({ value, place, scope }: AnswerElement, facts: FileFacts): void {
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

/** Who may deploy where, and how many must approve. */
export function tellEnvironment({ value, place, scope }: AnswerElement, facts: FileFacts): void {
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
