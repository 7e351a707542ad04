import type { Answer } from '../../model/answer.ts';
import type { Inventory } from '../../model/inventory.ts';
import { accessOf } from './access.ts';
import { allowedBy, allows, allowsUrl, requestFor } from './request.ts';

/** Whether a principal may do something, and what says so. */
export interface CanDo {
  readonly answer: Answer;
  /** Ids of the grants (rules of roles) that allow it. */
  readonly grants: readonly string[];
  /** Ids of the trusts (bindings) through which they reach the principal. */
  readonly trusts: readonly string[];
}

/**
 * What RBAC says to a request: the union of all rules that reach the principal. Admission may still refuse what RBAC
 * allows, and other authorizers (Node, Webhook) may allow what RBAC does not: neither is in the input.
 *
 * @param resource `group/resource[/sub]` with `core` for the empty group, or `url:/path`.
 * @param namespace undefined for cluster-scoped resources, and for all namespaces at once.
 * @param name undefined for requests without a name; then a rule for certain names only gives an `if`.
 *
 * @example
 * canDo(inventory, 'kubernetes:service-account:prod/shop/orders', 'get', 'core/secrets', 'shop').answer
 */
export function canDo(
  inventory: Inventory,
  principalId: string,
  verb: string,
  resource: string,
  namespace?: string,
  name?: string,
): CanDo {
  const principal = inventory.principals.get(principalId);
  if (principal === undefined) return { answer: 'no', grants: [], trusts: [] };
  const access = accessOf(inventory);
  if (access.isMaster(principal)) return { answer: 'yes', grants: [], trusts: [] };
  const rules = access.rulesOf(principal);
  const request = requestFor(verb, resource, namespace, name);
  const found = allowedBy(rules, (rule) =>
    resource.startsWith('url:') ? allowsUrl(rule, verb, resource.slice('url:'.length)) : allows(rule, request),
  );
  return {
    answer: found.answer,
    grants: [...new Set(found.rules.map((rule) => rule.grant.id))],
    trusts: [...new Set(found.rules.flatMap((rule) => rule.via.map((trust) => trust.id)))],
  };
}
