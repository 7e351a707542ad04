import type { SecretValue } from '../../model/secret-value.ts';

/** What membership in some group roles gives, in the words of requests. */
export interface PostgresGrant {
  /** All of what the roles let their members do: `select`, `insert`. */
  readonly actions: readonly string[];
  /** All of what they let them do it on, by the names that requests use: `orders.*`. */
  readonly resources: readonly string[];
  /** NOLOGIN roles; a leased role becomes a member of each. */
  readonly roles: readonly string[];
}

/** A PostgreSQL server, 15 or later, at which each lease is a role of its own. */
export interface PostgresTarget {
  readonly type: 'postgres';
  readonly id: string;
  /** `postgres://…` of the role that makes the leased roles: a superuser, or CREATEROLE with ADMIN on the group roles. */
  readonly connection: SecretValue;
  /** What requesters are told, where it differs from the broker's own connection. */
  readonly connect: { readonly host?: string; readonly port?: number; readonly database?: string };
  readonly grants: readonly PostgresGrant[];
  /** Sessions of one leased role. */
  readonly connectionLimit: number;
  /** Session defaults of the leased role. Its holder may change them: they prevent accidents, they grant and deny nothing. */
  readonly session: {
    /** Milliseconds. */
    readonly statementTimeout?: number;
    readonly readOnly?: boolean;
    readonly searchPath?: readonly string[];
  };
  /**
   * What enforces source networks. PostgreSQL itself knows none per role; `login-trigger` is the event trigger that
   * `installSourceBound` makes (PostgreSQL 17 and later). Without it a grant that demands networks is refused.
   */
  readonly sourceBound?: 'login-trigger';
  /** NOLOGIN role, no superuser, that gets what a leased role may have created. Without one, it is dropped. */
  readonly reassignTo?: string;
  /** Seconds. */
  readonly maxSeconds: number;
  /** Milliseconds. */
  readonly connectTimeout: number;
  readonly statementTimeout: number;
}
