import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ArchiveOptions, archiveAudit } from '../../src/issuer/audit/archive-audit.ts';
import { exportedAudit, type FindSegment, storedAudit } from '../../src/issuer/audit/audit-source.ts';
import { verifyAudit } from '../../src/issuer/audit/verify-audit.ts';
import { SecretValue } from '../../src/model/secret-value.ts';
import { openIssuerStore } from '../../src/store/issuer/open-issuer-store.ts';
import { type Bench, CONTEXT, DETAIL, escalate, openBench, WORKLOAD } from '../support/issuer-bench.ts';
import { runSql, startPostgres } from '../support/postgres.ts';

const DAY = 24 * 3_600_000;

async function* linesIn(path: string): AsyncGenerator<string> {
  yield* readFileSync(path, 'utf8').trimEnd().split('\n');
}

describe('the archive', () => {
  let bench: Bench;
  let folder: string;

  beforeEach(async () => {
    bench = await openBench();
    folder = join(bench.folder, 'archive');
  });
  afterEach(() => bench.close());

  const find: FindSegment = (name) => (existsSync(join(folder, name)) ? linesIn(join(folder, name)) : undefined);
  const verify = async (segments: FindSegment = find) =>
    await verifyAudit(await storedAudit(bench.store, bench.keys.auditJwks().keys, [], segments));
  const archive = (change: Partial<ArchiveOptions> = {}) =>
    archiveAudit(
      {
        store: bench.store,
        keys: bench.keys,
        folder,
        readers: ['file'],
        actor: 'system',
        now: bench.clock.now,
        ...change,
      },
      new Date(bench.clock.now().getTime() - DAY),
    );
  const delivered = async () => {
    const head = (await bench.store.read(({ audit }) => audit.head()))?.seq ?? 0;
    await bench.store.write(({ auditCursors }) =>
      auditCursors.save('file', bench.store.chain, head, bench.clock.now()),
    );
    return head;
  };
  const first = async () => (await bench.store.read(({ audit }) => audit.after(0, 1)))[0]?.seq;

  /** Two leases that lived and ended long ago. */
  async function past(): Promise<number> {
    for (let count = 0; count < 2; count += 1) {
      await bench.issuer.request(WORKLOAD, DETAIL, CONTEXT);
      bench.clock.advance(3_600_000);
      await bench.issuer.reconcile();
    }
    bench.clock.advance(2 * DAY);
    return await delivered();
  }

  it('takes what is old out of the store; the chain goes on and can be verified with the files', async () => {
    const head = await past();
    const before = (await verify()).events;
    const segments = await archive({ most: 5 });
    expect(segments.length).toBeGreaterThan(1);
    // The first segment is itself an event behind the head.
    expect(segments.at(-1)?.to).toBe(head);
    expect(await first()).toBe(head + 1);
    expect(readdirSync(folder).sort()).toEqual(segments.map(({ file }) => file).sort());
    expect(statSync(join(folder, segments[0]?.file ?? '')).mode & 0o777).toBe(0o600);
    await bench.issuer.request(WORKLOAD, DETAIL, CONTEXT);
    const verdict = await verify();
    expect(verdict).toMatchObject({ ok: true, problems: [] });
    expect(verdict.events).toBeGreaterThan(before + segments.length);
    expect(await archive()).toEqual([]);
  });

  it('each file can be verified for itself', async () => {
    await past();
    for (const { file } of await archive({ most: 5 })) {
      const verdict = await verifyAudit(exportedAudit(linesIn(join(folder, file)), bench.keys.auditJwks().keys));
      expect(verdict).toMatchObject({ ok: true });
    }
  });

  it('a file that is missing is missed, by name', async () => {
    await past();
    const [one, two] = await archive({ most: 5 });
    rmSync(join(folder, two?.file ?? ''));
    expect((await verify()).problems).toEqual([
      { seq: two?.from, what: `the segment up to ${two?.to} is missing: ${two?.file}` },
    ]);
    expect(one?.to).toBe((two?.from ?? 0) - 1);
  });

  const forged: readonly [string, (lines: string[]) => string[], RegExp, number | undefined][] = [
    ['an edit', (all) => all.with(2, (all[2] ?? '').replace('"actor":"', '"actor":"x')), /hash does not fit/, 3],
    ['a line left out', (all) => all.toSpliced(2, 1), /stands where 2 should/, 3],
    ['lines in another order', (all) => all.with(2, all[3] ?? '').with(3, all[2] ?? ''), /stands where 2 should/, 3],
    ['an end that was cut off', (all) => all.slice(0, -1), /does not have its last event|stands where/, undefined],
    [
      'a manifest that claims less',
      (all) => [(all[0] ?? '').replace('"from":1', '"from":2'), ...all.slice(2)],
      /a segment (says something else|begins where)/,
      undefined,
    ],
    [
      'a foreign signature',
      (all) => all.with(0, (all[0] ?? '').replace(/"signature":"[^"]+/, '"signature":"x.y.z')),
      /not signed/,
      undefined,
    ],
  ];
  it.each(forged)('a file shows %s', async (_what, change, problem, line) => {
    await past();
    const [segment] = await archive({ most: 5 });
    const path = join(folder, segment?.file ?? '');
    const changed = change(readFileSync(path, 'utf8').trimEnd().split('\n'));
    writeFileSync(path, `${changed.join('\n')}\n`);
    const alone = await verifyAudit(exportedAudit(linesIn(path), bench.keys.auditJwks().keys));
    expect(alone.problems.map(({ what }) => what).join('\n')).toMatch(problem);
    if (line !== undefined) {
      expect(alone.problems[0]?.place).toEqual({ line });
      expect((await verify()).problems[0]?.place).toEqual({ line, file: segment?.file });
    }
  });

  it('a crash between file and database does no harm', async () => {
    await past();
    const crash = async () => Promise.reject(new Error('killed'));
    await expect(archive({ written: crash })).rejects.toThrow('killed');
    expect(readdirSync(folder)).toHaveLength(1);
    expect(await first()).toBe(1);
    expect(await verify()).toMatchObject({ ok: true });
    bench.clock.advance(3_600_000);
    expect((await archive())[0]?.from).toBe(1);
    expect(await verify()).toMatchObject({ ok: true, problems: [] });
  });

  const needs: readonly [string, () => Promise<unknown>][] = [
    ['a lease that lives', async () => bench.issuer.request(WORKLOAD, DETAIL, CONTEXT)],
    [
      'a request that waits',
      async () => {
        bench.policy.decision = async () => escalate([{ from: 'dba', count: 1 }]);
        await bench.issuer.request(WORKLOAD, DETAIL, CONTEXT);
      },
    ],
    [
      'a review that is open',
      async () => {
        const outcome = await bench.issuer.request(WORKLOAD, DETAIL, CONTEXT);
        bench.clock.advance(3_600_000);
        await bench.issuer.reconcile();
        await bench.store.write(({ reviews }) =>
          reviews.insert({
            id: 'rev_1',
            request: outcome.request.id,
            target: 'api',
            operator: 'ann',
            human: 'ann',
            reason: 'outage',
            openedAt: bench.clock.now().toISOString(),
            dueAt: '2027-01-01T00:00:00.000Z',
          }),
        );
      },
    ],
  ];
  it.each(needs)('leaves what %s needs', async (_what, need) => {
    const head = await past();
    await need();
    bench.clock.advance(2 * DAY);
    await delivered();
    const segments = await archive();
    expect(segments.map(({ to }) => to)).toEqual([head]);
    expect(await archive()).toEqual([]);
  });

  it('leaves what a reader of the log has not had', async () => {
    await past();
    expect(await archive({ readers: ['file', 'notices'] })).toEqual([]);
    await bench.store.write(({ auditCursors }) =>
      auditCursors.save('notices', bench.store.chain, 4, bench.clock.now()),
    );
    expect((await archive({ readers: ['file', 'notices'] })).map(({ to }) => to)).toEqual([4]);
  });

  it('is made by a daemon by itself, once in an hour', async () => {
    await past();
    await bench.issuer.close();
    const later = await openBench({ folder: bench.folder, clock: bench.clock, retention: { folder, keep: DAY } });
    await later.issuer.reconcile();
    await expect.poll(() => first()).toBeGreaterThan(1);
    await later.issuer.close();
    expect(await verify()).toMatchObject({ ok: true });
    await later.store.close();
  });
});

describe('guards', () => {
  const attempts: readonly [string, RegExp][] = [
    ["update audit_event set actor = 'eve' where seq = 1", /never changes/],
    ['delete from audit_event where seq = 1', /only when its segment/],
    ['delete from audit_event', /only when its segment/],
    [insertSegment(1, 1, "'x'", "'y'"), /goes on where/],
    [insertSegment(2, 2), /goes on where/],
    [insertSegment(1, 3), /goes on where/],
  ];

  function insertSegment(from: number, to: number, prev?: string, hash?: string): string {
    const of = (column: string, seq: number) => `(select ${column} from audit_event where seq = ${seq})`;
    return `insert into audit_segment values ((select min(chain) from audit_event), ${from}, ${to},
      ${prev ?? of('prev_hash', from)}, ${hash ?? of('hash', to)}, '', 'f', '')`;
  }

  const kept: readonly [string, RegExp][] = [
    ['delete from audit_event where seq = 2', /only when its segment/],
    ['update audit_segment set to_seq = 3', /never forgotten/],
    ['delete from audit_segment', /never forgotten/],
  ];

  it('of SQLite let out what is archived, and nothing else', async () => {
    const bench = await openBench();
    await bench.issuer.request(WORKLOAD, DETAIL, CONTEXT);
    await bench.issuer.close();
    await bench.store.write(async ({ audit }) => {
      await audit.append({ event: 'x', actor: 'system', detail: {} }, bench.clock.now());
    });
    const database = new Database(join(bench.folder, 'issuer.db'));
    const head = (await bench.store.read(({ audit }) => audit.head()))?.seq ?? 0;
    database.exec(`delete from checkpoint where 1 = 0`);
    for (const [statement, refusal] of attempts.slice(0, 5)) expect(() => database.exec(statement)).toThrow(refusal);
    expect(() => database.exec(insertSegment(1, head))).toThrow(/goes on where/);
    database.exec(insertSegment(1, 1));
    for (const [statement, refusal] of kept) expect(() => database.exec(statement)).toThrow(refusal);
    database.exec('delete from audit_event where seq = 1');
    database.close();
    await bench.close();
  });

  it('of PostgreSQL as well', async () => {
    const postgres = await startPostgres();
    const store = await openIssuerStore(new SecretValue(postgres.url));
    const run = (statement: string) => runSql(postgres.url, `set search_path = lapse_issuer; ${statement}`);
    try {
      await store.write(async ({ audit }) => {
        for (let n = 0; n < 2; n += 1) await audit.append({ event: 'x', actor: 'system', detail: {} }, store.now());
      });
      for (const [statement, refusal] of attempts) await expect(run(statement)).rejects.toThrow(refusal);
      await expect(run('truncate audit_event')).rejects.toThrow(/only when its segment/);
      await run(insertSegment(1, 1));
      for (const [statement, refusal] of kept) await expect(run(statement)).rejects.toThrow(refusal);
      await run('delete from audit_event where seq = 1');
    } finally {
      await store.close();
      await postgres.stop();
    }
  });
});
