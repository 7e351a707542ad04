import type { IssuerConfig } from '../../config/issuer.ts';
import { NOTICES } from './open-notifier.ts';
import { SECURITY_EVENTS } from './open-transmitter.ts';

/** Names of everything that a daemon with these sinks brings the audit log to: what one of them has not had is not archived. */
export function auditReaders({ audit, security_events: events }: IssuerConfig): readonly string[] {
  return [...audit.sinks.map(({ id }) => id), NOTICES, ...(events.receivers.length === 0 ? [] : [SECURITY_EVENTS])];
}
