import type { Json } from './json.ts';
import type { Location } from './location.ts';
import type { Platform } from './platform.ts';
import type { TrustSubject } from './trust.ts';

/**
 * The step of a grant's way which says that its policy is attached where the grant stands, and that the policy's document is not
 * in that file: the grant is of unknown content until a source that has the document speaks of the same policy of the same holder.
 */
export const DOCUMENT_ELSEWHERE = 'document:elsewhere';

/**
 * One statement of one policy that reaches a principal, as the platform has it; `src/iam` resolves what it comes to.
 *
 * | platform | actions | resources | scope |
 * | --- | --- | --- | --- |
 * | aws | `service:Action` patterns | ARN patterns | account id |
 * | kubernetes | verbs | `group/resource[/sub]` with `core` for the empty group; `url:/path` for non-resource URLs | `cluster` or `cluster/namespace` |
 * | gcp | `role:NAME`; of a role its permissions; of a deny rule patterns of its own spelling | full resource names, `projects/ID` and the like | the container that holds the resource |
 * | github | `scope:level` (`contents:write`; `*:write` for write-all), `oauth:SCOPE` of classic tokens | `owner/repo`, `owner/*`, `owner`; `*` of classic tokens, as far as `condition.acts_as` reaches | `owner/repo` or `owner` |
 * | azure | of a `role` or a deny assignment: actions, data actions as `data:…`, less `notActions`; of an assignment: `role:ID`, `directory-role:ID`, `app-role:ID` or delegated `scope:NAME` | scope, `/administrativeUnits/ID`, object id of the resource | the same, or `directory` |
 * | vault | capabilities (a `deny` is one of the effect `deny`) | paths with `+` and `*`; a policy is a principal of kind `policy` that roles and tokens are `bound-to` | server |
 * | mysql | privileges in small letters, `grant option`, `all`, `proxy`; a partial revoke is a `deny` | `*.*`, `pattern.*`, `db.table`, `procedure:db.name`, `account:user@host` | server |
 * | postgres | privileges in small letters, `grant X` for X with grant option, `owner`, `all`; attributes (`superuser`) | `type:database.schema.name`, a column in brackets | cluster |
 * | gitlab | scopes of tokens (`api`, `read_repository`), as far as the role in `via` reaches | project path, `group/*`; `*` with `condition.acts_as` | project, group |
 * | mcp | names of tools, `*` | `AGENT/SERVER`; `built-in tools` of the client; a condition `approval` where somebody is asked each time | the agent |
 *
 * Of Google Cloud a member holds one grant per binding, and the role (a principal that never acts) one with its permissions: bindings +
 * roles and never their product. `src/iam/gcp/roles.ts` brings them together, with a table for predefined roles.
 *
 * What a source says that is not there yet has `declared` (sources, templates) or `planned` (plans) as the first step of its `via`,
 * and `planned` among the attributes of its principals and credentials.
 *
 * What a grant does to what others give is its `role`:
 *
 * | role | holder | comes to |
 * | --- | --- | --- |
 * | `identity` | who has it | gives (or denies) it to the holder |
 * | `boundary` | who is bounded | limits what identity grants give, and gives nothing |
 * | `session` | a principal that stands for one session | the same, for that session |
 * | `scp` | `aws:organization-policy` | limits whoever acts, of every account that the policy is `attached-to` or below it |
 * | `rcp` | `aws:organization-policy` | limits what is done to resources of those accounts |
 * | `resource` | `aws:resource` | gives (or denies) to `subjects` what is done to the resource |
 *
 * An organization's policy is one principal with one grant per statement, and a trust `attached-to` per target, so that the cost
 * is statements + targets and never their product; `src/iam/aws/organizations.ts` brings them together.
 */
export interface Grant {
  /** `contentId('grant', …)` of everything but locations: stable while the grant says the same. */
  readonly id: string;
  readonly platform: Platform;
  /** Id of the principal that has it. A grant of a group is emitted once per group; members are resolved by `src/iam`. */
  readonly principal: string;
  readonly effect: 'allow' | 'deny';
  readonly role: 'identity' | 'boundary' | 'session' | 'scp' | 'rcp' | 'resource';
  /** Of a `resource` grant: to whom. */
  readonly subjects?: readonly TrustSubject[];
  /** Of a `resource` grant: to everybody but these (AWS `NotPrincipal`). */
  readonly notSubjects?: readonly TrustSubject[];
  readonly actions: readonly string[];
  /** Everything but these (AWS `NotAction`), exclusive with a non-empty `actions`; on Azure what is taken off `actions`. */
  readonly notActions?: readonly string[];
  readonly resources: readonly string[];
  readonly notResources?: readonly string[];
  /** Kubernetes `resourceNames`. */
  readonly resourceNames?: readonly string[];
  /** The condition as the platform writes it. */
  readonly condition?: Json;
  readonly scope: string;
  /** From the principal to the statement: `group:admins`, `policy:arn:…`, `binding:name`, `role:name`, `statement:Sid`. */
  readonly via: readonly string[];
  /** The policy's content was not in the export: what it grants is unknown, not nothing. */
  readonly unknownContent?: boolean;
  readonly locations: readonly Location[];
}
