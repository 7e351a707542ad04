/** Where the permissions of a row are needed, and what it leads to. */
export type EscalationTarget =
  /** The service accounts on which the permissions of `account` are held, in projects with those of `project`. */
  | 'accounts'
  /** The accounts that machines of the project run as. */
  | 'machine-accounts'
  /** Google's own account that builds (or deployments) of the project run as, unless another is chosen. */
  | 'build-accounts'
  | 'deployment-accounts'
  /** Accounts that the accounts of `account` may in turn have tokens of. */
  | 'delegated-accounts'
  /** The container itself: whoever may write its policy gives itself everything in it. */
  | 'container'
  /** The container at which a custom role is held that can be rewritten. */
  | 'own-roles'
  /** Something of the container that is no principal: said as a way to the container, which never acts. */
  | 'things';

/** One way to more, as data. */
export interface EscalationRow {
  readonly id: string;
  readonly over: EscalationTarget;
  /** Permissions on the service account. */
  readonly account?: readonly string[];
  /** Permissions on the project, or on something in it. */
  readonly project?: readonly string[];
  /** Permissions of which one is needed beside the others. */
  readonly either?: readonly string[];
  /** Permissions that each open the way, by the level at which they count. */
  readonly levels?: readonly {
    readonly permission: string;
    readonly level: 'projects' | 'folders' | 'organizations';
  }[];
  /** What must be so beside the permissions, where no export says. */
  readonly provided?: string;
  /** A page of Google's documentation. */
  readonly source: string;
}
