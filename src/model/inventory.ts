import type { Credential } from './credential.ts';
import type { GrantTable } from './grant-table.ts';
import type { Principal } from './principal.ts';
import type { StaticSecret } from './static-secret.ts';
import type { Trust } from './trust.ts';

/** A view of the inventory: what all files of all sources say together, one entry per id, merged. */
export interface Inventory {
  readonly principals: ReadonlyMap<string, Principal>;
  readonly credentials: ReadonlyMap<string, Credential>;
  readonly secrets: ReadonlyMap<string, StaticSecret>;
  readonly grants: GrantTable;
  readonly trusts: ReadonlyMap<string, Trust>;
}
