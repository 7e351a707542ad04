/**
 * One way in AWS from what a principal may do to more than that, as data. All `target`, `policy` and `anywhere` actions must
 * hold together, over all policies of the principal.
 */
export interface EscalationRow {
  readonly id: string;
  /** Number of the path in the public catalogue at pathfinding.cloud, where it has one. */
  readonly path?: string;
  /** Only users (or only roles) can do this. */
  readonly actor?: 'user' | 'role';
  /** What the way leads over: itself, its groups, another user, role or group of the account, a role that trusts `services`. */
  readonly over: 'self' | 'own-groups' | 'user' | 'role' | 'group' | 'assumable-roles' | 'service-roles' | 'nothing';
  /** `target`: it becomes what it leads over. `self`: it can give itself any permission, up to its boundary. */
  readonly result: 'target' | 'self';
  /** Needed on what the way leads over; `iam:PassRole` is asked for the service it is passed to. */
  readonly target?: readonly string[];
  /** Needed on a customer-managed policy that is attached to what the way leads over. */
  readonly policy?: readonly string[];
  /** Needed on some resource of the service. */
  readonly anywhere?: readonly string[];
  /** It must also be able to assume the role that the way leads over. */
  readonly assume?: true;
  /** Services whose roles can be used, by their principal name without `.amazonaws.com`. */
  readonly services?: readonly string[];
  /** What else must be so, of the target or of the actor; see `gates.ts`. */
  readonly gate?: Gate;
  /** What no export of the identity side shows, and what the answer therefore depends on. */
  readonly provided?: string;
  /**
   * Kind of workload that runs as the role and that the `anywhere` actions are done to. Where one is in the inventory the actions
   * are asked for on that one, and `provided` falls away but for what is `still` not shown.
   */
  readonly runs?: { readonly kind: string; readonly still?: string };
}

export type Gate =
  | 'spare-access-key-slot'
  | 'two-access-keys'
  | 'no-console-password'
  | 'console-password'
  | 'bounded'
  | 'held-back-by-deny';
