import type { AuditEvent } from '../model/audit-event.ts';
import type { RawFinding } from '../model/finding.ts';
import type { JsonObject } from '../model/json.ts';
import { buildFinding, findingFingerprint } from '../policy/build-finding.ts';
import { alertHistory } from './alert-history.ts';
import type { IssuerParts } from './parts.ts';

/** Events that policy is asked about. Those that alerts write themselves are not among them. */
const OF_INTEREST: ReadonlySet<string> = new Set([
  'approval.given',
  'approval.refused',
  'approval.rejected',
  'audit.sink_failed',
  'audit.sink_space_low',
  'break_glass.refused',
  'break_glass.used',
  'lease.active',
  'lease.missing',
  'lease.past_time',
  'lease.revoke_failed',
  'operator.sign_in_refused',
  'orphan.found',
  'request.denied',
  'request.failed',
  'review.overdue',
  'static_key.refused',
  'static_key.used',
  'subject_token.refused',
  'subject_token.replayed',
]);

/** So many events may wait: behind that the issuer is under attack or policy is stuck, and both are in the log already. */
const MOST_WAITING = 10_000;
const HABITS_MS = 10_000;

/** Asks policy what to make of audit events, one at a time and behind the request that caused them: alerts fail and delay nothing. */
export class Alerts {
  readonly #parts: IssuerParts;
  readonly #waiting: AuditEvent[] = [];
  /** When the habits of an actor at a target were looked at last. */
  readonly #habits = new Map<string, number>();
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
      const builtIn = builtInAlert(event);
      let found: readonly RawFinding[] = [];
      let { revision } = this.#parts.policy;
      try {
        const input = await this.#input(event);
        revision = this.#parts.policy.revision;
        found = await this.#parts.policy.alerts(input);
      } catch (error) {
        this.#parts.logger.error({ event: 'policy.alerts_failed', seq: event.seq, err: error });
      }
      for (const finding of found) await this.#raise(event, finding, revision);
      if (builtIn !== undefined && !found.some(({ id }) => id === builtIn))
        await this.#raise(event, { id: builtIn, subject: subjectOf(event), detail: {}, evidence: [] }, revision);
    }
  }

  /** The input of `lapse/alerts/all` (`schemas/alert-input.json`). */
  async #input(event: AuditEvent): Promise<JsonObject> {
    const now = this.#parts.now();
    const { prevHash: _prev, hash: _hash, ...said } = event;
    return { now: now.toISOString(), event: said, history: await this.#history(event, now) };
  }

  async #history(event: AuditEvent, now: Date): Promise<JsonObject> {
    const habits = event.event === 'lease.active' && this.#habitsAreDue(event, now.getTime());
    return await this.#parts.store.read((tables) =>
      alertHistory(tables, event, this.#parts.settings.quotas, now, habits),
    );
  }

  /** Habits do not change with each of a thousand leases in a row. */
  #habitsAreDue({ actor, target }: AuditEvent, now: number): boolean {
    const key = JSON.stringify([actor, target]);
    const last = this.#habits.get(key);
    if (last !== undefined && now - last < HABITS_MS) return false;
    if (this.#habits.size >= MOST_WAITING) this.#habits.clear();
    this.#habits.set(key, now);
    return true;
  }

  /** One event and one notice for each key and window, however often it happens meanwhile and whichever daemon sees it. */
  async #raise(cause: AuditEvent, finding: RawFinding, policyRevision: string): Promise<void> {
    const { logger, policy, settings, write } = this.#parts;
    const { id: alert, subject } = finding;
    const rule = policy.rules.get(alert);
    const built = rule === undefined ? undefined : buildFinding(finding, rule, subject);
    const severity = finding.severity ?? built?.severity ?? 'high';
    const { alertWindow } = settings;
    try {
      const raised = await write(async ({ audit, replay }, now) => {
        const window = Math.floor(now.getTime() / alertWindow);
        const key = findingFingerprint(finding);
        const fresh = await replay.use('alert', `${key}|${severity}|${window}`, new Date((window + 1) * alertWindow));
        if (!fresh) return false;
        const detail = {
          alert,
          severity,
          title: built?.title ?? alert,
          message: built?.message ?? `${cause.event} of ${cause.actor}`,
          subject,
          key,
          who: cause.actor,
          cause: cause.event,
          cause_chain: cause.chain,
          cause_seq: cause.seq,
          policy_revision: policyRevision,
        };
        const { target, request, lease } = cause;
        await audit.append({ event: 'alert.raised', actor: 'system', target, request, lease, detail }, now);
        return true;
      });
      if (raised)
        logger.warn(
          { event: 'alert.raised', alert, cause: cause.event, seq: cause.seq, detail: cause.detail },
          'alert',
        );
    } catch (error) {
      logger.error({ event: 'store.failed', err: error });
    }
  }
}

function subjectOf({ lease, request, actor }: AuditEvent): string {
  return lease ?? request ?? actor;
}

/** What is an alarm whatever policy says of it, also when policy cannot say anything. The ids are those of `rego/alerts`. */
function builtInAlert({ event, detail }: AuditEvent): string | undefined {
  if (event === 'break_glass.used') return 'break-glass-used';
  if (event === 'review.overdue') return 'review-overdue';
  if (event === 'static_key.refused') return 'static-key-refused';
  if (event === 'static_key.used' && detail.stage !== 'bound') return 'static-key-used-after-swap';
  if (event === 'lease.revoke_failed') return 'revocation-failing';
  if (event === 'orphan.found') return 'orphan-found';
  if (event === 'lease.past_time') return 'lease-past-time';
  return undefined;
}
