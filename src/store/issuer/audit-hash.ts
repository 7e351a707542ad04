import { createHash } from 'node:crypto';
import type { AuditEvent } from '../../model/audit-event.ts';
import { canonicalJson } from '../../model/canonical-json.ts';

/** `prevHash` of the first event of a chain. */
export const CHAIN_START = '0'.repeat(64);

/** SHA-256 over `prevHash` and the canonical JSON (RFC 8785) of everything else but the hash, in hex. */
export function auditHash(event: Omit<AuditEvent, 'hash'>): string {
  const { prevHash, chain, seq, at, event: name, actor, target, request, lease, detail } = event;
  const rest = { chain, seq, at, event: name, actor, target, request, lease, detail };
  return createHash('sha256').update(prevHash, 'hex').update(canonicalJson(rest), 'utf8').digest('hex');
}
