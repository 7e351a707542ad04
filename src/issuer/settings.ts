import type { Delegation } from '../model/delegation.ts';

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

/** What emergency access takes, whatever policy says. Milliseconds. */
export interface BreakGlassSettings {
  /** Values of `acr`, and of `amr`, that say of a session that it is strong; one of them is enough. */
  readonly acrValues: readonly string[];
  readonly amr: readonly string[];
  /** Since the person signed in. */
  readonly maxAge: number;
  readonly maxTtl: number;
  /** Somebody else has looked at it by then. */
  readonly reviewWithin: number;
  /** Groups that review; any other operator when there are none. */
  readonly reviewers: readonly string[];
  /** Whoever owes a review that is overdue gets no emergency access. */
  readonly blockOverdue: boolean;
}

/** How the issuer is set up. All times in milliseconds. */
export interface IssuerSettings {
  readonly targets: readonly TargetSettings[];
  /** Approver group → operators, beside the groups that operators have of their own. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
  /** Who stands in for whom, as the configuration says. */
  readonly delegations: readonly Delegation[];
  readonly breakGlass: BreakGlassSettings;
  readonly quotas: Quotas;
  /** How long a request waits for an approver, where policy does not say. */
  readonly pendingTtl: number;
  /** Policy that has not answered by then has said no. */
  readonly policyTimeout: number;
  /** A lease that was begun and not handed out by then is taken back. */
  readonly abandonAfter: number;
  /** A daemon that was not heard of for so long is dead: what it has begun is everybody's. Longer than the beat of the store. */
  readonly deadAfter: number;
  /** First and longest pause between attempts to take a lease back. */
  readonly retryFirst: number;
  readonly retryMost: number;
  /** How long a credential waits for an audit sink before it is taken back instead. */
  readonly auditTimeout: number;
  /** The same alert about the same subject is raised once in so long. */
  readonly alertWindow: number;
}

const HOUR = 3_600_000;

/** `acr` of a session that our own second factor was shown for. */
export const MFA_ACR = 'urn:lapse:acr:mfa';

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
  delegations: [],
  breakGlass: {
    acrValues: [MFA_ACR, 'phr', 'phrh'],
    amr: ['mfa', 'hwk'],
    maxAge: 5 * 60_000,
    maxTtl: HOUR,
    reviewWithin: 24 * HOUR,
    reviewers: [],
    blockOverdue: true,
  },
  quotas: DEFAULT_QUOTAS,
  pendingTtl: 24 * HOUR,
  policyTimeout: 5_000,
  abandonAfter: 30_000,
  deadAfter: 20_000,
  retryFirst: 1_000,
  retryMost: 60_000,
  auditTimeout: 5_000,
  alertWindow: 3_600_000,
};
