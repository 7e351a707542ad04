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
 * One target that credentials are made at, or principals are elevated at, and that takes them back. A broker is one file in `src/brokers/` and one line in its
 * index; configuration decides which targets exist. Every step is idempotent: "already exists with our name" and "already gone" are
 * successes. All calls carry a time-out of their own and fail with ERR_TARGET_UNREACHABLE.
 *
 * Taking back is always `disable` → `endSessions` → `remove` → `verify`.
 */
export interface Broker {
  /** The `type` of the details it serves: `db_credential`, `api_token`, `db_membership`. */
  readonly detailType: string;
  readonly capabilities: {
    /** A lease is something that a principal of the target gets for a time (`detail.principal`), and no credential. */
    readonly elevates?: true;
    /** The target itself stops the credential at `expiresAt`. */
    readonly nativeExpiry: boolean;
    /** Source networks can be enforced at the target. When false, a grant that demands them is refused. */
    readonly sourceBound: boolean;
    readonly endsSessions: boolean;
    /** Nothing is made anywhere but what is handed out, such as a token that we sign: a crash can leave nothing behind. */
    readonly handsOutOnly?: true;
    /** `list` shows everything of ours: absence can be verified. */
    readonly lists: boolean;
    readonly minSeconds: number;
    readonly maxSeconds: number;
    /** A creation that was given up may still take effect at the target for this long, and no longer. */
    readonly settleMs: number;
  };
  /** What this broker cannot do about `detail`, as a sentence; undefined when it can. Pure. */
  refuses(detail: AccessDetail): string | undefined;
  /**
   * Where leases with equal details must share one object at the target: what makes them equal, as any text. Such leases are counted:
   * `create` is called for each of them with the latest end of all, and the object is removed with the last. Without this, each lease
   * has an object of its own, and no lease can end another's. Pure.
   */
  sharedKey?(detail: AccessDetail): string;
  create(plan: MintPlan): Promise<MintedCredential>;
  /**
   * Moves the native end of something that is there, later or earlier. Absent where the target has none that can be moved.
   *
   * @throws {AppError} ERR_TARGET_REFUSED when it is not there.
   */
  extend?(externalId: string, expiresAt: Date): Promise<void>;
  /** No new logins. */
  disable(externalId: string): Promise<void>;
  /** Ends live sessions; returns how many. */
  endSessions(externalId: string): Promise<number>;
  /** Rights and object. */
  remove(externalId: string): Promise<void>;
  verify(externalId: string): Promise<Liveness>;
  /** External ids of everything at the target that carries our issuer's prefix. */
  list(): Promise<readonly string[]>;
  /** Of what `list` gives: what somebody has taken the effect from, such as a membership that was revoked by hand. */
  lost?(): Promise<readonly string[]>;
  close(): Promise<void>;
}
