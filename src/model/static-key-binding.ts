/**
 * An operator's word that a static key may be presented: for one target, from these networks, until a date. Without one a
 * known key is evidence of a leak and nothing else.
 */
export interface StaticKeyBinding {
  /** `bnd_…`, random. */
  readonly id: string;
  /** `secretId` in the inventory. */
  readonly secret: string;
  /** Keyed fingerprint, 64 hex digits: all that is kept of the key. */
  readonly fingerprint: string;
  /** Inventory id of the principal behind the key, when it is known. */
  readonly principal?: string;
  /** Id of the target in the configuration. */
  readonly target: string;
  readonly sourceCidrs: readonly string[];
  /** The cut-off; ISO 8601, as are all dates here. */
  readonly until: string;
  /** `planned`: taken back, the key is refused again. */
  readonly stage: 'planned' | 'bound' | 'swapped' | 'disabled' | 'gone';
  readonly createdBy: string;
  readonly createdAt: string;
  readonly lastUsedAt?: string;
}
