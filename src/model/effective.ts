import type { Answer } from './answer.ts';

/** A capability that matters to policies, resolved over all policies that reach the principal. */
export interface Privilege {
  /**
   * `admin` (everything in its account or cluster) · `iam-write` · `secrets-read` · `wildcard-service` (all actions of a
   * service) · `wildcard-resource` (write on every resource) · `token-write` (GitHub) · `pod-create` …
   */
  readonly id: string;
  readonly answer: Answer;
  /** What exactly, for people: `s3:*`, `get secrets in payments`. */
  readonly what: string;
  /** Ids of the grants that lead to it. */
  readonly grants: readonly string[];
}

/** A way from one principal to more than it was given: its own rights widened, or another principal become. */
export interface Escalation {
  /** `iam-create-policy-version`, `passrole-ec2`, `assume-role`, `k8s-bind`, `runs-as`, `oidc` … */
  readonly id: string;
  readonly answer: Answer;
  /** Id of the principal that is become; the principal itself when it widens its own rights. */
  readonly target: string;
  /** The permissions used, for people. */
  readonly uses: readonly string[];
  /** Ids of grants and trusts that prove it. */
  readonly evidence: readonly string[];
}

/** What a principal comes to, computed once per view. */
export interface EffectivePermissions {
  readonly principal: string;
  readonly admin: Answer;
  readonly privileges: readonly Privilege[];
  readonly escalations: readonly Escalation[];
  /** How wide the OIDC trusts into this principal are. */
  readonly federation: readonly FederatedTrust[];
  /** Inputs that were not seen and could change an answer: `organization policies`, a policy document, a group. */
  readonly unseen: readonly string[];
}

/** How wide a federated trust (OIDC) is; `exact` is fine, `dead` admits nobody although it was meant to. */
export type FederationVerdict =
  | 'open'
  | 'wildcard-owner'
  | 'organization-wide'
  | 'any-ref'
  | 'name-only'
  | 'exact'
  | 'dead'
  | 'unknown';

export interface FederatedTrust {
  /** Id of the trust. */
  readonly trust: string;
  readonly issuer: string;
  readonly verdict: FederationVerdict;
  /** Whether the audience is constrained. */
  readonly audience: boolean;
  /** The subject patterns as written. */
  readonly subjects: readonly string[];
}
