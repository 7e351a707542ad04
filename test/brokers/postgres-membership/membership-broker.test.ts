import fc from 'fast-check';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Broker } from '../../../src/brokers/broker.ts';
import { quoteName } from '../../../src/brokers/postgres/quote-name.ts';
import { createPostgresMembershipBroker } from '../../../src/brokers/postgres-membership/membership-broker.ts';
import type { PostgresMembershipTarget } from '../../../src/brokers/postgres-membership/membership-target.ts';
import { runSql, type TestPostgres, testServers, urlFor } from '../../support/postgres.ts';
import {
  createBrokerRole,
  ISSUER_ID,
  MEMBERSHIP_DETAIL,
  membershipTargetAt,
  planFor,
  prepareDatabase,
} from '../../support/postgres-target.ts';

const PASSWORD = 'not-a-secret';

for (const server of testServers())
  describe.each(['superuser', 'createrole'] as const)(`memberships at ${server.name} by a %s`, (rights) => {
    let postgres: TestPostgres;
    let broker: Broker;
    let brokerUrl: string;
    const others: Broker[] = [];

    const brokerFor = (change: Partial<PostgresMembershipTarget> = {}, issuerId = ISSUER_ID): Broker => {
      // Before 16 nobody is kept from "set role", so sessions must end.
      const target = membershipTargetAt(brokerUrl, { endSessions: postgres.major < 16, ...change });
      const made = createPostgresMembershipBroker(target, { issuerId });
      others.push(made);
      return made;
    };
    const sql = (text: string) => runSql(postgres.url, text);
    const urlOf = (user: string) => urlFor(postgres.url, { user, password: PASSWORD });
    const reads = (user: string) =>
      runSql(urlOf(user), 'select count(*)::int as n from orders.invoice').then(
        (rows) => rows.length === 1,
        (error: Error) => {
          expect(error.message).toMatch(/permission denied/);
          return false;
        },
      );
    const elevate = async (by = broker, principal = 'g_ann') => {
      const plan = planFor({ detail: { ...MEMBERSHIP_DETAIL, principal } });
      await by.create(plan);
      return plan.externalId;
    };
    const takeBack = async (name: string, by = broker) => {
      await by.disable(name);
      const sessions = await by.endSessions(name);
      await by.remove(name);
      expect(await by.verify(name)).toBe('dead');
      return sessions;
    };

    beforeAll(async () => {
      postgres = await server.start();
      await prepareDatabase(postgres);
      brokerUrl = rights === 'superuser' ? postgres.url : await createBrokerRole(postgres);
      if (rights !== 'superuser') await sql('grant pg_signal_backend to lapse_broker');
      broker = brokerFor();
    });

    beforeEach(async () => {
      await sql(`create role g_ann login password '${PASSWORD}'`);
    });

    afterEach(async () => {
      for (const name of await broker.list()) await takeBack(name);
      for (const role of ['g_ann', 'g_anna']) await sql(`drop role if exists ${role}`);
    });

    afterAll(async () => {
      await Promise.all(others.map((one) => one.close()));
      await postgres.stop();
    });

    it('gives what was granted to a role that exists, and takes it back inside a live session', async () => {
      expect(await reads('g_ann')).toBe(false);
      const client = new Client({ connectionString: urlOf('g_ann') });
      client.on('error', () => undefined);
      await client.connect();
      const name = await elevate();
      expect((await client.query('select count(*)::int as n from orders.invoice')).rows).toEqual([{ n: 2 }]);
      await expect(client.query('insert into orders.invoice values (9, true)')).rejects.toThrow(/permission denied/);
      expect(await broker.verify(name)).toBe('alive');
      await takeBack(name);
      if (postgres.major >= 16) {
        await expect(client.query('select * from orders.invoice')).rejects.toThrow(/permission denied/);
        await client.end();
      }
      expect(await reads('g_ann')).toBe(false);
    });

    it('is taken back from a member that was renamed', async () => {
      const name = await elevate();
      await sql('alter role g_ann rename to g_anna');
      await sql(`alter role g_anna password '${PASSWORD}'`);
      expect(await reads('g_anna')).toBe(true);
      // Somebody else has the old name by now, and nothing to do with it.
      await sql(`create role g_ann login password '${PASSWORD}'`);
      await takeBack(name);
      expect(await reads('g_anna')).toBe(false);
    });

    it('ends cleanly when the member was dropped', async () => {
      const name = await elevate();
      await sql('drop role g_ann');
      expect(await broker.list()).toEqual([name]);
      expect(await broker.lost?.()).toEqual([name]);
      expect(await takeBack(name)).toBe(0);
    });

    it('ends cleanly when the member was made a superuser meanwhile', async () => {
      const by = brokerFor({ endSessions: true });
      const name = await elevate(by);
      const client = new Client({ connectionString: urlOf('g_ann') });
      client.on('error', () => undefined);
      await client.connect();
      await sql('alter role g_ann superuser');
      // A broker that is no superuser may not end sessions of one; what it gave goes all the same.
      expect(await takeBack(name, by)).toBe(rights === 'superuser' ? 1 : 0);
      await sql('alter role g_ann nosuperuser');
      expect(await reads('g_ann')).toBe(false);
      await client.end().catch(() => undefined);
    });

    it('leaves a membership that was there before', async () => {
      await sql('grant orders_reader to g_ann');
      await takeBack(await elevate());
      expect(await reads('g_ann')).toBe(true);
    });

    it('notices what was undone by hand', async () => {
      const [kept, undone] = [await elevate(), await elevate()];
      // Only who granted it can revoke it, whoever else is a superuser.
      await runSql(brokerUrl, `revoke "${undone}" from g_ann`);
      expect(await broker.lost?.()).toEqual([undone]);
      expect((await broker.list()).toSorted()).toEqual([kept, undone].toSorted());
    });

    it('does the same again when it is asked again', async () => {
      const plan = planFor({ detail: MEMBERSHIP_DETAIL });
      const first = await broker.create(plan);
      expect(await broker.create(plan)).toEqual(first);
      expect(first).toEqual({ plain: { principal: 'g_ann', roles: ['orders_reader'], set_role: false }, secret: {} });
      await broker.disable(plan.externalId);
      expect(await reads('g_ann')).toBe(false);
      await broker.disable(plan.externalId);
      await broker.remove(plan.externalId);
      await broker.remove(plan.externalId);
      expect(await broker.endSessions(plan.externalId)).toBe(0);
    });

    it.each([
      ['nobody', 'does not exist'],
      ['orders_writer', 'is a group'],
      ['postgres', 'is a superuser'],
    ])('refuses %s, who %s, and leaves nothing', async (principal, why) => {
      await expect(elevate(broker, principal)).rejects.toMatchObject({
        code: 'ERR_TARGET_REFUSED',
        message: expect.stringContaining(why),
      });
      expect(await broker.list()).toEqual([]);
    });

    it('refuses who has members of its own', async () => {
      await sql(`create role g_anna login; grant g_ann to g_anna`);
      await expect(elevate()).rejects.toThrow(/is a group/);
      await sql('revoke g_ann from g_anna');
    });

    it('another issuer has its own, and neither sees nor touches the other', async () => {
      const other = brokerFor({}, 'ffffffff');
      const name = await elevate();
      expect(await other.list()).toEqual([]);
      expect(await other.lost?.()).toEqual([]);
      for (const step of ['disable', 'endSessions', 'remove', 'verify'] as const)
        await expect(
          step === 'endSessions' ? brokerFor({ endSessions: true }, 'ffffffff')[step](name) : other[step](name),
          step,
        ).rejects.toMatchObject({ code: 'ERR_INTERNAL' });
      expect(await reads('g_ann')).toBe(true);
    });

    it('two leases never end each other, in any order', async () => {
      const step = fc.record({ who: fc.constantFrom(0, 1), what: fc.constantFrom('create', 'take back') });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
          const held = new Map<number, string>();
          for (const { who, what } of steps) {
            const name = held.get(who);
            if (what === 'create' && name === undefined) held.set(who, await elevate());
            if (what === 'take back' && name !== undefined) {
              await takeBack(name);
              held.delete(who);
            }
            expect(await reads('g_ann')).toBe(held.size > 0);
          }
          for (const name of held.values()) await takeBack(name);
          expect(await reads('g_ann')).toBe(false);
        }),
        { numRuns: 8 },
      );
    });

    describe('set role', () => {
      it('is refused where it was not given, since 16', async () => {
        if (postgres.major < 16) return expect(elevate(brokerFor({ endSessions: false }))).rejects.toThrow(/outlive/);
        const name = await elevate();
        for (const role of ['orders_reader', name])
          await expect(runSql(urlOf('g_ann'), `set role "${role}"`)).rejects.toThrow(/permission denied/);
      });

      it('lives no longer than the lease: the sessions that may have used it are ended', async () => {
        const by = brokerFor({ setRole: true, endSessions: true });
        const name = await elevate(by);
        const client = new Client({ connectionString: urlOf('g_ann') });
        const ended = new Promise<void>((resolve) => client.on('error', () => resolve()));
        await client.connect();
        await client.query('set role orders_reader');
        expect(await takeBack(name, by)).toBe(1);
        await ended;
        await expect(runSql(urlOf('g_ann'), 'set role orders_reader')).rejects.toThrow(/permission denied/);
      });

      it('is not given where sessions would keep it', async () => {
        await expect(elevate(brokerFor({ setRole: true, endSessions: false }))).rejects.toThrow(/outlive the lease/);
        if (postgres.major < 16) await expect(elevate(brokerFor({ endSessions: false }))).rejects.toThrow(/outlive/);
      });
    });

    it.each([
      'we"ird',
      `x"; drop table orders.invoice; --`,
      "it's; $(reboot)",
      'dot.ted `id`',
      '\\',
      '𝒳',
      'G_ANN',
      'x'.repeat(63),
    ])('SQL and shell quoting in names: %j is a member like any other', async (principal) => {
      await sql(`create role ${quoteName(principal)} login password '${PASSWORD}'`);
      try {
        const name = await elevate(broker, principal);
        expect(await reads(principal)).toBe(true);
        expect(await reads('g_ann')).toBe(false);
        await takeBack(name);
        expect(await reads(principal)).toBe(false);
      } finally {
        await sql(`drop role ${quoteName(principal)}`);
      }
    });

    it.each([
      ['', /no name/],
      ['a\0b', /no name/],
      ['ü'.repeat(32), /no name/],
      [`lapse_ffffffff_${'a'.repeat(26)}`, /nobody who could be elevated/],
      ['pg_monitor', /nobody who could be elevated/],
    ])('refuses %j before the server is asked', (principal, why) => {
      expect(broker.refuses({ ...MEMBERSHIP_DETAIL, principal })).toMatch(why);
    });

    it('refuses what no group roles give', () => {
      expect(broker.refuses(MEMBERSHIP_DETAIL)).toBeUndefined();
      expect(broker.refuses({ ...MEMBERSHIP_DETAIL, actions: ['drop'] })).toMatch(/no group roles/);
      expect(broker.refuses({ ...MEMBERSHIP_DETAIL, actions: [] })).toMatch(/at least one action/);
      expect(broker.refuses({ ...MEMBERSHIP_DETAIL, resources: [] })).toMatch(/at least one resource/);
    });
  });
