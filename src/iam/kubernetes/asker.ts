import { type Answer, and, or } from '../../model/answer.ts';
import type { Inventory } from '../../model/inventory.ts';
import type { Principal } from '../../model/principal.ts';
import type { AccessAnswer, AccessQuestion } from '../evaluator.ts';
import { accessOf } from './access.ts';
import { canDo } from './can-do.ts';
import { mountsToken } from './population.ts';
import { allowedBy, hasVerb } from './request.ts';
import { parseTarget } from './target.ts';

const NO: AccessAnswer = { answer: 'no', grants: [], trusts: [] };

/**
 * Answers questions about a cluster's principals: the action is a verb, the resource as `parseTarget` reads it. A workload can
 * do what its service account can, as far as it has the token.
 */
export function kubernetesAsker(inventory: Inventory): (principal: string, question: AccessQuestion) => AccessAnswer {
  return (id, question) => {
    const principal = inventory.principals.get(id);
    if (principal === undefined) return NO;
    return principal.kind === 'workload'
      ? byAccounts(principal, question, inventory)
      : ask(principal, question, inventory);
  };
}

function ask(principal: Principal, { action, resource }: AccessQuestion, inventory: Inventory): AccessAnswer {
  if (resource === undefined) return anywhere(principal, action, inventory);
  const target = parseTarget(resource);
  return target === undefined
    ? NO
    : canDo(inventory, principal.id, action, target.resource, target.namespace, target.name);
}

/** On anything at all: a rule with the verb is enough, but for a `create` by POST that is limited to names. */
function anywhere(principal: Principal, verb: string, inventory: Inventory): AccessAnswer {
  const access = accessOf(inventory);
  if (access.isMaster(principal)) return { answer: 'yes', grants: [], trusts: [] };
  const found = allowedBy(access.rulesOf(principal), (rule) => {
    if (!hasVerb(rule, verb)) return 'no';
    if (rule.namespace !== undefined && rule.resources.length === 0) return 'no';
    const nameless = verb === 'deletecollection' || verb === 'create';
    const subresources = rule.resources.some(({ resource }) => resource.includes('/'));
    return rule.names !== undefined && nameless && !(verb === 'create' && subresources) ? 'no' : 'yes';
  });
  return {
    answer: found.answer,
    grants: [...new Set(found.rules.map(({ grant }) => grant.id))],
    trusts: [...new Set(found.rules.flatMap(({ via }) => via.map((trust) => trust.id)))],
  };
}

function byAccounts(workload: Principal, question: AccessQuestion, inventory: Inventory): AccessAnswer {
  const answers: Answer[] = [];
  const grants = new Set<string>();
  const trusts = new Set<string>();
  for (const trust of accessOf(inventory).accountsOfWorkload(workload.id)) {
    const account = inventory.principals.get(trust.principal);
    if (account === undefined) continue;
    const found = ask(account, question, inventory);
    if (found.answer === 'no') continue;
    const token: Answer = mountsToken(workload, account)
      ? 'yes'
      : { if: ['it is given a token of its service account'] };
    answers.push(and(token, found.answer));
    trusts.add(trust.id);
    for (const id of found.grants) grants.add(id);
    for (const id of found.trusts) trusts.add(id);
  }
  return { answer: or('no', ...answers), grants: [...grants], trusts: [...trusts] };
}
