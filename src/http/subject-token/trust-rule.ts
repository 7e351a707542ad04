import type { Pinned } from './fetch-pinned.ts';

/** Whose tokens are taken, and for whom they stand. Comes from the configuration, which has checked that it trusts not everybody. */
export interface TrustRule extends Pinned {
  readonly id: string;
  /** Compared exactly with `iss`. */
  readonly issuer: string;
  /** What `aud` must contain. */
  readonly audience: string;
  /** Where the keys are; by OpenID discovery when absent. */
  readonly jwksUri?: string;
  /** Exact, or a segment glob. */
  readonly subject: string;
  readonly claims: Readonly<Record<string, string>>;
  readonly algs: readonly string[];
  /** Milliseconds. */
  readonly maxTokenAge: number;
  /** `key_bound`: again by the holder of the key that it was first shown with. */
  readonly replay: 'single_use' | 'key_bound' | 'off';
  /** Clients that alone may present such tokens, authenticated; anybody when empty. */
  readonly clients: readonly string[];
  readonly ownersFrom: readonly string[];
  readonly principal?: string;
}
