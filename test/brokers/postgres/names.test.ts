import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quoteName } from '../../../src/brokers/postgres/quote-name.ts';
import { runSql, startPostgres, type TestPostgres, urlFor } from '../../support/postgres.ts';
import { brokerAt, planFor, prepareDatabase } from '../../support/postgres-target.ts';

const HOSTILE = [
  'we"ird',
  `x"; drop table orders.invoice; --`,
  "it's",
  'with space',
  'dot.ted',
  'Üml$aut',
  '"',
  '""',
  'null',
  'select',
  '\\',
  'ctrl\u0001\n\t',
  '𝒳',
  'x'.repeat(63),
];

describe('names that no server has', () => {
  it.each(['', 'a\0b', 'x'.repeat(64), 'ü'.repeat(32)])('%j is refused', (name) => {
    expect(() => quoteName(name)).toThrow(/no name in PostgreSQL/);
    expect(() =>
      brokerAt('postgres://127.0.0.1/x', { grants: [{ actions: ['select'], resources: ['r'], roles: [name] }] }),
    ).toThrow(expect.objectContaining({ code: 'ERR_CONFIG_INVALID' }));
  });

  it('a connection that is no URL is refused without being quoted', () => {
    expect(() => brokerAt('postgres://user:hunter2@[broken')).toThrow(
      expect.objectContaining({ code: 'ERR_CONFIG_INVALID', message: expect.not.stringContaining('hunter2') }),
    );
  });
});

describe('names that a server may have', () => {
  let postgres: TestPostgres;

  beforeAll(async () => {
    postgres = await startPostgres();
    await prepareDatabase(postgres);
  });

  afterAll(async () => {
    await postgres.stop();
  });

  it.each(HOSTILE)(
    'SQL quoting: %j works as group, as schema and as the database where something is owned',
    async (name) => {
      await runSql(
        postgres.url,
        `create role ${quoteName(name)} nologin; grant orders_reader to ${quoteName(name)}; create schema ${quoteName(name)}`,
      );
      await runSql(postgres.url, `create database ${quoteName(name)}`);
      const broker = brokerAt(postgres.url, {
        grants: [{ actions: ['select'], resources: ['orders.*'], roles: [name] }],
        session: { searchPath: [name] },
      });
      const plan = planFor();
      const { plain, secret } = await broker.create(plan);
      const url = urlFor(postgres.url, { user: String(plain.user), password: secret.password?.reveal() ?? '' });
      expect(await runSql(url, 'select count(*)::int as n from orders.invoice')).toEqual([{ n: 2 }]);
      expect(await runSql(url, 'select current_schemas(false)::text[] as path')).toEqual([{ path: [] }]);
      await runSql(
        urlFor(postgres.url, { database: name }),
        `create table mine (); alter table mine owner to "${plan.externalId}"`,
      );
      await broker.disable(plan.externalId);
      await broker.remove(plan.externalId);
      expect(await broker.verify(plan.externalId)).toBe('dead');
      await broker.close();
      await runSql(postgres.url, `drop schema ${quoteName(name)}; drop role ${quoteName(name)}`);
      await runSql(postgres.url, `drop database ${quoteName(name)}`);
    },
  );
});
