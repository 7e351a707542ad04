import { describe, expect, it } from 'vitest';
import type { Job, JobHandler, JobOptions } from '../../src/jobs/job-queue.ts';
import type { AuditEvent } from '../../src/model/audit-event.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { EventOutbox } from '../../src/notify/event-outbox.ts';
import type { Notice } from '../../src/notify/notice.ts';
import { noticeOf } from '../../src/notify/notice-of.ts';
import { Notifier } from '../../src/notify/notifier.ts';
import type { Subscription } from '../../src/notify/route.ts';
import { CONTEXT, DETAIL, openBench, WORKLOAD } from '../support/issuer-bench.ts';

const URL = 'https://lapse.example';

function event(change: Partial<AuditEvent>): AuditEvent {
  return {
    chain: 'aud_1',
    seq: 7,
    prevHash: '',
    hash: '',
    at: '2026-03-01T12:00:00.000Z',
    event: 'alert.raised',
    actor: 'system',
    target: 'orders-db',
    request: 'req_1',
    detail: {},
    ...change,
  };
}

const alert = (severity: Notice['severity'], rule = 'orphan-found') =>
  event({ detail: { alert: rule, severity, title: 'T', message: 'M', who: 'workload:x', cause: 'orphan.found' } });

const escalated = (approvals: JsonObject[]) =>
  event({ event: 'policy.evaluated', detail: { effect: 'escalate', approvals } });

describe('what people are told', () => {
  it('an alert', () => {
    expect(noticeOf(alert('high'), URL)).toEqual({
      kind: 'alerts',
      key: 'aud_1:7',
      severity: 'high',
      rule: 'orphan-found',
      title: 'T',
      message: 'M',
      facts: [
        { name: 'who', value: 'workload:x' },
        { name: 'target', value: 'orders-db' },
        { name: 'request', value: 'req_1' },
        { name: 'event', value: 'orphan.found' },
      ],
      link: 'https://lapse.example/console/requests/req_1',
      at: '2026-03-01T12:00:00.000Z',
    });
  });

  it('a request: those of the first level, then the next', () => {
    const first = noticeOf(
      escalated([
        { from: 'dba', count: 2 },
        { from: 'ciso', count: 1, level: 2 },
      ]),
      URL,
    );
    expect(first).toMatchObject({ kind: 'approvals', groups: ['dba'], message: '2 of dba must answer it' });
    const next = noticeOf(event({ event: 'approval.asked', detail: { level: 2, from: ['ciso'] } }), URL);
    expect(next).toMatchObject({ kind: 'approvals', groups: ['ciso'] });
  });

  it('an overdue review', () => {
    const detail = { review: 'rev_1', of: 'dave', due_at: '2026-03-02T00:00:00Z' };
    expect(noticeOf(event({ event: 'review.overdue', detail }), URL)).toMatchObject({
      kind: 'reviews',
      severity: 'high',
    });
  });

  it.each([
    event({ event: 'lease.active' }),
    event({ event: 'alert.raised' }),
    event({ event: 'policy.evaluated', detail: { effect: 'allow', approvals: [] } }),
    event({ event: 'approval.asked', detail: { level: 1, from: ['dba'] } }),
  ])('nothing of $event $detail', (other) => {
    expect(noticeOf(other, URL)).toBeUndefined();
  });
});

/** A queue by hand: what was added is done when a test says so. */
class HandJobs {
  readonly added: { data: JsonObject; options: JobOptions }[] = [];
  handler: JobHandler | undefined;

  async add(_queue: string, data: JsonObject, options: JobOptions = {}): Promise<void> {
    this.added.push({ data, options });
  }

  work(_queue: string, handler: JobHandler): void {
    this.handler = handler;
  }

  async run(): Promise<void> {
    for (const { data } of this.added.splice(0)) {
      const job: Job = { data, attempt: 1, last: false };
      await this.handler?.(job, new AbortController().signal);
    }
  }
}

const all: Subscription = { channel: 'chat', kinds: ['alerts'], minSeverity: 'info', rules: [], groups: [] };

function notifier(subscriptions: readonly Subscription[], perHour = 100) {
  const jobs = new HandJobs();
  const sent: [string, Notice][] = [];
  const ids = [...new Set(subscriptions.map(({ channel }) => channel))];
  const clock = { now: Date.parse('2026-03-01T12:00:00Z') };
  const told = new Notifier({
    channels: ids.map((id) => ({ id, send: async (notice) => void sent.push([id, notice]), close: () => undefined })),
    subscriptions,
    jobs,
    perHour,
    logger: { info() {}, warn() {}, error() {} },
    now: () => new Date(clock.now),
  });
  const tell = async (...events: AuditEvent[]) => {
    for (const one of events) {
      const notice = noticeOf(one, URL);
      if (notice !== undefined) await told.tell(notice);
    }
    await jobs.run();
    return sent.splice(0).map(([channel, notice]) => [channel, notice.rule ?? notice.kind, notice.title]);
  };
  return { tell, clock };
}

describe('routing', () => {
  it('is by severity, rule, kind and group', async () => {
    const { tell } = notifier([
      { ...all, channel: 'pager', minSeverity: 'critical' },
      { ...all, channel: 'orphans', rules: ['orphan-found'] },
      { ...all, channel: 'dba', kinds: ['approvals'], groups: ['dba'] },
      { ...all, channel: 'everybody', kinds: ['approvals', 'reviews'] },
    ]);
    const channels = async (...events: AuditEvent[]) => (await tell(...events)).map(([channel]) => channel);
    expect(await channels(alert('critical', 'lease-past-time'))).toEqual(['pager']);
    expect(await channels(alert('high', 'lease-missing'))).toEqual([]);
    expect(await channels(alert('low'))).toEqual(['orphans']);
    expect(await channels(escalated([{ from: 'dba', count: 1 }]))).toEqual(['dba', 'everybody']);
    expect(await channels(escalated([{ from: 'sre', count: 1 }]))).toEqual(['everybody']);
  });
});

describe('too many notices', () => {
  it('end with one that says so, except critical ones, until the next hour', async () => {
    const { tell, clock } = notifier([all], 2);
    const titles = async (...events: AuditEvent[]) => (await tell(...events)).map(([, , title]) => title);
    expect(await titles(alert('high'), alert('high'), alert('high'), alert('critical'))).toEqual([
      'T',
      'T (further notices of this hour are left out)',
      'T',
    ]);
    clock.now += 3_600_000;
    expect(await titles(alert('high'))).toEqual(['T']);
  });
});

describe('the outbox', () => {
  it('takes every event of the chain once, also behind a restart, and none of before it was there', async () => {
    const old = await openBench();
    await old.issuer.request(WORKLOAD, DETAIL, CONTEXT);
    await old.issuer.close();
    const taken: number[] = [];
    const late = () => new Date(old.clock.now().getTime() + 3_600_000);
    const outbox = () =>
      new EventOutbox({
        name: 'notices',
        store: old.store,
        now: late,
        take: async ({ seq }) => taken.push(seq) > 0,
      });
    const head = (await old.store.read(({ audit }) => audit.head()))?.seq ?? 0;
    expect(await outbox().lastSeq(old.store.chain)).toBe(head);
    const more = await old.store.read(({ audit }) => audit.after(head - 2, 10));
    await outbox().write(more);
    expect(taken).toEqual([head - 1, head]);
    expect(await outbox().lastSeq(old.store.chain)).toBe(head);
    // Another chain of a store on which it has been before is read from its beginning.
    expect(await outbox().lastSeq('aud_other')).toBe(0);
    await old.store.close();
  });
});
