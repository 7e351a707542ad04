import { isDeepStrictEqual } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../src/errors.ts';
import type { Lease, LeaseState } from '../../../src/model/lease.ts';
import type { IssuerStore } from '../../../src/store/issuer/issuer-store.ts';
import { DETAIL, WORKLOAD } from '../../support/issuer-bench.ts';

export interface StoreFixture {
  /** Opens the store of this test: the same at each call. */
  open(): Promise<IssuerStore>;
  /** Throws the store away: the next call of `open` finds an empty one. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

export const NOW = new Date('2026-03-01T12:00:00.000Z');
const seconds = (count: number): Date => new Date(NOW.getTime() + count * 1000);
const event = (name: string) => ({ event: name, actor: 'system', detail: {} });

async function addRequest(store: IssuerStore, id: string, state: 'pending' | 'approved' = 'approved'): Promise<void> {
  await store.write(({ requests }) =>
    requests.insert({
      request: {
        id,
        requester: WORKLOAD,
        detail: DETAIL,
        sourceIp: '10.0.0.1',
        createdAt: NOW.toISOString(),
        pendingExpiresAt: seconds(60).toISOString(),
        canonicalHash: 'hash',
        state,
      },
      correlationId: 'c',
    }),
  );
}

export async function addLease(store: IssuerStore, id: string, state: LeaseState = 'INTENT'): Promise<void> {
  await addRequest(store, `req_${id}`);
  const lease: Omit<Lease, 'state' | 'attempts'> = {
    id,
    request: `req_${id}`,
    broker: 'test',
    target: 'api',
    externalId: `name_${id}`,
    detail: DETAIL,
    createdAt: NOW.toISOString(),
    expiresAt: seconds(60).toISOString(),
  };
  await store.write(async ({ leases }) => {
    await leases.insertIntent(lease, WORKLOAD);
    if (state !== 'INTENT') await leases.move(id, ['INTENT'], state, { nextAttemptAt: NOW.toISOString() });
  });
}

const ids = (leases: readonly Lease[]): readonly string[] => leases.map(({ id }) => id).sort();

/** What the issuer's store must do on any database. */
export function issuerStoreContract(name: string, start: () => Promise<StoreFixture>): void {
  describe(`the issuer's store on ${name}`, () => {
    let fixture: StoreFixture;
    let store: IssuerStore;
    const opened: IssuerStore[] = [];
    const open = async (): Promise<IssuerStore> => {
      const other = await fixture.open();
      opened.push(other);
      return other;
    };

    beforeAll(async () => {
      fixture = await start();
    });
    beforeEach(async () => {
      store = await open();
    });
    afterEach(async () => {
      for (const one of opened.splice(0)) await one.close();
      await fixture.reset();
    });
    afterAll(() => fixture.stop());

    it('is the same issuer at each opening, by another instance', async () => {
      expect(store.issuerId).toMatch(/^[0-9a-f]{8}$/);
      const again = await open();
      expect(again.issuerId).toBe(store.issuerId);
      expect(again.instance).not.toBe(store.instance);
    });

    it('writes all or nothing, and what fails takes nothing else with it', async () => {
      const results = await Promise.allSettled([
        store.write(({ audit }) => audit.append(event('one'), NOW)),
        store.write(async ({ audit, replay }) => {
          await replay.use('space', 'value', seconds(60));
          await audit.append(event('two'), NOW);
          throw new AppError('ERR_QUOTA_EXCEEDED', 'too many');
        }),
        store.write(({ audit }) => audit.append(event('three'), NOW)),
      ]);
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      expect(results[1]).toMatchObject({ reason: { code: 'ERR_QUOTA_EXCEEDED' } });
      const events = await store.read(({ audit }) => audit.after(0, 10));
      expect(events.map((one) => one.event)).not.toContain('two');
      expect(events.map((one) => one.event)).toEqual(expect.arrayContaining(['one', 'three']));
      expect(await store.write(({ replay }) => replay.use('space', 'value', seconds(60)))).toBe(true);
    });

    it('makes chains without gaps of many writes at once by two processes, and says where each event stands', async () => {
      const other = await open();
      const places = await Promise.all(
        Array.from({ length: 60 }, async (_, at) => {
          const writer = at % 2 === 0 ? store : other;
          const place = await writer.write(({ audit }) => audit.append(event(`e${at}`), NOW));
          return { chain: writer.chain, seq: place.seq, event: `e${at}` };
        }),
      );
      const chains = await store.read(({ audit }) => audit.chains());
      expect(chains).toEqual([...new Set([store.chain, other.chain])].sort());
      for (const chain of chains) {
        const events = await store.read(({ audit }) => audit.after(0, 1000, chain));
        expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => at + 1));
        expect(events.every(({ prevHash }, at) => at === 0 || prevHash === events[at - 1]?.hash)).toBe(true);
        for (const place of places.filter((one) => one.chain === chain))
          expect(events[place.seq - 1]?.event).toBe(place.event);
      }
      expect(await store.read(({ audit }) => audit.newest(1000, chains))).toHaveLength(
        (await Promise.all(chains.map((chain) => store.read(({ audit }) => audit.head(chain))))).reduce(
          (sum, head) => sum + (head?.seq ?? 0),
          0,
        ),
      );
    });

    it('uses a value once, whoever asks at the same time', async () => {
      const other = await open();
      const uses = await Promise.all(
        Array.from({ length: 20 }, (_, at) =>
          (at % 2 === 0 ? store : other).write(({ replay }) => replay.use('issuer', 'jti', seconds(60))),
        ),
      );
      expect(uses.filter(Boolean)).toHaveLength(1);
      await store.write(({ replay }) => replay.forget(seconds(61)));
      expect(await store.write(({ replay }) => replay.use('issuer', 'jti', seconds(60)))).toBe(true);
    });

    it('keeps a limit, whoever counts at the same time', async () => {
      const other = await open();
      const ask = (writer: IssuerStore, most: number, id: string) =>
        writer.write(async (tables) => {
          if (!(await tables.locks.below('test', most, () => tables.requests.countPending(WORKLOAD)))) return false;
          await tables.requests.insert({
            request: {
              id,
              requester: WORKLOAD,
              detail: DETAIL,
              sourceIp: '',
              createdAt: NOW.toISOString(),
              canonicalHash: '',
              state: 'pending',
            },
            correlationId: '',
          });
          return true;
        });
      for (const most of [7, 130]) {
        const before = await store.read(({ requests }) => requests.countPending(WORKLOAD));
        const passed = await Promise.all(
          Array.from({ length: 150 }, (_, at) => ask(at % 2 === 0 ? store : other, most, `req_${most}_${at}`)),
        );
        expect(passed.filter(Boolean)).toHaveLength(most - before);
        expect(await store.read(({ requests }) => requests.countPending(WORKLOAD))).toBe(most);
      }
    });

    it('lets one of two take a request that both have read', async () => {
      const other = await open();
      await addRequest(store, 'req_1');
      const claim = (writer: IssuerStore) =>
        writer.write(async ({ requests }) => {
          if ((await requests.find('req_1'))?.state !== 'approved') return false;
          await new Promise((resolve) => setImmediate(resolve));
          return await requests.move('req_1', ['pending', 'approved'], 'fulfilled');
        });
      expect((await Promise.all([claim(store), claim(other), claim(store)])).filter(Boolean)).toHaveLength(1);
    });

    it('shares what is due among those who ask', async () => {
      const other = await open();
      for (let at = 0; at < 6; at += 1) await addLease(store, `lse_a${at}`, 'REVOKING');
      const claim = (writer: IssuerStore) =>
        writer.write(({ leases }) => leases.claimRevocations(seconds(1), seconds(30).toISOString(), 4));
      const claimed = (await Promise.all([claim(store), claim(other)])).flat();
      expect(new Set(ids(claimed)).size).toBe(claimed.length);
      claimed.push(...(await claim(store)));
      expect(ids(claimed)).toEqual(['lse_a0', 'lse_a1', 'lse_a2', 'lse_a3', 'lse_a4', 'lse_a5']);
      expect(await store.read(({ leases }) => leases.isRevocationDue(seconds(29)))).toBe(false);
      expect(await store.read(({ leases }) => leases.isRevocationDue(seconds(30)))).toBe(true);
    });

    it('claims a lease that is as it was read, and no other', async () => {
      await addLease(store, 'lse_a', 'REVOKING');
      const seen = await store.read(({ leases }) => leases.find('lse_a'));
      if (seen === undefined) throw new Error('the lease is missing');
      const claim = () => store.write(({ leases }) => leases.claimRevocation(seen, seconds(30).toISOString()));
      expect((await claim())?.nextAttemptAt).toBe(seconds(30).toISOString());
      expect(await claim()).toBeUndefined();
    });

    it('finds expired and overdue leases, and counts as numbers', async () => {
      await addLease(store, 'lse_a', 'ACTIVE');
      await addLease(store, 'lse_b');
      const found = await store.write(async ({ leases }) => ({
        before: ids(await leases.expired(seconds(59), 10)),
        after: ids(await leases.expired(seconds(60), 10)),
        held: await leases.countHeld({ requester: WORKLOAD }),
        overdue: await leases.countOverdue(seconds(61)),
        byState: await leases.countByStateAndTarget(),
        due: await leases.nextDue(),
      }));
      expect(found).toEqual({
        before: [],
        after: ['lse_a'],
        held: 2,
        overdue: 2,
        byState: expect.toSatisfy((rows: readonly { state: string; count: number }[]) =>
          isDeepStrictEqual(
            new Map(rows.map(({ state, count }) => [state, count])),
            new Map([
              ['ACTIVE', 1],
              ['INTENT', 1],
            ]),
          ),
        ),
        due: { expiry: seconds(60).toISOString(), begun: NOW.toISOString() },
      });
    });

    it('keeps sealed texts, each version replaced once', async () => {
      const { write } = store;
      expect(await write(({ sealed }) => sealed.insert('keys', 'one', NOW))).toBe(true);
      expect(await write(({ sealed }) => sealed.insert('keys', 'other', NOW))).toBe(false);
      const replaced = await Promise.all(
        ['two', 'three'].map((body) => write(({ sealed }) => sealed.replace('keys', 1, body, NOW))),
      );
      expect(replaced.filter(Boolean)).toHaveLength(1);
      expect(await store.read(({ sealed }) => sealed.find('keys'))).toMatchObject({ version: 2 });
    });

    it('knows operators and sessions wherever they were made', async () => {
      const other = await open();
      const operator = { name: 'alice', human: 'alice', groups: ['dba'], createdAt: NOW.toISOString() };
      expect(await store.write(({ operators }) => operators.insert(operator))).toBe(true);
      expect(await other.write(({ operators }) => operators.insert(operator))).toBe(false);
      const session = {
        id: 'ses_1',
        operator: 'alice',
        method: 'password' as const,
        sourceIp: '',
        client: '',
        createdAt: NOW,
        expiresAt: seconds(60),
        signIn: { amr: [], authenticatedAt: NOW },
      };
      await store.write(({ operators }) => operators.addSession('hash', session));
      const at = (when: Date) => other.read(({ operators }) => operators.findSession('hash', when));
      expect(await at(seconds(59))).toMatchObject({ session: { id: 'ses_1' }, operator: { groups: ['dba'] } });
      expect(await at(seconds(60))).toBeUndefined();
    });
  });
}
