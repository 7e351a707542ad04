import type { Answer } from '../../model/answer.ts';
import type { Principal } from '../../model/principal.ts';
import type { Access } from './access.ts';
import type { Accounts } from './population.ts';
import { ask, type Found, type Need, wording } from './question.ts';
import type { Rule } from './rule.ts';

/**
 * A way from a principal to more. It leads to one principal, or to any service account of a namespace (of all where there
 * is none), which is kept as one end: a right over the whole cluster is not a thousand ways.
 */
export interface Way {
  /** `k8s-pod-create` and the like. */
  readonly id: string;
  readonly answer: Answer;
  /** What is used, for people. */
  readonly uses: readonly string[];
  readonly rules: readonly Rule[];
  readonly to: WayEnd;
}

export type WayEnd =
  | { readonly kind: 'principal'; readonly id: string }
  | { readonly kind: 'accounts'; readonly which: 'all' | 'running'; readonly namespace: string | undefined };

/** What the search for ways looks at. */
export interface Surroundings {
  readonly access: Access;
  readonly accounts: Accounts;
  readonly principal: Principal;
  readonly cluster: string;
  readonly version: string | undefined;
  /** Without those of unknown content, which could be anything. */
  readonly rules: readonly Rule[];
}

/** A way that an answer opens, or none. */
export function way(id: string, found: Found, uses: readonly string[], to: WayEnd): readonly Way[] {
  return found.answer === 'no' ? [] : [{ id, answer: found.answer, uses, rules: found.rules, to }];
}

/** `create pods in shop`. */
export function used(found: Found, scope: string | undefined): string {
  return `${wording(found)}${within(scope)}`;
}

/** ` in shop`, and nothing for the whole cluster. */
export function within(scope: string | undefined): string {
  return scope === undefined ? '' : ` in ${scope}`;
}

/**
 * The ways of a right over service accounts: to all of a scope by rules for every name, and to single ones by rules for
 * theirs.
 */
export function waysToAccounts(id: string, need: Need, surroundings: Surroundings, scope: string | undefined): Way[] {
  const { rules, accounts, cluster } = surroundings;
  const open = rules.filter((rule) => rule.names === undefined);
  const found = ask(open, need, scope);
  const ways = [...way(id, found, [used(found, scope)], { kind: 'accounts', which: 'all', namespace: scope })];
  if (found.answer === 'yes') return ways;
  for (const rule of rules) {
    if (rule.names === undefined || ask([rule], need, scope).answer === 'no') continue;
    for (const account of accounts.all(cluster, scope)) {
      if (!rule.names.has(account.name)) continue;
      const named = ask([rule], { ...need, name: account.name }, scope);
      ways.push(...way(id, named, [used(named, scope)], { kind: 'principal', id: account.id }));
    }
  }
  return ways;
}
