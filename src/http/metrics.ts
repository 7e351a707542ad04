import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Issuer } from '../issuer/issuer.ts';
import type { AuditEvent } from '../model/audit-event.ts';

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** People answer in minutes and hours. */
const WAITS = [10, 60, 300, 900, 1800, 3600, 4 * 3600, 24 * 3600];
const REVOKING_STATES = ['INTENT', 'CREATING', 'ACTIVE', 'REVOKING'] as const;

/** What Prometheus reads at `/metrics`. Labels come from fixed sets and from the configuration, never from a request. */
export class Metrics {
  readonly registry = new Registry();
  readonly requests = this.#counter('lapse_http_requests_total', 'HTTP requests by route, method and status.', [
    'route',
    'method',
    'status',
  ]);
  readonly duration = this.#histogram('lapse_http_request_duration_seconds', 'Time to answer by route.', ['route']);
  readonly decisions = this.#counter('lapse_decisions_total', 'Access requests by outcome and target.', [
    'outcome',
    'target',
  ]);
  readonly policy = this.#histogram('lapse_policy_duration_seconds', 'Time that policy takes to answer.', ['entry']);
  readonly revocation = this.#histogram(
    'lapse_revocation_duration_seconds',
    'From the call that takes a lease back until its absence at the target is verified, or the call gives up.',
    ['done'],
  );
  readonly #approvals = this.#counter('lapse_approvals_total', "People's answers to requests.", ['verdict']);
  readonly #approvalWait = this.#histogram(
    'lapse_approval_wait_seconds',
    'From a request until people have approved or rejected it.',
    ['outcome'],
    WAITS,
  );
  readonly #ended = this.#counter('lapse_leases_ended_total', 'Leases put on their way out, by reason and target.', [
    'reason',
    'target',
  ]);
  readonly #revokeFailures = this.#counter(
    'lapse_revocation_failures_total',
    'Failures to take a lease back that were written to the audit log: the 1st, 2nd, 4th, 8th … of each lease.',
    ['target'],
  );
  readonly #orphans = this.#counter('lapse_orphans_total', 'Objects at targets that no lease knows.', [
    'what',
    'target',
  ]);
  readonly #alerts = this.#counter('lapse_alerts_total', 'Alerts by rule.', ['alert']);
  readonly #leases = this.#gauge('lapse_leases', 'Leases by state and target.', ['state', 'target']);
  readonly #past = this.#gauge(
    'lapse_credentials_past_ttl_alive',
    'Leases past their time that are not verified dead. Must be 0.',
  );
  readonly #pending = this.#gauge('lapse_requests_pending', 'Requests that wait for a human.');
  readonly #failing = this.#gauge(
    'lapse_revocations_failing',
    'Leases whose taking back has failed at least once and goes on.',
  );
  readonly #backlog = this.#gauge('lapse_audit_backlog', 'Audit events that no durable sink has taken yet.');
  readonly #sinkLag = this.#gauge('lapse_audit_sink_lag', 'Audit events that a sink does not have yet.', ['sink']);
  readonly #sinkAge = this.#gauge(
    'lapse_audit_sink_lag_seconds',
    'Age of the oldest event that a sink does not have.',
    ['sink'],
  );
  readonly #sinkFailing = this.#gauge('lapse_audit_sink_failing', '1 while a sink does not take events.', ['sink']);
  readonly #sinkFree = this.#gauge('lapse_audit_sink_free_bytes', 'Free space where a file sink writes.', ['sink']);

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  /** Brings the gauges up to date. */
  async collect(issuer: Pick<Issuer, 'gauges'>): Promise<void> {
    const now = await issuer.gauges();
    const targets = new Set(now.leasesByTarget.map(({ target }) => target));
    this.#leases.reset();
    for (const target of targets) for (const state of REVOKING_STATES) this.#leases.set({ state, target }, 0);
    for (const { state, target, count } of now.leasesByTarget) this.#leases.set({ state, target }, count);
    this.#past.set(now.alivePastTime);
    this.#pending.set(now.pendingRequests);
    this.#failing.set(now.revocationsFailing);
    this.#backlog.set(now.auditBacklog);
    for (const { sink, lag, lagSeconds, failing, freeBytes } of now.auditSinks) {
      this.#sinkLag.set({ sink }, lag);
      this.#sinkAge.set({ sink }, lagSeconds);
      this.#sinkFailing.set({ sink }, failing ? 1 : 0);
      if (freeBytes !== undefined) this.#sinkFree.set({ sink }, freeBytes);
    }
  }

  /** Counts what the audit log tells: what is counted and what is written down are the same. */
  readonly observe = (events: readonly AuditEvent[]): void => {
    for (const event of events) this.#observe(event);
  };

  #observe({ event, target = 'none', detail }: AuditEvent): void {
    if (event === 'approval.given' || event === 'approval.rejected')
      this.#approvals.inc({ verdict: event === 'approval.given' ? 'approve' : 'reject' });
    else if (event === 'lease.revoking') this.#ended.inc({ reason: String(detail.reason), target });
    else if (event === 'lease.revoke_failed') this.#revokeFailures.inc({ target });
    else if (event === 'orphan.found' || event === 'orphan.removed')
      this.#orphans.inc({ what: event === 'orphan.found' ? 'found' : 'removed', target });
    else if (event === 'alert.raised') this.#alerts.inc({ alert: String(detail.alert) });
    if ((event === 'request.approved' || event === 'approval.rejected') && typeof detail.waited === 'number')
      this.#approvalWait.observe({ outcome: event === 'request.approved' ? 'approved' : 'rejected' }, detail.waited);
  }

  #counter(name: string, help: string, labelNames: string[]): Counter {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  #gauge(name: string, help: string, labelNames: string[] = []): Gauge {
    return new Gauge({ name, help, labelNames, registers: [this.registry] });
  }

  #histogram(name: string, help: string, labelNames: string[], buckets = SECONDS): Histogram {
    return new Histogram({ name, help, labelNames, buckets, registers: [this.registry] });
  }
}
