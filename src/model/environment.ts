import type { Inventory } from './inventory.ts';
import type { Principal } from './principal.ts';
import { matchesSegmentGlob } from './segment-glob.ts';

/** Which part of the world is which environment, as the configuration says. */
export interface EnvironmentRule {
  readonly name: string;
  /** Segment globs of scope paths (`123456789012`, `prod-cluster/payments`, `acme/*`); each stands for what is below it too. */
  readonly scopes: readonly string[];
}

/** Gives principals that do not say where they live the environment of the first rule that matches their scope. */
export function assignEnvironments(inventory: Inventory, rules: readonly EnvironmentRule[]): Inventory {
  if (rules.length === 0) return inventory;
  const principals = new Map<string, Principal>();
  for (const [id, principal] of inventory.principals) {
    const environment = principal.environment ?? environmentOf(principal.scope, rules);
    principals.set(id, environment === undefined ? principal : { ...principal, environment });
  }
  return { ...inventory, principals };
}

function environmentOf(scope: readonly string[], rules: readonly EnvironmentRule[]): string | undefined {
  const path = scope.join('/');
  return rules.find(({ scopes }) =>
    scopes.some((pattern) => matchesSegmentGlob(pattern, path) || matchesSegmentGlob(`${pattern}/**`, path)),
  )?.name;
}
