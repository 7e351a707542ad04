import type { EffectivePermissions } from '../model/effective.ts';
import type { Inventory } from '../model/inventory.ts';

/** Resolves what the principals of one platform can do, from all grants and trusts of a view. Pure. */
export interface Evaluator {
  readonly platform: string;
  evaluate(inventory: Inventory): ReadonlyMap<string, EffectivePermissions>;
}
