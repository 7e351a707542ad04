import type { Inventory } from './inventory.ts';
import type { Principal } from './principal.ts';
import { type PrincipalSelector, selects } from './selector.ts';

/** Who answers for what, as the configuration says. */
export interface OwnerRule extends PrincipalSelector {
  readonly owner: string;
}

/** Gives principals the owner of the first rule that is about them: what is said on purpose counts more than what is found. */
export function assignOwners(inventory: Inventory, rules: readonly OwnerRule[]): Inventory {
  if (rules.length === 0) return inventory;
  const principals = new Map<string, Principal>();
  for (const [id, principal] of inventory.principals) {
    const rule = rules.find((candidate) => selects(candidate, principal));
    principals.set(
      id,
      rule === undefined ? principal : { ...principal, owner: { value: rule.owner, source: 'config' } },
    );
  }
  return { ...inventory, principals };
}
