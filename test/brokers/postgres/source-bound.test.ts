import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectTarget } from '../../../src/brokers/postgres/database.ts';
import { INSTALL_SOURCE_BOUND, installSourceBound } from '../../../src/brokers/postgres/source-bound.ts';
import { runSql, type TestPostgres, testServers, urlFor } from '../../support/postgres.ts';
import {
  brokerAt,
  createBrokerRole,
  DB_DETAIL,
  planFor,
  prepareDatabase,
  targetAt,
} from '../../support/postgres-target.ts';

const bound = (source_cidrs: readonly string[]) => planFor({ detail: { ...DB_DETAIL, source_cidrs } });

for (const server of testServers())
  describe(`source networks at ${server.name}`, () => {
    let postgres: TestPostgres;
    let brokerUrl: string;

    beforeAll(async () => {
      postgres = await server.start();
      await prepareDatabase(postgres);
      brokerUrl = await createBrokerRole(postgres);
    });

    afterAll(async () => {
      await postgres.stop();
    });

    async function install(): Promise<readonly string[]> {
      const databases = connectTarget(targetAt(postgres.url));
      try {
        return await installSourceBound(targetAt(postgres.url), databases);
      } finally {
        await databases.close();
      }
    }

    it('are only claimed where the target says how', async () => {
      const without = brokerAt(brokerUrl);
      const withTrigger = brokerAt(brokerUrl, { sourceBound: 'login-trigger' });
      expect([without.capabilities.sourceBound, withTrigger.capabilities.sourceBound]).toEqual([false, true]);
      await expect(withTrigger.create(bound(['127.0.0.0/8']))).rejects.toMatchObject({ code: 'ERR_TARGET_REFUSED' });
      expect(await withTrigger.list()).toEqual([]);
      await without.close();
      await withTrigger.close();
    });

    it('bind a leased role in every database, or nothing is issued', async () => {
      if (postgres.major < 17) {
        await expect(install()).rejects.toMatchObject({ message: expect.stringMatching(/PostgreSQL 17/) });
        return;
      }
      expect([...(await install())].sort()).toEqual(['postgres', 'template1']);
      const broker = brokerAt(brokerUrl, { sourceBound: 'login-trigger' });
      const logIn = async (networks: readonly string[], database = 'postgres') => {
        const { plain, secret } = await broker.create(bound(networks));
        const url = urlFor(postgres.url, {
          user: String(plain.user),
          password: secret.password?.reveal() ?? '',
          database,
        });
        return await runSql(url, 'select 1 as one');
      };
      expect(await logIn(['127.0.0.0/8'])).toEqual([{ one: 1 }]);
      expect(await logIn(['10.0.0.0/8', '127.0.0.1/32'])).toEqual([{ one: 1 }]);
      expect(await logIn([])).toEqual([{ one: 1 }]);
      for (const networks of [['10.0.0.0/8'], ['::1/128'], ['127.0.0.2/32', 'fd00::/8']])
        await expect(logIn(networks)).rejects.toThrow(/may not be used from here/);
      // A database made from the template has the trigger; one without it stops the issue of bound roles.
      await runSql(postgres.url, 'create database born_bound');
      await expect(logIn(['10.0.0.0/8'], 'born_bound')).rejects.toThrow(/may not be used from here/);
      await runSql(postgres.url, 'create database unbound template template0');
      await expect(logIn(['127.0.0.0/8'])).rejects.toMatchObject({
        message: expect.stringMatching(/database "unbound"/),
      });
      await runSql(postgres.url, 'revoke connect on database unbound from public');
      expect(await logIn(['127.0.0.0/8'])).toEqual([{ one: 1 }]);
      // A trigger that says something else is no trigger of ours.
      await runSql(
        postgres.url,
        'create or replace function lapse.check_source() returns event_trigger language plpgsql as $$ begin end $$',
      );
      await expect(logIn(['127.0.0.0/8'])).rejects.toMatchObject({ code: 'ERR_TARGET_REFUSED' });
      await broker.close();
    });
  });

it('docs/brokers.md has the trigger word for word', () => {
  const page = readFileSync(new URL('../../../docs/brokers.md', import.meta.url), 'utf8');
  expect(page).toContain(`${INSTALL_SOURCE_BOUND.join(';\n')};\n`);
});
