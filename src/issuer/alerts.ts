import type { AuditEvent } from '../model/audit-event.ts';
import type { IssuerParts } from './parts.ts';

/** Events that policy is asked about. Those of the alerts themselves are not among them. */
const OF_INTEREST: ReadonlySet<string> = new Set([
  'static_key.used',
  'static_key.refused',
  'lease.revoke_failed',
  'lease.missing',
  'orphan.found',
  'approval.rejected',
  'request.denied',
  'audit.sink_failed',
  'operator.sign_in_refused',
]);

/** What is an alarm whatever policy says of it, also when policy cannot say anything. */
function builtInReason({ event, detail }: AuditEvent): string | undefined {
  if (event === 'static_key.refused') return 'static-key-refused';
  if (event === 'static_key.used' && detail.stage !== 'bound') return 'static-key-used-after-swap';
  if (event === 'lease.revoke_failed') return 'revocation-failing';
  if (event === 'orphan.found') return 'orphan-found';
  return undefined;
}

/**
 * Raises alerts for what was just written to the log: `alert.raised` in the log and a line in the operator's log. Runs behind the
 * request that caused it and never fails it.
 */
export async function raiseAlerts(parts: IssuerParts, events: readonly AuditEvent[]): Promise<void> {
  for (const event of events.filter(({ event: name }) => OF_INTEREST.has(name))) {
    const reasons = new Set<string>();
    const builtIn = builtInReason(event);
    if (builtIn !== undefined) reasons.add(builtIn);
    try {
      const { prevHash: _prev, hash: _hash, ...said } = event;
      for (const alert of await parts.policy.alerts({
        now: parts.now().toISOString(),
        event: { ...said },
        history: [],
      }))
        reasons.add(alert.id);
    } catch (error) {
      parts.logger.error(
        { event: 'policy.alerts_failed', seq: event.seq, err: error },
        'policy could not judge an event',
      );
    }
    for (const id of reasons) await raise(parts, event, id);
  }
}

async function raise(parts: IssuerParts, cause: AuditEvent, id: string): Promise<void> {
  parts.logger.warn(
    { event: 'alert.raised', alert: id, cause: cause.event, seq: cause.seq, detail: cause.detail },
    'alert',
  );
  await parts
    .write(({ audit }, now) =>
      audit.append(
        {
          event: 'alert.raised',
          actor: 'system',
          target: cause.target,
          request: cause.request,
          lease: cause.lease,
          detail: { alert: id, cause: cause.event, cause_seq: cause.seq },
        },
        now,
      ),
    )
    .catch((error: unknown) => parts.logger.error({ event: 'store.failed', err: error }));
}
