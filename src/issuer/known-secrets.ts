import type { Principal } from '../model/principal.ts';
import type { StaticSecret } from '../model/static-secret.ts';

/** A static secret of the inventory, with the principal that it authenticates as where that is known. */
export interface KnownSecret {
  readonly secret: StaticSecret;
  readonly principal?: Principal;
}

/** What the issuer asks the inventory. A key is looked up by fingerprint only: its value goes nowhere. */
export interface KnownSecrets {
  /** The store's keyed fingerprint of a value. */
  fingerprint(value: string): string;
  byFingerprint(fingerprint: string): Promise<KnownSecret | undefined>;
  byId(id: string): Promise<KnownSecret | undefined>;
}
