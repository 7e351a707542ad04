import type { Json } from './json.ts';
import type { Location } from './location.ts';
import type { Platform } from './platform.ts';

/** Who a trust speaks of. */
export type TrustSubject =
  | {
      readonly kind: 'principal';
      readonly id: string;
      /** One session of it (AWS `assumed-role/ROLE/SESSION`): only callers that chose this name. */
      readonly session?: string;
    }
  /** A whole account or project, as delegated to its own IAM. */
  | { readonly kind: 'account'; readonly value: string }
  /** A cloud service such as `ec2.amazonaws.com`. */
  | { readonly kind: 'service'; readonly value: string }
  /** Tokens of an OIDC or SAML issuer (host and path, no scheme); the condition says which. */
  | { readonly kind: 'federated'; readonly issuer: string }
  | { readonly kind: 'anyone' };

/**
 * Who may become a principal, and under which condition: a role's trust policy, a workload that runs as a service
 * account, a service account annotated with a cloud role, a workflow that logs in to a role, membership in a group.
 *
 * `declaredBy` says whose file it stands in: the `target` (a trust policy: it decides) or the `subject` (an annotation,
 * a `role-to-assume`: a claim that the target's own trust must confirm). For `runs-as` the platform has just one side.
 */
export interface Trust {
  /** `contentId('trust', …)` of everything but locations. */
  readonly id: string;
  readonly platform: Platform;
  /** Id of the principal that can be become. */
  readonly principal: string;
  readonly subject: TrustSubject;
  readonly declaredBy: 'target' | 'subject';
  readonly effect: 'allow' | 'deny';
  /**
   * `assume`, `assume-web-identity`, `assume-saml`, `runs-as`, `annotation`, `logs-in-as`, `member-of`, `impersonate`, `uses` (what a workflow takes from its repository: it has what that logs in to), `job-token` (GitLab's allowlist); `bound-to` (a role of Kubernetes, a policy of Vault), `admitted-as` (whoever a Vault role lets in), `security-definer` (a function → the role that it runs as); of AWS
   * organizations `child-of` (account or unit → the unit above) and `attached-to` (target → policy); of Azure `signs-in-as` (application → its service
   * principal), `owner-of` and `child-of`; `profile-of` (an instance profile → the role that it hands out), `assigned` (a user or group
   * of the identity center → a permission set in an account); `provides` (a provider of tokens → its workload identity pool).
   */
  readonly how: string;
  /** The condition as the platform writes it. */
  readonly condition?: Json;
  readonly locations: readonly Location[];
}
