import type { Escalation } from '../../model/effective.ts';
import type { Inventory } from '../../model/inventory.ts';
import { accountsOf } from './population.ts';

/** Accounts that are one end of many ways: of a namespace, or of a whole cluster. */
interface AccountGroup {
  readonly cluster: string;
  readonly which: 'all' | 'running';
  readonly namespace: string | undefined;
}

/** A way that leads to more accounts than are told of singly. */
export interface SharedWay extends Omit<Escalation, 'target'> {
  readonly from: string;
  readonly to: AccountGroup;
}

const views = new WeakMap<Inventory, readonly SharedWay[]>();

/** Keeps what an evaluation found beside its answer, for as long as the view is kept. */
export function rememberSharedWays(inventory: Inventory, ways: readonly SharedWay[]): void {
  views.set(inventory, ways);
}

/** The shared ways of a view that was evaluated; none before that. */
export function sharedWaysOf(inventory: Inventory): readonly SharedWay[] {
  return views.get(inventory) ?? [];
}

/** One name for each group of accounts. */
export function groupName({ cluster, which, namespace }: AccountGroup): string {
  return `kubernetes ${which} ${cluster}/${namespace ?? '*'}`;
}

/** Ids of the accounts of a group. */
export function membersOf(inventory: Inventory): (group: AccountGroup) => readonly string[] {
  const accounts = accountsOf(inventory);
  return ({ cluster, which, namespace }) => accounts[which](cluster, namespace).map(({ id }) => id);
}
