import { type Answer, or } from '../../model/answer.ts';
import type { Grant } from '../../model/grant.ts';
import type { Inventory } from '../../model/inventory.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import type { Principal } from '../../model/principal.ts';
import type { AccessAnswer, AccessQuestion } from '../evaluator.ts';
import { githubGrants } from './grants.ts';

/** Each level has those before it. */
const LEVELS = ['read', 'write', 'admin'];

/** Scopes that a token with the permissive default may write to at most; it never mints OIDC tokens. */
const NOT_IN_DEFAULT = new Set(['id-token', 'attestations']);

/**
 * Answers questions about tokens of GitHub: the action is `scope:level` (`contents:write`; `*` for all scopes), the resource a
 * repository (`owner/name`) or `owner/*` for all of an owner. A level has the lower ones; a token whose permissions are those
 * that a repository gives by default leaves an `if`.
 */
export function githubAsker(inventory: Inventory): (principal: string, question: AccessQuestion) => AccessAnswer {
  const grants = githubGrants(inventory);
  return (id, question) => {
    const principal = inventory.principals.get(id);
    const [scope = '', level = ''] = question.action.split(':');
    if (principal === undefined || !LEVELS.includes(level)) return { answer: 'no', grants: [], trusts: [] };
    const answers: Answer[] = [byDefault(principal, scope, level, question.resource)];
    const giving: string[] = [];
    for (const grant of grants.get(id) ?? []) {
      const answer = allows(grant, scope, level, question.resource);
      if (answer === 'no') continue;
      answers.push(answer);
      giving.push(grant.id);
    }
    return { answer: or('no', ...answers), grants: giving, trusts: [] };
  };
}

function allows(grant: Grant, scope: string, level: string, resource: string | undefined): Answer {
  if (grant.effect !== 'allow' || !grant.resources.some((pattern) => covers(pattern, resource))) return 'no';
  if (grant.unknownContent === true)
    return { if: [`the permissions of ${grant.via[0] ?? grant.principal}, which were not read`] };
  const given = grant.actions.some((action) => gives(action, scope, LEVELS.slice(LEVELS.indexOf(level))));
  if (!given) return 'no';
  return grant.condition === undefined ? 'yes' : { if: [conditionOf(grant.condition)] };
}

/** What classic tokens have; the narrower names of fine-grained ones stand for parts of it. */
const OAUTH: Readonly<Record<string, { readonly scopes: readonly string[] | '*'; readonly level: string }>> = {
  repo: { scopes: '*', level: 'admin' },
  public_repo: { scopes: ['contents', 'issues', 'pull-requests', 'metadata'], level: 'write' },
  workflow: { scopes: ['workflows'], level: 'write' },
  delete_repo: { scopes: ['administration'], level: 'admin' },
  'admin:org': { scopes: ['members', 'organization-administration', 'organization-hooks'], level: 'admin' },
  'write:org': { scopes: ['members'], level: 'write' },
  'read:org': { scopes: ['members'], level: 'read' },
  'write:packages': { scopes: ['packages'], level: 'write' },
  'read:packages': { scopes: ['packages'], level: 'read' },
  'admin:repo_hook': { scopes: ['repository-hooks', 'webhooks'], level: 'admin' },
  'repo:status': { scopes: ['statuses'], level: 'write' },
  repo_deployment: { scopes: ['deployments'], level: 'write' },
  security_events: { scopes: ['security-events'], level: 'write' },
};

/** Workflows write names of scopes with a hyphen, apps with a low line. */
function gives(action: string, asked: string, enough: readonly string[]): boolean {
  const scope = asked.replaceAll('_', '-');
  const oauth = /^oauth:(.+)$/.exec(action)?.[1];
  if (oauth !== undefined) {
    const own = Object.hasOwn(OAUTH, oauth) ? OAUTH[oauth] : undefined;
    return own !== undefined && enough.includes(own.level) && (own.scopes === '*' || own.scopes.includes(scope));
  }
  const [own = '', level = ''] = action.split(':');
  return (own === '*' || own.replaceAll('_', '-') === scope) && enough.includes(level);
}

function conditionOf(condition: Json): string {
  if (typeof condition === 'object' && condition !== null && 'acts_as' in condition)
    return `${String(condition.acts_as)} may do it`;
  if (typeof condition === 'object' && condition !== null && 'repository_selection' in condition)
    return 'the repository is one of those that were selected';
  return JSON.stringify(condition);
}

/** Names of owners and repositories have no capitals of their own at GitHub. */
function covers(pattern: string, asked: string | undefined): boolean {
  if (asked === undefined || pattern === '*') return true;
  const [own, wanted] = [pattern.toLowerCase(), asked.toLowerCase()];
  if (own === wanted) return true;
  // Where a grant is for all of an owner, it is for each.
  return own.endsWith('/*') && wanted.startsWith(own.slice(0, -1));
}

/** What is not in the file: the default that a repository or organization has for jobs that say nothing. */
function byDefault(principal: Principal, scope: string, level: string, resource: string | undefined): Answer {
  if (!jobsOf(principal).some((job) => job.permissions === 'default')) return 'no';
  if (!covers(principal.scope.join('/'), resource) || NOT_IN_DEFAULT.has(scope)) return 'no';
  // Both defaults have these.
  if (level === 'read' && (scope === 'contents' || scope === 'packages')) return 'yes';
  if (level === 'admin') return 'no';
  return { if: [`the repository's default for workflow tokens is write`] };
}

function jobsOf(workflow: Principal): readonly JsonObject[] {
  const jobs = workflow.attributes?.jobs;
  return Array.isArray(jobs)
    ? jobs.filter((job): job is JsonObject => typeof job === 'object' && job !== null && !Array.isArray(job))
    : [];
}
