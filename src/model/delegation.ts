/** An approver's place, filled by somebody else for a time. */
export interface Delegation {
  /** `dlg_…`; of one that stands in the configuration, `config:` and its place there. */
  readonly id: string;
  /** The operator who is away. */
  readonly operator: string;
  readonly substitute: string;
  /** All of the operator's groups when absent. */
  readonly group?: string;
  /** ISO 8601, both; the end is not part of it. */
  readonly from: string;
  readonly until: string;
  readonly createdAt: string;
  readonly withdrawnAt?: string;
}
