import type { DocumentPlace } from '../documents.ts';

/** Which workloads of a trust domain are taken. */
export interface SpiffeRule {
  readonly id: string;
  /** Compared exactly. */
  readonly trustDomain: string;
  /** A trust bundle in the SPIFFE format; one and the same for all rules of a trust domain. */
  readonly bundle: DocumentPlace;
  /** Exact, or a segment glob, with its leading slash. */
  readonly path: string;
  /** What `aud` of a JWT-SVID must contain. */
  readonly audience: string;
  readonly owners: readonly string[];
  readonly principal?: string;
}
