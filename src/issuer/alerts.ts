import type { AuditEvent } from '../model/audit-event.ts';
import type { JsonObject } from '../model/json.ts';
import type { IssuerParts } from './parts.ts';

/** Events that policy is asked about. Those that alerts write themselves are not among them. */
const OF_INTEREST: ReadonlySet<string> = new Set([
  'approval.given',
  'approval.refused',
  'approval.rejected',
  'audit.sink_failed',
  'break_glass.used',
  'lease.active',
  'lease.missing',
  'lease.revoke_failed',
  'operator.sign_in_refused',
  'orphan.found',
  'request.denied',
  'request.failed',
  'static_key.refused',
  'static_key.used',
  'subject_token.refused',
  'subject_token.replayed',
]);

const HISTORY_MS = 3_600_000;
/** So many events may wait: behind that the issuer is under attack or policy is stuck, and both are in the log already. */
const MOST_WAITING = 10_000;

/** Asks policy what to make of audit events, one at a time and behind the request that caused them: alerts fail and delay nothing. */
export class Alerts {
  readonly #parts: IssuerParts;
  readonly #waiting: AuditEvent[] = [];
  #working: Promise<void> | undefined;

  constructor(parts: IssuerParts) {
    this.#parts = parts;
  }

  offer(events: readonly AuditEvent[]): void {
    const interesting = events.filter(({ event }) => OF_INTEREST.has(event));
    if (interesting.length === 0) return;
    if (this.#waiting.length >= MOST_WAITING) {
      this.#parts.logger.error({ event: 'alerts.overrun', seq: interesting[0]?.seq }, 'events went unjudged by policy');
      return;
    }
    this.#waiting.push(...interesting);
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
    });
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    while (this.#working !== undefined) await this.#working;
  }

  async #work(): Promise<void> {
    for (let event = this.#waiting.shift(); event !== undefined; event = this.#waiting.shift()) {
      const alerts = new Set<string>();
      const builtIn = builtInAlert(event);
      if (builtIn !== undefined) alerts.add(builtIn);
      let { revision } = this.#parts.policy;
      try {
        const input = await this.#input(event);
        revision = this.#parts.policy.revision;
        for (const { id } of await this.#parts.policy.alerts(input)) alerts.add(id);
      } catch (error) {
        this.#parts.logger.error({ event: 'policy.alerts_failed', seq: event.seq, err: error });
      }
      for (const alert of alerts) await this.#raise(event, alert, revision);
    }
  }

  /** The input of `lapse/alerts/all` (`schemas/alert-input.json`). */
  async #input(event: AuditEvent): Promise<JsonObject> {
    const now = this.#parts.now();
    const { prevHash: _prev, hash: _hash, ...said } = event;
    return { now: now.toISOString(), event: said, history: await this.#history(event, now) };
  }

  async #history(event: AuditEvent, now: Date): Promise<JsonObject> {
    const since = new Date(now.getTime() - HISTORY_MS);
    return await this.#parts.store.read(async ({ audit, leases, requests }) => {
      const repeats = await audit.countLike(event, since);
      const lease = event.event === 'lease.active' && event.lease !== undefined ? event.lease : undefined;
      const request = event.request === undefined ? undefined : await requests.find(event.request);
      return {
        ...(repeats === 0 ? {} : { repeats }),
        ...(lease === undefined ? {} : { earlier_leases: await leases.countEarlier(lease) }),
        ...(request === undefined
          ? {}
          : {
              requesting_people: [
                ...(request.requester.kind === 'operator' ? [request.requester.subject] : []),
                ...request.requester.owners,
              ],
            }),
      };
    });
  }

  async #raise(cause: AuditEvent, alert: string, policyRevision: string): Promise<void> {
    const { logger } = this.#parts;
    logger.warn({ event: 'alert.raised', alert, cause: cause.event, seq: cause.seq, detail: cause.detail }, 'alert');
    try {
      await this.#parts.write(({ audit }, now) =>
        audit.append(
          {
            event: 'alert.raised',
            actor: 'system',
            target: cause.target,
            request: cause.request,
            lease: cause.lease,
            detail: { alert, cause: cause.event, cause_seq: cause.seq, policy_revision: policyRevision },
          },
          now,
        ),
      );
    } catch (error) {
      logger.error({ event: 'store.failed', err: error });
    }
  }
}

/** What is an alarm whatever policy says of it, also when policy cannot say anything. The ids are those of `rego/alerts`. */
function builtInAlert({ event, detail }: AuditEvent): string | undefined {
  if (event === 'break_glass.used') return 'break-glass-used';
  if (event === 'static_key.refused') return 'static-key-refused';
  if (event === 'static_key.used' && detail.stage !== 'bound') return 'static-key-used-after-swap';
  if (event === 'lease.revoke_failed') return 'revocation-failing';
  if (event === 'orphan.found') return 'orphan-found';
  return undefined;
}
