import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Issuer } from '../issuer/issuer.ts';

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What Prometheus reads at `/metrics`. Labels come from fixed sets, never from a request. */
export class Metrics {
  readonly registry = new Registry();
  readonly requests = new Counter({
    name: 'lapse_http_requests_total',
    help: 'HTTP requests by route, method and status.',
    labelNames: ['route', 'method', 'status'],
    registers: [this.registry],
  });
  readonly duration = new Histogram({
    name: 'lapse_http_request_duration_seconds',
    help: 'Time to answer by route.',
    labelNames: ['route'],
    buckets: SECONDS,
    registers: [this.registry],
  });
  readonly decisions = new Counter({
    name: 'lapse_decisions_total',
    help: 'Access requests by outcome and target.',
    labelNames: ['outcome', 'target'],
    registers: [this.registry],
  });
  readonly revocation = new Histogram({
    name: 'lapse_revocation_duration_seconds',
    help: 'From the call that takes a lease back until its absence at the target is verified, or the call gives up.',
    labelNames: ['done'],
    buckets: SECONDS,
    registers: [this.registry],
  });

  constructor(issuer: Pick<Issuer, 'gauges'>) {
    const gauge = (name: string, help: string, labelNames: string[] = []): Gauge =>
      new Gauge({ name, help, labelNames, registers: [this.registry] });
    const leases = gauge('lapse_leases', 'Leases by state.', ['state']);
    const past = gauge(
      'lapse_credentials_past_ttl_alive',
      'Leases past their time that are not verified dead. Must be 0.',
    );
    const pending = gauge('lapse_requests_pending', 'Requests that wait for a human.');
    const failing = gauge(
      'lapse_revocations_failing',
      'Leases whose taking back has failed at least once and goes on.',
    );
    const backlog = gauge('lapse_audit_backlog', 'Audit events that no durable sink has taken yet.');
    const sinkLag = gauge('lapse_audit_sink_lag', 'Audit events that a sink does not have yet.', ['sink']);
    const sinkAge = gauge('lapse_audit_sink_lag_seconds', 'Age of the oldest event that a sink does not have.', [
      'sink',
    ]);
    const sinkFailing = gauge('lapse_audit_sink_failing', '1 while a sink does not take events.', ['sink']);
    const sinkFree = gauge('lapse_audit_sink_free_bytes', 'Free space where a file sink writes.', ['sink']);
    this.collect = async () => {
      const now = await issuer.gauges();
      for (const [state, count] of Object.entries(now.leases)) leases.set({ state }, count);
      past.set(now.alivePastTime);
      pending.set(now.pendingRequests);
      failing.set(now.revocationsFailing);
      backlog.set(now.auditBacklog);
      for (const { sink, lag, lagSeconds, failing: fails, freeBytes } of now.auditSinks) {
        sinkLag.set({ sink }, lag);
        sinkAge.set({ sink }, lagSeconds);
        sinkFailing.set({ sink }, fails ? 1 : 0);
        if (freeBytes !== undefined) sinkFree.set({ sink }, freeBytes);
      }
    };
  }

  /** Brings the gauges up to date. */
  readonly collect: () => Promise<void>;
}
