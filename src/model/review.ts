/** The task that every use of break-glass opens: somebody else looks at what was done. */
export interface Review {
  /** `rev_…`, random. */
  readonly id: string;
  readonly request: string;
  readonly target: string;
  /** Who used it. */
  readonly operator: string;
  /** The person behind the account, who cannot close it under any other one. */
  readonly human: string;
  /** What was said to be the reason. */
  readonly reason: string;
  readonly ticket?: string;
  /** ISO 8601, all. */
  readonly openedAt: string;
  readonly dueAt: string;
  /** When it was told to be overdue. */
  readonly overdueAt?: string;
  readonly closed?: {
    readonly by: string;
    readonly verdict: 'ok' | 'incident';
    readonly note: string;
    readonly at: string;
  };
}
