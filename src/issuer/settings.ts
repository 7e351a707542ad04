/** What policy and the issuer know of a target beside its broker. */
export interface TargetSettings {
  readonly id: string;
  /** Kind of broker: `postgres`, `jwt`. */
  readonly type: string;
  readonly environment: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Inventory ids of what a lease acts as. */
  readonly principals: readonly string[];
  /** Seconds; no lease on this target is longer. */
  readonly maxSeconds: number;
}

export interface Quotas {
  readonly openRequestsPerSubject: number;
  readonly activeLeasesPerSubject: number;
  readonly activeLeasesPerTarget: number;
  /** Of the whole issuer. */
  readonly activeLeases: number;
  readonly leasesPerMinutePerSubject: number;
  /** No limit when absent. */
  readonly leasesPerMinutePerTarget?: number;
  /** A target with this many leases that could not be taken back in time gets no new ones. */
  readonly overdueLeasesPerTarget: number;
}

/** How the issuer is set up. All times in milliseconds. */
export interface IssuerSettings {
  readonly targets: readonly TargetSettings[];
  /** Approver group → operators, beside the groups that operators have of their own. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
  readonly quotas: Quotas;
  /** How long a request waits for an approver. */
  readonly pendingTtl: number;
  /** How long an approved request waits for its requester. */
  readonly claimTtl: number;
  /** Policy that has not answered by then has said no. */
  readonly policyTimeout: number;
  /** A lease that was begun and not handed out by then is taken back. */
  readonly abandonAfter: number;
  /** First and longest pause between attempts to take a lease back. */
  readonly retryFirst: number;
  readonly retryMost: number;
  /** How long a credential waits for an audit sink before it is taken back instead. */
  readonly auditTimeout: number;
  /** The same alert about the same subject is raised once in so long. */
  readonly alertWindow: number;
}

export const DEFAULT_QUOTAS: Quotas = {
  openRequestsPerSubject: 5,
  activeLeasesPerSubject: 20,
  activeLeasesPerTarget: 1000,
  activeLeases: 10_000,
  leasesPerMinutePerSubject: 120,
  overdueLeasesPerTarget: 20,
};

export const DEFAULT_SETTINGS: IssuerSettings = {
  targets: [],
  groups: {},
  quotas: DEFAULT_QUOTAS,
  pendingTtl: 24 * 3_600_000,
  claimTtl: 15 * 60_000,
  policyTimeout: 5_000,
  abandonAfter: 30_000,
  retryFirst: 1_000,
  retryMost: 60_000,
  auditTimeout: 5_000,
  alertWindow: 3_600_000,
};
