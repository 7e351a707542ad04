import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Broker, MintedCredential } from '../../../src/brokers/broker.ts';
import { runSql, type TestPostgres, testServers, urlFor } from '../../support/postgres.ts';
import {
  brokerAt,
  createBrokerRole,
  DB_DETAIL,
  ISSUER_ID,
  planFor,
  prepareDatabase,
} from '../../support/postgres-target.ts';

for (const server of testServers())
  describe.each(['superuser', 'createrole'] as const)(`postgres broker at ${server.name} as %s`, (rights) => {
    let postgres: TestPostgres;
    let broker: Broker;
    let brokerUrl: string;

    beforeAll(async () => {
      postgres = await server.start({ max_prepared_transactions: '5' });
      await prepareDatabase(postgres);
      brokerUrl = rights === 'superuser' ? postgres.url : await createBrokerRole(postgres);
      broker = brokerAt(brokerUrl);
    });

    afterAll(async () => {
      await broker.close();
      await postgres.stop();
    });

    afterEach(async () => {
      for (const name of await broker.list()) await takeBack(name);
    });

    const urlOf = (credential: MintedCredential) =>
      urlFor(postgres.url, {
        user: String(credential.plain.user),
        password: credential.secret.password?.reveal() ?? '',
        database: String(credential.plain.database),
      });
    const takeBack = async (name: string) => {
      await broker.disable(name);
      const sessions = await broker.endSessions(name);
      await broker.remove(name);
      return { sessions, liveness: await broker.verify(name) };
    };
    const connect = async (url: string) => {
      const client = new Client({ connectionString: url });
      const ended = new Promise<void>((resolve) => client.on('error', () => resolve()));
      await client.connect();
      return { client, ended };
    };

    it('moves the end of the password, later and earlier', async () => {
      const plan = planFor();
      await broker.create(plan);
      const until = new Date(Date.now() + 7_200_000);
      await broker.extend?.(plan.externalId, until);
      expect(
        await runSql(postgres.url, 'select rolvaliduntil as until from pg_roles where rolname = $1', [plan.externalId]),
      ).toEqual([{ until }]);
      await broker.disable(plan.externalId);
      await broker.remove(plan.externalId);
      await expect(broker.extend?.(plan.externalId, until)).rejects.toMatchObject({ code: 'ERR_TARGET_REFUSED' });
    });

    it('makes a role that can do what was granted and nothing else', async () => {
      const plan = planFor();
      const url = urlOf(await broker.create(plan));
      expect(await runSql(url, 'select count(*)::int as n from orders.invoice')).toEqual([{ n: 2 }]);
      for (const forbidden of [
        'insert into orders.invoice values (3, true)',
        'select * from orders.secret_note',
        'create table orders.mine (id int)',
        'create table public.mine (id int)',
        'create schema mine',
        'create database mine',
        'create role mine',
        'set role orders_writer',
        `alter role "${plan.externalId}" valid until 'infinity'`,
        `alter role "${plan.externalId}" createrole`,
        `copy orders.invoice to program 'true'`,
        "select pg_read_file('/etc/passwd')",
        `comment on role "${plan.externalId}" is 'mine'`,
      ])
        await expect(runSql(url, forbidden), forbidden).rejects.toThrow(
          /permission denied|must be|must have|not permitted|only roles/i,
        );
      expect(await takeBack(plan.externalId)).toEqual({ sessions: 0, liveness: 'dead' });
    });

    it('sends a verifier, never the password', async () => {
      const plan = planFor();
      const credential = await broker.create(plan);
      const password = credential.secret.password?.reveal() ?? '';
      expect(password.length).toBeGreaterThanOrEqual(32);
      const rows = await runSql(postgres.url, `select rolpassword from pg_authid where rolname = '${plan.externalId}'`);
      expect(JSON.stringify(rows)).toMatch(/SCRAM-SHA-256\$4096:/);
      expect(JSON.stringify(rows)).not.toContain(password);
      await takeBack(plan.externalId);
    });

    it('ends live sessions, refuses the next login, and leaves nothing', async () => {
      const plan = planFor();
      const url = urlOf(await broker.create(plan));
      const sessions = await Promise.all([connect(url), connect(url)]);
      expect(await takeBack(plan.externalId)).toEqual({ sessions: 2, liveness: 'dead' });
      await Promise.all(sessions.map(({ ended }) => ended));
      await expect(runSql(url, 'select 1')).rejects.toThrow(/authentication failed|not permitted|does not exist/);
      expect(await runSql(postgres.url, `select from pg_stat_activity where usename like 'lapse\\_0%'`)).toEqual([]);
      expect(await runSql(postgres.url, `select from pg_roles where rolname = '${plan.externalId}'`)).toEqual([]);
    });

    it('lets nobody log in after the time that PostgreSQL was told', async () => {
      const plan = planFor({ expiresAt: new Date(Date.now() + 1_000) });
      const url = urlOf(await broker.create(plan));
      const { client } = await connect(url);
      await runSql(postgres.url, 'select pg_sleep(1.1)');
      await expect(runSql(url, 'select 1')).rejects.toThrow(/authentication failed/);
      expect((await client.query('select 1 as still')).rows).toEqual([{ still: 1 }]);
      expect(await takeBack(plan.externalId)).toEqual({ sessions: 1, liveness: 'dead' });
    });

    it('takes every step twice', async () => {
      const plan = planFor();
      await broker.create(plan);
      const url = urlOf(await broker.create(plan));
      expect(await runSql(url, 'select 1 as one')).toEqual([{ one: 1 }]);
      await broker.disable(plan.externalId);
      await broker.disable(plan.externalId);
      await broker.remove(plan.externalId);
      await broker.remove(plan.externalId);
      expect(await takeBack(plan.externalId)).toEqual({ sessions: 0, liveness: 'dead' });
    });

    it('drops what a role owns, in another database too', async () => {
      const plan = planFor();
      const url = urlOf(await broker.create(plan));
      await runSql(postgres.url, 'create database other');
      const other = urlFor(postgres.url, { database: 'other' });
      await runSql(
        other,
        `create table mine (id int); alter table mine owner to "${plan.externalId}"; create table kept (id int)`,
      );
      await runSql(urlFor(url, { database: 'other' }), 'select lo_create(0)');
      expect(await takeBack(plan.externalId)).toEqual({ sessions: 0, liveness: 'dead' });
      expect(await runSql(other, `select relname from pg_class where relname in ('mine', 'kept')`)).toEqual([
        { relname: 'kept' },
      ]);
      expect(await runSql(other, 'select from pg_largeobject_metadata')).toEqual([]);
      await runSql(postgres.url, 'drop database other');
    });

    it('gives what a role owns to the configured owner', async () => {
      const keeping = brokerAt(brokerUrl, { reassignTo: 'orders_writer' });
      if (rights === 'createrole')
        await runSql(
          postgres.url,
          `grant orders_writer to lapse_broker${postgres.major >= 16 ? ' with inherit true, set true' : ''}`,
        );
      const plan = planFor();
      await keeping.create(plan);
      await runSql(
        postgres.url,
        `create table orders.made (id int); alter table orders.made owner to "${plan.externalId}"`,
      );
      await keeping.disable(plan.externalId);
      await keeping.remove(plan.externalId);
      expect(await keeping.verify(plan.externalId)).toBe('dead');
      expect(await runSql(postgres.url, "select tableowner from pg_tables where tablename = 'made'")).toEqual([
        { tableowner: 'orders_writer' },
      ]);
      await runSql(postgres.url, 'drop table orders.made');
      await keeping.close();
    });

    it('keeps a role out whose removal a direct grant of somebody else prevents', async () => {
      const plan = planFor();
      const url = urlOf(await broker.create(plan));
      await runSql(postgres.url, `grant select on orders.secret_note to "${plan.externalId}"`);
      if (rights === 'superuser') {
        expect(await takeBack(plan.externalId)).toEqual({ sessions: 0, liveness: 'dead' });
        return;
      }
      await expect(takeBack(plan.externalId)).rejects.toMatchObject({
        code: 'ERR_TARGET_REFUSED',
        message: expect.stringMatching(/2BP01/),
      });
      await expect(runSql(url, 'select 1')).rejects.toThrow(/not permitted/);
      expect(await broker.verify(plan.externalId)).toBe('alive');
      await runSql(postgres.url, `revoke all on orders.secret_note from "${plan.externalId}"`);
      expect(await takeBack(plan.externalId)).toEqual({ sessions: 0, liveness: 'dead' });
    });

    it('rolls back what a role has prepared', async (test) => {
      if (JSON.stringify(await runSql(postgres.url, 'show max_prepared_transactions')).includes('"0"'))
        test.skip('this server has max_prepared_transactions = 0');
      const plan = planFor();
      const url = urlOf(await broker.create(plan));
      await runSql(
        url,
        "begin; create temp table t (id int) on commit drop; rollback; begin; lock table orders.invoice in access share mode; prepare transaction 'left-behind'",
      );
      expect(await runSql(postgres.url, 'select gid from pg_prepared_xacts')).toEqual([{ gid: 'left-behind' }]);
      expect(await takeBack(plan.externalId)).toEqual({ sessions: 0, liveness: 'dead' });
      expect(await runSql(postgres.url, 'select gid from pg_prepared_xacts')).toEqual([]);
    });

    it('lists what is ours and touches nothing else', async () => {
      const plan = planFor();
      await broker.create(plan);
      const foreign = [`lapse_deadbeef_${plan.externalId.slice(-26)}`, `lapse_${ISSUER_ID}_mine`, 'app'];
      for (const name of foreign) await runSql(postgres.url, `create role "${name}" login`);
      expect(await broker.list()).toEqual([plan.externalId]);
      for (const name of foreign) {
        await expect(broker.disable(name)).rejects.toMatchObject({ code: 'ERR_INTERNAL' });
        await expect(broker.remove(name)).rejects.toMatchObject({ code: 'ERR_INTERNAL' });
        await runSql(postgres.url, `drop role "${name}"`);
      }
      await takeBack(plan.externalId);
    });

    it('takes a mean group role for no group role', async () => {
      await runSql(
        postgres.url,
        `create role g_super superuser nologin; create role g_above nologin; grant g_super to g_above;
         create role g_login login; create role g_program nologin; grant pg_execute_server_program to g_program;
         create role g_creator nologin; grant create on schema public to g_creator; create role g_maker nologin createrole`,
      );
      const cases = {
        g_super: /superuser/,
        g_above: /superuser/,
        g_login: /log in/,
        g_program: /beyond tables/,
        g_creator: /create in schema/,
        g_maker: /create roles/,
        g_none: /does not exist/,
      };
      for (const [role, flaw] of Object.entries(cases)) {
        const mean = brokerAt(brokerUrl, { grants: [{ actions: ['select'], resources: ['orders.*'], roles: [role] }] });
        await expect(mean.create(planFor()), role).rejects.toMatchObject({
          code: 'ERR_TARGET_REFUSED',
          message: expect.stringMatching(flaw),
        });
        await mean.close();
      }
      expect(await broker.list()).toEqual([]);
    });

    it('gives the session defaults that the target asks for', async () => {
      const set = brokerAt(brokerUrl, {
        session: { statementTimeout: 1234, readOnly: true, searchPath: ['orders', 'we"ird'] },
      });
      const plan = planFor();
      const url = urlOf(await set.create(plan));
      expect(
        await runSql(
          url,
          "select current_setting('statement_timeout') as t, current_setting('default_transaction_read_only') as r, current_setting('search_path') as p",
        ),
      ).toEqual([{ t: '1234ms', r: 'on', p: 'orders, "we""ird"' }]);
      await set.close();
      await takeBack(plan.externalId);
    });

    it('says that the server refuses, with its code and without its words', async () => {
      const wrong = brokerAt(urlFor(postgres.url, { user: 'nobody_here', password: 'wrong' }));
      await expect(wrong.create(planFor())).rejects.toMatchObject({
        code: 'ERR_TARGET_REFUSED',
        message: expect.stringMatching(/28P01/),
      });
      await wrong.close();
    });

    it('covers what is asked exactly, or not at all', () => {
      const asked = (actions: string[], resources: string[]) => broker.refuses({ ...DB_DETAIL, actions, resources });
      expect(asked(['select'], ['orders.*'])).toBeUndefined();
      expect(asked(['select', 'insert'], ['orders.*'])).toBeUndefined();
      expect(asked(['delete'], ['orders.*'])).toMatch(/no group roles/);
      expect(asked(['select'], ['orders.invoice'])).toMatch(/no group roles/);
      expect(asked(['select'], [])).toMatch(/at least one resource/);
      expect(asked([], ['orders.*'])).toMatch(/at least one action/);
    });
  });
