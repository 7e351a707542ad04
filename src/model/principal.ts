import type { JsonObject } from './json.ts';
import type { Location } from './location.ts';
import type { Observation } from './observation.ts';
import type { Platform } from './platform.ts';
import type { Usage } from './usage.ts';

/** Who answers for a principal, and how that is known. */
export interface Owner {
  readonly value: string;
  /** `tag`, `annotation`, `label`, `codeowners`, `blame`, `config`; `record` when its own record at the provider names them. */
  readonly source: string;
  readonly location?: Location;
}

/**
 * A row of the inventory that can act.
 *
 * `id` is `principalId(platform, kind, nativeId)`. Kinds in use: aws `user` `role` `root` `group` `account` `service`
 * (groups never act; they are kept so that membership paths can be shown), `function` `instance` `task-definition` (workloads),
 * `identity-center-user` `identity-center-group` `permission-set` `permission-set-role` (a set in one account), `organization`
 * `organization-root` `organizational-unit` `organization-policy` and `resource` (something that has a policy of its own) and `oidc-provider` (which never acts); of templates and states also `workload` · kubernetes `service-account` `user` `group`
 * `workload` · azure `service-principal` (by client id; managed identities too) `user` `group` `application` (signs in as its service
 * principal) `object` (an object id whose kind nothing says) `role` `directory-role` `management-group` `subscription` `workload` · gcp `service-account` `user` `group` `domain` `public` `project-role` (a bucket's `projectOwner:`)
 * `federated-identity` `principal-set` `kubernetes-identity` `workload` (`organization` `folder` `project` `role` `workload-identity-pool`
 * `workload-identity-provider` never act) · github `workflow` `job` `deploy-key` `app-installation` `personal-access-token` `user`
 * (`action` `environment` `repository` `organization` never act) · gitlab `pipeline`
 * `deploy-token` `access-token` `personal-access-token` `deploy-key` `runner` `trigger` (`project` `group` `environment` never
 * act) · mcp `agent` `server` · compose, helm `workload` (`chart` never acts) ·
 * linux `user` `unit` · jenkins `controller` `job` `pipeline` `user` · circleci `pipeline` · ansible `playbook` (`inventory`,
 * `variables` never act) · vault `approle` `jwt-role` and further roles of auth methods, `token` · generic `workload`.
 */
export interface Principal {
  readonly id: string;
  readonly platform: Platform;
  readonly kind: string;
  /** ARN, `cluster/namespace/name`, `owner/repo/.github/workflows/x.yml#job`; stable at its provider. */
  readonly nativeId: string;
  readonly name: string;
  /** Widest first: account; or cluster, namespace; or owner, repository. */
  readonly scope: readonly string[];
  /** `listed`: its own record was read. `referenced`: only named by something else (a binding, a trust, a workflow). */
  readonly seen: 'listed' | 'referenced';
  /** Other native ids of the same principal, such as an AWS unique id (`AIDA…`). */
  readonly aliases?: readonly string[];
  readonly owner?: Owner;
  readonly environment?: string;
  readonly thirdParty?: boolean;
  /** ISO 8601. */
  readonly createdAt?: string;
  readonly enabled?: boolean;
  readonly usage?: Usage;
  /** What other tools and analyses say of it, beside our own view. */
  readonly observations?: readonly Observation[];
  /** Facts of the platform that policies may want; no secrets. Keys are snake_case. */
  readonly attributes?: JsonObject;
  readonly locations: readonly Location[];
}
