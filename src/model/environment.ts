import type { Inventory } from './inventory.ts';
import type { Principal } from './principal.ts';
import { type PrincipalSelector, selects } from './selector.ts';

/** Which part of the world is which environment, as the configuration says. */
export interface EnvironmentRule extends PrincipalSelector {
  readonly name: string;
}

/** Gives principals that do not say where they live the environment of the first rule that is about them. */
export function assignEnvironments(inventory: Inventory, rules: readonly EnvironmentRule[]): Inventory {
  if (rules.length === 0) return inventory;
  const principals = new Map<string, Principal>();
  for (const [id, principal] of inventory.principals) {
    const environment = principal.environment ?? rules.find((rule) => selects(rule, principal))?.name;
    principals.set(id, environment === undefined ? principal : { ...principal, environment });
  }
  return { ...inventory, principals };
}
