import type { EffectivePermissions, Privilege } from '../../model/effective.ts';
import type { Grant } from '../../model/grant.ts';
import { isObject, type JsonObject } from '../../model/json.ts';
import type { Principal } from '../../model/principal.ts';
import type { Evaluator } from '../evaluator.ts';
import { githubAsker } from './asker.ts';
import { githubGrants } from './grants.ts';

/**
 * Resolves what tokens may do: that of a workflow in its repository, those of apps, deploy keys and people where they were
 * granted. What a workflow logs in to stands in trusts, of which the access graph makes its edges; nothing is admin of anything
 * by a token alone.
 */
export const githubEvaluator: Evaluator = {
  platform: 'github',
  evaluate(inventory) {
    const grants = githubGrants(inventory);
    const holders = [...inventory.principals.values()].filter(
      ({ id, platform, kind }) => platform === 'github' && (kind === 'workflow' || grants.has(id)),
    );
    return new Map(holders.map((holder) => [holder.id, resolve(holder, grants.get(holder.id) ?? [])]));
  },
  asker: githubAsker,
};

const DEFAULT_IS_WRITE = "the repository's default for workflow tokens is write";

function resolve(workflow: Principal, grants: readonly Grant[]): EffectivePermissions {
  const jobs = jobsOf(workflow);
  return {
    principal: workflow.id,
    admin: 'no',
    privileges: [...tokenWrite(jobs, grants), ...scopeWrites(grants), ...oauthWrites(grants), ...idToken(jobs, grants)],
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
      const [scope = '', level = ''] = action.split(':');
      if (scope === 'oauth' || (level !== 'write' && level !== 'admin') || scope === '*' || scope === 'id-token')
        continue;
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

/** Classic tokens: scopes are as wide as whoever the token acts as. */
function oauthWrites(grants: readonly Grant[]): readonly Privilege[] {
  return grants.flatMap(({ id, actions, condition }) => {
    const scopes = actions.flatMap((action) => /^oauth:(?!read:)(.+)$/.exec(action)?.[1] ?? []);
    if (scopes.length === 0) return [];
    const acts = typeof condition === 'object' && condition !== null && 'acts_as' in condition ? condition.acts_as : '';
    const answer = { if: [`${String(acts) || 'whoever it acts as'} may do it`] };
    return [{ id: 'token-scope-write', answer, what: `scopes ${scopes.join(', ')}`, grants: [id] }];
  });
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
