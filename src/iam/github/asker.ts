import { type Answer, or } from '../../model/answer.ts';
import type { Grant } from '../../model/grant.ts';
import type { Inventory } from '../../model/inventory.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Principal } from '../../model/principal.ts';
import type { AccessAnswer, AccessQuestion } from '../evaluator.ts';

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
  const grants = new Map<string, Grant[]>();
  for (const grant of inventory.grants.values()) {
    if (grant.platform !== 'github') continue;
    const known = grants.get(grant.principal);
    if (known === undefined) grants.set(grant.principal, [grant]);
    else known.push(grant);
  }
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
  const enough = LEVELS.slice(LEVELS.indexOf(level));
  const given = grant.actions.some((action) => {
    const [own = '', ownLevel = ''] = action.split(':');
    return (own === '*' || own === scope) && enough.includes(ownLevel);
  });
  if (!given) return 'no';
  return grant.condition === undefined ? 'yes' : { if: [JSON.stringify(grant.condition)] };
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
