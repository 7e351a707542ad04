import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AuditDelivery, type SinkTrouble } from '../../src/issuer/audit/audit-delivery.ts';
import type { AuditSink } from '../../src/issuer/audit/audit-sink.ts';
import type { AuditEvent } from '../../src/model/audit-event.ts';
import { SecretValue } from '../../src/model/secret-value.ts';
import { EventOutbox } from '../../src/notify/event-outbox.ts';
import type { IssuerStore } from '../../src/store/issuer/issuer-store.ts';
import { openIssuerStore } from '../../src/store/issuer/open-issuer-store.ts';
import { runSql, startPostgres, type TestPostgres } from '../support/postgres.ts';

/** A receiver that all daemons deliver to. */
class Receiver {
  readonly taken: AuditEvent[] = [];
  up = true;

  sink(): AuditSink {
    return {
      name: 'siem',
      durable: true,
      timeout: 5_000,
      batch: 3,
      lastSeq: async () => undefined,
      write: async (events) => {
        if (!this.up) throw Object.assign(new Error('down'), { code: 'ECONNREFUSED' });
        this.taken.push(...events);
      },
      close: async () => undefined,
    };
  }

  seqs(chain: string): readonly number[] {
    return this.taken.filter((event) => event.chain === chain).map(({ seq }) => seq);
  }
}

describe('what a daemon that is gone still owed', () => {
  let postgres: TestPostgres;
  let receiver: Receiver;
  let told: string[];
  let trouble: SinkTrouble[];
  let later: number;
  const closing: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    postgres = await startPostgres();
  });
  beforeEach(() => {
    receiver = new Receiver();
    told = [];
    trouble = [];
    later = 0;
  });
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
    await runSql(postgres.url, 'drop schema if exists lapse_issuer cascade');
  });
  afterAll(() => postgres.stop());

  async function store(): Promise<IssuerStore> {
    const opened = await openIssuerStore(new SecretValue(postgres.url));
    closing.push(() => opened.close());
    return opened;
  }

  const write = (to: IssuerStore, count: number) =>
    to.write(async ({ audit }) => {
      for (let n = 0; n < count; n += 1)
        await audit.append({ event: 'lease.active', actor: 'workload:x', lease: `lse_${n}`, detail: {} }, to.now());
    });

  function daemon(on: IssuerStore): AuditDelivery {
    const now = () => new Date(on.now().getTime() + later);
    const outbox = new EventOutbox({
      name: 'notices',
      store: on,
      now,
      take: async ({ chain, seq }) => {
        told.push(`${chain}:${seq}`);
        return true;
      },
    });
    const delivery = new AuditDelivery({
      deadAfter: 20_000,
      store: on,
      sinks: [receiver.sink(), outbox],
      timeout: 1_000,
      retryFirst: 10,
      retryMost: 10,
      now,
      onTrouble: (one) => trouble.push(one),
    });
    closing.push(() => delivery.close());
    return delivery;
  }

  it('is brought by one of those that live, once', async () => {
    const [dead, one, other] = await Promise.all([store(), store(), store()]);
    await write(dead, 7);
    await dead.close();
    const living = [daemon(one), daemon(other)];
    await Promise.all(living.map((delivery) => delivery.adopt()));
    expect(receiver.seqs(dead.chain)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(told.filter((key) => key.startsWith(dead.chain))).toHaveLength(8);
    await Promise.all(living.map((delivery) => delivery.adopt()));
    expect(receiver.taken).toHaveLength(8);
    expect(trouble).toEqual([{ kind: 'chain_adopted', chain: dead.chain, events: 8, sinks: ['siem', 'notices'] }]);
  });

  it('begins behind what it had delivered itself', async () => {
    const [dead, living] = await Promise.all([store(), store()]);
    await write(dead, 2);
    const former = daemon(dead);
    former.notify();
    await former.reached(3);
    await expect.poll(() => told).toHaveLength(3);
    await former.upkeep();
    receiver.up = false;
    await write(dead, 2);
    await expect(former.reached(5)).rejects.toMatchObject({ code: 'ERR_AUDIT_UNWRITABLE' });
    await expect.poll(() => told).toHaveLength(5);
    await former.close();
    await dead.close();
    receiver.up = true;
    await daemon(living).adopt();
    expect(receiver.seqs(dead.chain)).toEqual([1, 2, 3, 4, 5]);
    expect(told).toHaveLength(5);
  });

  it('is brought when it was killed, but only when it was silent for long enough', async () => {
    const [killed, living] = await Promise.all([store(), store()]);
    await write(killed, 1);
    const delivery = daemon(living);
    await delivery.adopt();
    expect(receiver.taken).toEqual([]);
    later = 60_000;
    await delivery.adopt();
    expect(receiver.seqs(killed.chain)).toEqual([1, 2]);
  });

  it('waits for a sink that is down, and for nobody else', async () => {
    const [dead, living] = await Promise.all([store(), store()]);
    await write(dead, 1);
    await dead.close();
    receiver.up = false;
    const delivery = daemon(living);
    await delivery.adopt();
    expect(trouble).toContainEqual({
      kind: 'adoption_failed',
      chain: dead.chain,
      sink: 'siem',
      error: 'ECONNREFUSED',
    });
    expect(told).toHaveLength(2);
    receiver.up = true;
    await delivery.adopt();
    expect(receiver.seqs(dead.chain)).toEqual([1, 2]);
    expect(told).toHaveLength(2);
  });

  it('is nobody else’s while it is claimed, and again when the claim is over', async () => {
    const [dead, living, hung] = await Promise.all([store(), store(), store()]);
    await write(dead, 1);
    await dead.close();
    await hung.write(({ sharedClaims }) =>
      sharedClaims.take(`audit:${dead.chain}`, hung.instance, hung.now(), new Date(hung.now().getTime() + 600_000)),
    );
    const delivery = daemon(living);
    await delivery.adopt();
    expect(receiver.taken).toEqual([]);
    later = 600_001;
    await delivery.adopt();
    expect(receiver.seqs(dead.chain)).toEqual([1, 2]);
  });
});
