import { appendFileSync, chmodSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AuditSink } from '../../src/issuer/audit/audit-sink.ts';
import { checkpointsIn, exportedAudit, storedAudit, storedEvents } from '../../src/issuer/audit/audit-source.ts';
import { FileSink } from '../../src/issuer/audit/file-sink.ts';
import { verifyAudit } from '../../src/issuer/audit/verify-audit.ts';
import type { AuditEvent } from '../../src/model/audit-event.ts';
import { type Bench, CONTEXT, DETAIL, openBench, WORKLOAD } from '../support/issuer-bench.ts';
import { ScriptedBroker } from '../support/scripted-broker.ts';

const benches: Bench[] = [];

afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.close();
});

async function open(options: Parameters<typeof openBench>[0] = {}): Promise<Bench> {
  const bench = await openBench(options);
  benches.push(bench);
  return bench;
}

async function* linesOf(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines;
}

async function exported(bench: Bench): Promise<string[]> {
  const lines: string[] = [];
  for await (const event of storedEvents(bench.store)) lines.push(JSON.stringify(event));
  return lines;
}

const keysOf = (bench: Bench) => bench.keys.auditJwks().keys;
const verifyStored = async (bench: Bench) => await verifyAudit(await storedAudit(bench.store, keysOf(bench)));

describe('the chain', () => {
  let bench: Bench;

  beforeEach(async () => {
    bench = await open();
    for (let count = 0; count < 3; count += 1) await bench.issuer.request(WORKLOAD, DETAIL, CONTEXT);
    await bench.issuer.reconcile();
    await bench.issuer.request(WORKLOAD, DETAIL, CONTEXT);
  });

  it('verifies, in the store and as an export', async () => {
    expect(await verifyStored(bench)).toEqual({ ok: true, events: 21, problems: [] });
    const lines = await exported(bench);
    expect(await verifyAudit(exportedAudit(linesOf(lines), keysOf(bench)))).toEqual({
      ok: true,
      events: 21,
      problems: [],
    });
  });

  it('is the same in the file', async () => {
    await bench.issuer.close();
    const file = readFileSync(join(bench.folder, 'audit', 'audit.jsonl'), 'utf8')
      .trimEnd()
      .split('\n');
    expect(file).toEqual(await exported(bench));
    expect(file.at(-1)).toContain('"event":"audit.checkpoint"');
    expect(statSync(join(bench.folder, 'audit', 'audit.jsonl')).mode & 0o777).toBe(0o600);
    expect(statSync(join(bench.folder, 'issuer.db')).mode & 0o777).toBe(0o600);
    benches.splice(0);
    await bench.store.close();
  });

  const stored: readonly [string, string, RegExp][] = [
    [
      'an edited detail',
      `update audit_event set detail_json = replace(detail_json, '300', '301') where seq = 3`,
      /hash does not fit/,
    ],
    ['an edited actor', `update audit_event set actor = 'operator:eve' where seq = 5`, /hash does not fit/],
    ['an edited time', `update audit_event set at = '2020-01-01T00:00:00.000Z' where seq = 5`, /hash does not fit/],
    ['a removed event', 'delete from audit_event where seq = 7', /stands where 7 should/],
    ['a removed beginning', 'delete from audit_event where seq < 4', /stands where 1 should/],
    ['a tail that was cut off', 'delete from audit_event where seq > 10', /the chain ends at 10/],
    [
      'two events that changed places',
      'update audit_event set seq = -1 where seq = 8; update audit_event set seq = 8 where seq = 9; update audit_event set seq = 9 where seq = -1',
      /does not follow/,
    ],
    ['a forged checkpoint', `update checkpoint set hash = '${'0'.repeat(64)}'`, /says something else/],
    ['a foreign signature', `update checkpoint set signature = 'eyJhbGciOiJub25lIn0.e30.'`, /not signed/],
    [
      'a lease without its event',
      `update lease set id = 'lse_other' where rowid = 1`,
      /"lse_other" was handed out without an event/,
    ],
  ];
  it.each(stored)('shows %s', async (_what, statement, problem) => {
    const database = new Database(join(bench.folder, 'issuer.db'));
    // Whoever owns the file can drop what keeps others from changing it.
    const guards = database
      .prepare<[], { name: string }>("select name from sqlite_master where type = 'trigger'")
      .all();
    expect(() => database.exec(statement.includes('audit_event') ? statement : 'delete from checkpoint')).toThrow(
      /never changes|only when its segment/,
    );
    for (const { name } of guards) database.exec(`drop trigger ${name}`);
    database.exec(statement);
    database.close();
    const verdict = await verifyStored(bench);
    expect(verdict.ok).toBe(false);
    expect(verdict.problems.map(({ what }) => what).join('\n')).toMatch(problem);
  });

  const lines: readonly [string, (lines: string[]) => string[], RegExp, number?][] = [
    [
      'an edit',
      (all) => all.map((line, at) => (at === 4 ? line.replace('"rule":"test-allow"', '"rule":"other"') : line)),
      /hash does not fit/,
    ],
    ['a line that is no JSON', (all) => all.with(4, '{"chain'), /line 5 is no audit event/],
    ['a line left out', (all) => all.toSpliced(4, 1), /stands where 5 should/],
    ['a line twice', (all) => all.toSpliced(4, 0, all[4] ?? ''), /stands where 6 should/, 6],
    ['lines in another order', (all) => [all[1] ?? '', all[0] ?? '', ...all.slice(2)], /should/, 1],
    [
      'an event of another chain',
      (all) => all.with(4, (all[4] ?? '').replace(/"chain":"\w+"/, '"chain":"aud_other"')),
      /stands where 1 should/,
    ],
  ];
  it.each(lines)('an export shows %s, and in which line', async (_what, change, problem, line = 5) => {
    const verdict = await verifyAudit(exportedAudit(linesOf(change(await exported(bench))), keysOf(bench)));
    expect(verdict.problems.map(({ what }) => what).join('\n')).toMatch(problem);
    expect(verdict.problems.map(({ place }) => place)).toContainEqual({ line });
  });

  it('an export that ends early is found out by the checkpoints of another', async () => {
    const all = await exported(bench);
    const checkpoints = await checkpointsIn(linesOf(all));
    expect(checkpoints).toHaveLength(1);
    const cut = all.slice(0, 10);
    expect((await verifyAudit(exportedAudit(linesOf(cut), keysOf(bench)))).ok).toBe(true);
    expect((await verifyAudit(exportedAudit(linesOf(cut), keysOf(bench), checkpoints))).problems).toEqual([
      { seq: 15, what: 'the chain ends at 10: what came up to this checkpoint was cut off', place: { line: 10 } },
    ]);
  });

  it('a rewritten chain with all its hashes right is found out by the checkpoint', async () => {
    const { auditHash, CHAIN_START } = await import('../../src/store/issuer/audit-hash.ts');
    let prevHash = CHAIN_START;
    const rewritten = (await exported(bench)).map((line): string => {
      const event: AuditEvent = { ...JSON.parse(line), prevHash };
      const changed = event.seq === 2 ? { ...event, actor: 'operator:eve' } : event;
      prevHash = auditHash(changed);
      return JSON.stringify({ ...changed, hash: prevHash });
    });
    const verdict = await verifyAudit(exportedAudit(linesOf(rewritten), keysOf(bench)));
    expect(verdict.problems.map(({ what }) => what)).toEqual(['the event is not the one that was signed']);
  });

  it('does not grow by reconciling when nothing happens', async () => {
    await bench.issuer.reconcile();
    const before = (await bench.events()).length;
    await bench.issuer.reconcile();
    expect(await bench.events()).toHaveLength(before);
  });
});

const fileSink = (path: string) => new FileSink({ name: 'file', path, timeout: 5_000, minFree: 0 });

/** A sink by hand: takes, refuses or hangs. */
class HandSink implements AuditSink {
  readonly name = 'hand';
  readonly durable: boolean;
  readonly timeout = 60_000;
  readonly batch = 500;
  readonly taken: AuditEvent[] = [];
  mode: 'take' | 'refuse' | 'hang' = 'take';
  #release: (() => void)[] = [];

  constructor(durable = true) {
    this.durable = durable;
  }

  async lastSeq(): Promise<number> {
    return this.taken.at(-1)?.seq ?? 0;
  }

  async write(events: readonly AuditEvent[]): Promise<void> {
    if (this.mode === 'hang') await new Promise<void>((resolve) => this.#release.push(resolve));
    if (this.mode === 'refuse') throw new Error('disk full');
    this.taken.push(...events);
  }

  release(): void {
    this.mode = 'take';
    for (const release of this.#release.splice(0)) release();
  }

  async close(): Promise<void> {}
}

describe('sinks', () => {
  const settings = { auditTimeout: 100, retryFirst: 20, retryMost: 20 };

  it('audit failure: nothing is made when none can be written, and what was made is taken back', async () => {
    const sink = new HandSink();
    const broker = new ScriptedBroker(() => new Date('2026-03-01T12:00:00Z'));
    const bench = await open({ sinks: [sink], settings, brokers: new Map([['api', broker]]) });
    broker.during = async () => {
      sink.mode = 'refuse';
    };
    await expect(bench.issuer.request(WORKLOAD, DETAIL, CONTEXT)).rejects.toMatchObject({
      code: 'ERR_AUDIT_UNWRITABLE',
    });
    await bench.issuer.reconcile();
    expect(broker.created).toHaveLength(1);
    expect(broker.present()).toEqual([]);
    expect((await bench.issuer.leases())[0]).toMatchObject({ state: 'DEAD', endReason: 'abandoned' });
    // By now it is known that no sink works: the target is not even asked.
    await expect(bench.issuer.request(WORKLOAD, DETAIL, CONTEXT)).rejects.toMatchObject({
      code: 'ERR_AUDIT_UNWRITABLE',
    });
    expect(broker.created).toHaveLength(1);
    expect((await bench.issuer.gauges()).auditBacklog).toBeGreaterThan(0);
    sink.mode = 'take';
    broker.during = async () => undefined;
    expect((await bench.issuer.request(WORKLOAD, DETAIL, CONTEXT)).kind).toBe('granted');
    // What could not be delivered came later, all of it, in order.
    expect(sink.taken.map(({ seq }) => seq)).toEqual(sink.taken.map((_event, at) => at + 1));
    expect(sink.taken.map(({ event }) => event)).toContain('audit.sink_failed');
  });

  it('one that hangs is found out once, not by every request', async () => {
    const sink = new HandSink();
    const broker = new ScriptedBroker(() => new Date('2026-03-01T12:00:00Z'));
    const bench = await open({ sinks: [sink], settings, brokers: new Map([['api', broker]]) });
    expect((await bench.issuer.request(WORKLOAD, DETAIL, CONTEXT)).kind).toBe('granted');
    sink.mode = 'hang';
    for (let count = 0; count < 3; count += 1)
      await expect(bench.issuer.request(WORKLOAD, DETAIL, CONTEXT)).rejects.toMatchObject({
        code: 'ERR_AUDIT_UNWRITABLE',
      });
    expect(broker.created).toHaveLength(2);
    sink.release();
    expect((await bench.issuer.request(WORKLOAD, DETAIL, CONTEXT)).kind).toBe('granted');
  });

  it('get at the next start what a crash has kept from them', async () => {
    const first = await open({ sinks: [new HandSink()] });
    await first.issuer.request(WORKLOAD, DETAIL, CONTEXT);
    const sink = new HandSink();
    const second = await openBench({ sinks: [sink], folder: first.folder });
    await second.close();
    expect(sink.taken.map(({ event }) => event)).toEqual(expect.arrayContaining(['request.received', 'lease.active']));
    expect(sink.taken.map(({ seq }) => seq)).toEqual(sink.taken.map((_event, at) => at + 1));
  });

  it('taking back never waits for one', async () => {
    const sink = new HandSink();
    const bench = await open({ sinks: [sink], settings });
    const outcome = await bench.issuer.request(WORKLOAD, DETAIL, CONTEXT);
    if (outcome.kind !== 'granted') throw new Error(outcome.kind);
    sink.mode = 'hang';
    const { done } = await bench.issuer.revoke(outcome.lease.id, { actor: 'system', reason: 'ended' }, CONTEXT);
    expect(done).toBe(true);
    expect(await bench.issuer.isActive(outcome.lease.id)).toBe(false);
    sink.release();
  });

  it('one that hangs does not keep the others, and one success is enough', async () => {
    const [hanging, good] = [new HandSink(), new HandSink()];
    hanging.mode = 'hang';
    const bench = await open({ sinks: [hanging, good], settings });
    expect((await bench.issuer.request(WORKLOAD, DETAIL, CONTEXT)).kind).toBe('granted');
    hanging.release();
  });

  it('one that is not durable lets nothing out', async () => {
    await expect(open({ sinks: [new HandSink(false)] })).rejects.toMatchObject({ code: 'ERR_CONFIG_INVALID' });
    const [broken, loose] = [new HandSink(), new HandSink(false)];
    broken.mode = 'refuse';
    const bench = await open({ sinks: [broken, loose], settings });
    await expect(bench.issuer.request(WORKLOAD, DETAIL, CONTEXT)).rejects.toMatchObject({
      code: 'ERR_AUDIT_UNWRITABLE',
    });
  });
});

describe('the file sink', () => {
  it('goes on where it stopped, also behind half a line and behind a file that was moved away', async () => {
    const bench = await open();
    await bench.issuer.request(WORKLOAD, DETAIL, CONTEXT);
    const file = join(bench.folder, 'copy', 'audit.jsonl');
    const events = await bench.issuer.audit({ limit: 100 });
    const chain = bench.store.chain;
    const first = fileSink(file);
    expect(await first.lastSeq(chain)).toBeUndefined();
    await first.write(events.slice(0, 3));
    await first.close();
    appendFileSync(file, '{"chain":"half a li');
    const second = fileSink(file);
    expect(await second.lastSeq('aud_other')).toBeUndefined();
    expect(await second.lastSeq(chain)).toBe(3);
    await second.write(events.slice(3, 4));
    renameSync(file, `${file}.1`);
    await second.write(events.slice(4));
    await second.close();
    const read = (name: string) =>
      readFileSync(name, 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).seq);
    expect([read(`${file}.1`), read(file)]).toEqual([[1, 2, 3, 4], [5]]);
  });

  it('fails where it cannot write', async () => {
    const bench = await open();
    const folder = join(bench.folder, 'not-a-folder');
    writeFileSync(folder, '');
    await expect(fileSink(join(folder, 'audit.jsonl')).write([])).rejects.toThrow();
    mkdirSync(join(bench.folder, 'is-a-folder'));
    chmodSync(join(bench.folder, 'is-a-folder'), 0o700);
    await expect(fileSink(join(bench.folder, 'is-a-folder')).write([])).rejects.toThrow();
  });
});
