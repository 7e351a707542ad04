import type { Json } from './json.ts';
import type { Location } from './location.ts';
import type { Platform } from './platform.ts';

/**
 * One statement of one policy that reaches a principal, as the platform has it; `src/iam` resolves what it comes to.
 *
 * | platform | actions | resources | scope |
 * | --- | --- | --- | --- |
 * | aws | `service:Action` patterns | ARN patterns | account id |
 * | kubernetes | verbs | `group/resource[/sub]` with `core` for the empty group; `url:/path` for non-resource URLs | `cluster` or `cluster/namespace` |
 * | github | `scope:level` (`contents:write`; `*:write` for write-all) | `owner/repo` | `owner/repo` |
 */
export interface Grant {
  /** `contentId('grant', …)` of everything but locations: stable while the grant says the same. */
  readonly id: string;
  readonly platform: Platform;
  /** Id of the principal that has it. A grant of a group is emitted once per group; members are resolved by `src/iam`. */
  readonly principal: string;
  readonly effect: 'allow' | 'deny';
  /** `boundary`: limits what the identity grants give, and gives nothing itself. */
  readonly role: 'identity' | 'boundary';
  readonly actions: readonly string[];
  /** Everything but these (AWS `NotAction`); exclusive with a non-empty `actions`. */
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
