import type { AccessDetail, Requester } from '../model/access-request.ts';
import type { JsonObject } from '../model/json.ts';
import type { SecretValue } from '../model/secret-value.ts';

/** What the issuer tells a broker to make. Everything here is already on disk when the broker first hears of it. */
export interface MintPlan {
  readonly leaseId: string;
  /** Name at the target; derived from the issuer id and the lease id by `externalId()`. */
  readonly externalId: string;
  /** What was granted, which may be narrower than what was asked. */
  readonly detail: AccessDetail;
  /** When it must stop working; also set at the target where the target has such a thing. */
  readonly expiresAt: Date;
  /** For targets whose credential names its holder, such as a token. */
  readonly requester: Requester;
  readonly request: string;
  readonly approvedBy: readonly string[];
  readonly policyRevision: string;
}

/** What is handed to the requester, once. `secret` members are SecretValues until the answer is written. */
export interface MintedCredential {
  /** Plain members: user name, host, port, database, audience. */
  readonly plain: JsonObject;
  readonly secret: Readonly<Record<string, SecretValue>>;
}

export type Liveness = 'alive' | 'dead' | 'unknown';

/**
 * One target that credentials are made at and taken back from. A broker is one file in `src/brokers/` and one line in its
 * index; configuration decides which targets exist. Every step is idempotent: "already exists with our name" and "already gone" are
 * successes. All calls carry a time-out of their own and fail with ERR_TARGET_UNREACHABLE.
 *
 * Taking back is always `disable` → `endSessions` → `remove` → `verify`.
 */
export interface Broker {
  /** The `type` of the details it serves: `db_credential`, `api_token`. */
  readonly detailType: string;
  readonly capabilities: {
    /** The target itself stops the credential at `expiresAt`. */
    readonly nativeExpiry: boolean;
    /** Source networks can be enforced at the target. When false, a grant that demands them is refused. */
    readonly sourceBound: boolean;
    readonly endsSessions: boolean;
    /** `list` shows everything of ours: absence can be verified. */
    readonly lists: boolean;
    readonly minSeconds: number;
    readonly maxSeconds: number;
    /** A creation that was given up may still take effect at the target for this long, and no longer. */
    readonly settleMs: number;
  };
  /** What this broker cannot do about `detail`, as a sentence; undefined when it can. Pure. */
  refuses(detail: AccessDetail): string | undefined;
  create(plan: MintPlan): Promise<MintedCredential>;
  /** No new logins. */
  disable(externalId: string): Promise<void>;
  /** Ends live sessions; returns how many. */
  endSessions(externalId: string): Promise<number>;
  /** Rights and object. */
  remove(externalId: string): Promise<void>;
  verify(externalId: string): Promise<Liveness>;
  /** External ids of everything at the target that carries our issuer's prefix. */
  list(): Promise<readonly string[]>;
  close(): Promise<void>;
}
