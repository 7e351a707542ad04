import type { Credential } from './credential.ts';
import type { Grant } from './grant.ts';
import type { Principal } from './principal.ts';
import type { StaticSecret } from './static-secret.ts';
import type { Trust } from './trust.ts';

/** What a scanner says. */
export type Fact =
  | { readonly kind: 'principal'; readonly body: Principal }
  | { readonly kind: 'credential'; readonly body: Credential }
  | { readonly kind: 'secret'; readonly body: StaticSecret }
  | { readonly kind: 'grant'; readonly body: Grant }
  | { readonly kind: 'trust'; readonly body: Trust };

export type FactKind = Fact['kind'];

/**
 * A fact and the unit (file) that it was read from. Rows of the store are keyed by source, unit, kind and id: two files
 * may speak of one principal, and a scan that did not read a file never ends what that file said.
 */
export type UnitFact = Fact & { readonly unit: string };
