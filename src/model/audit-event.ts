import type { JsonObject } from './json.ts';

/** One link of the audit chain: `hash` = SHA-256 over `prevHash` and the canonical JSON of everything else. */
export interface AuditEvent {
  readonly chain: string;
  /** From 1, without gaps. */
  readonly seq: number;
  readonly prevHash: string;
  readonly hash: string;
  /** ISO 8601. */
  readonly at: string;
  /** `request.received`, `policy.evaluated`, `approval.given`, `lease.active`, `static_key.refused` … */
  readonly event: string;
  /** Who did it: `operator:alice`, `workload:…`, `system`. */
  readonly actor: string;
  readonly target?: string;
  readonly request?: string;
  readonly lease?: string;
  /** Redacted by construction: a SecretValue cannot be written here. */
  readonly detail: JsonObject;
}
