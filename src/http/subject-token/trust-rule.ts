/** Whose tokens are taken, and for whom they stand. Comes from the configuration, which has checked that it trusts not everybody. */
export interface TrustRule {
  readonly id: string;
  /** Compared exactly with `iss`. */
  readonly issuer: string;
  /** What `aud` must contain. */
  readonly audience: string;
  /** Where the keys are; by OpenID discovery when absent. */
  readonly jwksUri?: string;
  readonly privateNetwork: boolean;
  /** Exact, or a segment glob. */
  readonly subject: string;
  readonly claims: Readonly<Record<string, string>>;
  readonly algs: readonly string[];
  /** Milliseconds. */
  readonly maxTokenAge: number;
  readonly replay: 'single_use' | 'off';
  readonly ownersFrom: readonly string[];
  readonly principal?: string;
}
