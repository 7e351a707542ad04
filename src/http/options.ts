import type { Logger } from 'pino';
import type { Issuer } from '../issuer/issuer.ts';
import type { IssuerKeys } from '../issuer/keys.ts';
import type { Tracing } from '../issuer/tracing.ts';
import type { ClientAuthenticator } from './client-auth/client-authenticator.ts';
import type { ClientRule } from './client-auth/client-rule.ts';
import type { LeaseHandles } from './lease-handle.ts';
import type { Metrics } from './metrics.ts';
import type { Operators } from './operators/operators.ts';
import type { People } from './people.ts';
import type { DpopNonces } from './sender/dpop-nonce.ts';
import type { CertificateSource } from './sender/sender.ts';
import type { SpiffeRule } from './spiffe/spiffe-rule.ts';
import type { AwsIdentityOptions } from './subject-token/aws-identity.ts';
import type { SubjectTokenKind } from './subject-token/subject-token.ts';
import type { TrustRule } from './subject-token/trust-rule.ts';
import type { HttpTarget } from './target.ts';
import type { Grant } from './token/grant.ts';

/** What the daemon's HTTP is made of. */
export interface HttpOptions {
  readonly issuer: Issuer;
  /** The public issuer URL, without trailing slash: `iss`, and the start of every advertised endpoint. */
  readonly url: string;
  /** Signs introspection answers. */
  readonly sign: IssuerKeys['sign'];
  readonly trust: readonly TrustRule[];
  readonly spiffe: readonly SpiffeRule[];
  readonly aws?: AwsIdentityOptions;
  readonly clients: readonly ClientRule[];
  /** Present when client certificates are asked for; a connection without one is good too. */
  readonly certificates?: CertificateSource;
  /** Present when DPoP proofs must carry a nonce. */
  readonly dpopNonces?: DpopNonces;
  readonly targets: readonly HttpTarget[];
  readonly operators: Operators;
  readonly people: People;
  readonly handles: LeaseHandles;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  /** Whether the daemon is about to stop: it is not ready then. */
  readonly stopping: () => boolean;
  /** Present when security events have receivers. */
  readonly securityEvents?: SecurityEvents;
  readonly tls?: { readonly cert: string; readonly key: string };
  readonly trustedProxies: readonly string[];
  /** Of one source address. */
  readonly requestsPerMinute: number;
  /** Milliseconds in which a whole request must have come; 30 s when absent. */
  readonly requestTimeout?: number;
  /** What a scraper from elsewhere than this machine must show at `/metrics`. */
  readonly metricsToken?: string;
  now(): Date;
}

/** What receivers of security events may ask for. */
export interface SecurityEvents {
  /** The receiver that a header `Authorization` is of. */
  receiverOf(authorization: string | undefined): string | undefined;
  poll(
    receiver: string,
    asked: {
      readonly most: number;
      readonly ack: readonly string[];
      readonly errors: Readonly<Record<string, string>>;
    },
  ): Promise<{ readonly sets: Readonly<Record<string, string>>; readonly moreAvailable: boolean }>;
}

/** What the routes share. */
export interface HttpContext extends HttpOptions {
  /** URLs that the endpoints go by: that of the issuer, and that of its aliases for client certificates. */
  readonly baseUrls: readonly string[];
  readonly clientAuth: ClientAuthenticator;
  /** By `grant_type`. */
  readonly grants: ReadonlyMap<string, Grant>;
  /** By `subject_token_type`. */
  readonly subjectTokens: ReadonlyMap<string, SubjectTokenKind>;
  /** Aborted when the server stops: whoever waits for something is answered then. */
  readonly closing: AbortSignal;
}
