import type { EffectivePermissions, Privilege } from '../../model/effective.ts';
import type { Grant } from '../../model/grant.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import type { Principal } from '../../model/principal.ts';
import type { Evaluator } from '../evaluator.ts';
import { githubAsker } from './asker.ts';
import { githubGrants } from './grants.ts';

/**
 * Resolves what the token of a workflow may do in its repository. What a workflow logs in to stands in trusts, of which the
 * access graph makes its edges; a workflow is never admin of anything by its own token.
 */
export const githubEvaluator: Evaluator = {
  platform: 'github',
  evaluate(inventory) {
    const grants = githubGrants(inventory);
    const workflows = [...inventory.principals.values()].filter(
      ({ platform, kind }) => platform === 'github' && kind === 'workflow',
    );
    return new Map(workflows.map((workflow) => [workflow.id, resolve(workflow, grants.get(workflow.id) ?? [])]));
  },
  asker: githubAsker,
};

const DEFAULT_IS_WRITE = "the repository's default for workflow tokens is write";

function resolve(workflow: Principal, grants: readonly Grant[]): EffectivePermissions {
  const jobs = jobsOf(workflow);
  return {
    principal: workflow.id,
    admin: 'no',
    privileges: [...tokenWrite(jobs, grants), ...scopeWrites(grants), ...idToken(jobs, grants)],
    escalations: [],
    federation: [],
    unseen: unseenOf(jobs),
  };
}

/** Everything that a token can write: by `write-all`, or by a default that is not in the file. */
function tokenWrite(jobs: readonly JsonObject[], grants: readonly Grant[]): readonly Privilege[] {
  const all = grants.filter((grant) => grant.actions.includes('*:write'));
  if (all.length > 0) {
    return [{ id: 'token-write', answer: 'yes', what: 'write-all', grants: all.map((grant) => grant.id) }];
  }
  if (!jobs.some((job) => job.permissions === 'default')) return [];
  return [{ id: 'token-write', answer: { if: [DEFAULT_IS_WRITE] }, what: 'the default permissions', grants: [] }];
}

/** Single scopes that are written to; an OIDC token is no write. */
function scopeWrites(grants: readonly Grant[]): readonly Privilege[] {
  const scopes = new Map<string, string[]>();
  for (const grant of grants) {
    for (const action of grant.actions) {
      const [scope = '', level] = action.split(':');
      if (level !== 'write' || scope === '*' || scope === 'id-token') continue;
      scopes.set(scope, [...(scopes.get(scope) ?? []), grant.id]);
    }
  }
  return [...scopes].map(([scope, ids]) => ({
    id: 'token-scope-write',
    answer: 'yes' as const,
    what: `${scope}: write`,
    grants: ids,
  }));
}

/** The right to an OIDC token, with which the job can log in wherever a trust admits it. */
function idToken(jobs: readonly JsonObject[], grants: readonly Grant[]): readonly Privilege[] {
  if (!jobs.some((job) => job.id_token === true)) return [];
  const giving = grants.filter(({ actions }) => actions.includes('id-token:write') || actions.includes('*:write'));
  return [{ id: 'id-token', answer: 'yes', what: 'OIDC tokens', grants: giving.map((grant) => grant.id) }];
}

function unseenOf(jobs: readonly JsonObject[]): readonly string[] {
  return [
    ...(jobs.some((job) => job.permissions === 'default') ? ['default permissions of workflow tokens'] : []),
    ...(jobs.some((job) => typeof job.environment === 'string') ? ['protection rules of environments'] : []),
    ...(jobs.some((job) => typeof job.reusable === 'string') ? ['called workflows'] : []),
  ];
}

function jobsOf(workflow: Principal): readonly JsonObject[] {
  const jobs = workflow.attributes?.jobs;
  return Array.isArray(jobs) ? jobs.filter(isObject) : [];
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
