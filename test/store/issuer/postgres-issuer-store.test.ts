import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SecretValue } from '../../../src/model/secret-value.ts';
import type { IssuerStore } from '../../../src/store/issuer/issuer-store.ts';
import { openIssuerStore } from '../../../src/store/issuer/open-issuer-store.ts';
import { runSql, startPostgres, type TestPostgres } from '../../support/postgres.ts';
import { addLease, issuerStoreContract } from './issuer-store-contract.ts';

issuerStoreContract('PostgreSQL', async () => {
  const { url, stop } = await startPostgres();
  return {
    open: () => openIssuerStore(new SecretValue(url)),
    reset: async () => void (await runSql(url, 'drop schema if exists lapse_issuer cascade')),
    stop,
  };
});

describe('a store on PostgreSQL', () => {
  let postgres: TestPostgres;
  const opened: IssuerStore[] = [];
  const open = async (url = postgres.url): Promise<IssuerStore> => {
    const store = await openIssuerStore(new SecretValue(url));
    opened.push(store);
    return store;
  };

  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close();
    await runSql(postgres.url, 'drop schema if exists lapse_issuer cascade');
  });
  afterAll(() => postgres.stop());

  it('is migrated once by daemons that start together', async () => {
    const stores = await Promise.all([open(), open(), open()]);
    expect(new Set(stores.map(({ issuerId }) => issuerId)).size).toBe(1);
  });

  it('goes on under a schema that a newer lapse has added to, which an older one refuses to open', async () => {
    const store = await open();
    await runSql(
      postgres.url,
      'alter table lapse_issuer.lease add column more text; update lapse_issuer.lapse_schema set version = 99',
    );
    await addLease(store, 'lse_a');
    expect(await store.read(({ leases }) => leases.find('lse_a'))).toMatchObject({ state: 'INTENT' });
    await expect(open()).rejects.toMatchObject({ code: 'ERR_STORE_VERSION' });
  });

  it.each(['off', 'local', 'remote_write'])('refuses a server with synchronous_commit = %s', async (mode) => {
    const url = new URL(postgres.url);
    url.searchParams.set('options', `-c synchronous_commit=${mode}`);
    await expect(open(url.href)).rejects.toMatchObject({ code: 'ERR_STORE_UNSAFE' });
  });

  it.each(['mysql://host/db', 'not a url'])('is not what "%s" leads to', async (url) => {
    await expect(open(url)).rejects.toMatchObject({ code: 'ERR_CONFIG_INVALID' });
  });

  it('never tells the password of a server that cannot be reached', async () => {
    const password = ['made', 'up', 'here'].join('-');
    const error = await open(`postgres://lapse:${password}@127.0.0.1:1/db`).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'ERR_STORE_UNREACHABLE' });
    expect(String(error)).not.toContain(password);
  });

  it('leaves what a living daemon has begun to it, and gives a dead one’s to the others', async () => {
    const [one, other] = [await open(), await open()];
    await one.write(({ audit }) => audit.append({ event: 'begun', actor: 'system', detail: {} }, one.now()));
    await addLease(one, 'lse_a');
    const longAgo = new Date(0);
    const abandoned = async (store: IssuerStore): Promise<number> => {
      const living = await store.read(({ instances }) => instances.living(new Date(store.now().getTime() - 20_000)));
      return (await store.write(({ leases }) => leases.abandoned(longAgo, living, 10))).length;
    };
    expect([await abandoned(one), await abandoned(other)]).toEqual([0, 0]);
    await runSql(postgres.url, `update lapse_issuer.instance set last_seen_at = '2026-01-01T00:00:00.000Z'`);
    expect([await abandoned(one), await abandoned(other)]).toEqual([0, 1]);
  });

  it('has the time of the database, whatever the host says', async () => {
    const store = await open();
    const rows = await runSql(postgres.url, 'select (extract(epoch from clock_timestamp()) * 1000)::text as ms');
    expect(Math.abs(Number((rows as { ms: string }[])[0]?.ms) - store.now().getTime())).toBeLessThan(2_000);
  });

  it('refuses at once while the database is away, and goes on when it is back', async () => {
    const proxy = await startProxy(Number(new URL(postgres.url).port));
    const url = new URL(postgres.url);
    url.port = String(proxy.port);
    const store = await open(url.href);
    const append = () =>
      store.write(({ audit }) => audit.append({ event: 'told', actor: 'system', detail: {} }, store.now()));
    await append();
    proxy.cut();
    await expect(append()).rejects.toMatchObject({ code: 'ERR_STORE_UNREACHABLE' });
    for (let at = 0; at < 50; at += 1)
      await expect(store.read(({ audit }) => audit.head())).rejects.toMatchObject({ code: 'ERR_STORE_UNREACHABLE' });
    await proxy.mend();
    await expect
      .poll(
        () =>
          append().then(
            () => 'written',
            () => 'refused',
          ),
        { timeout: 20_000 },
      )
      .toBe('written');
    const events = await store.read(({ audit }) => audit.after(0, 10));
    expect(events.map(({ event }) => event)).toEqual(['audit.chain_started', 'told', 'told']);
    await store.close();
    opened.pop();
    await proxy.close();
  }, 60_000);
});

/** A wire between a store and its server that can be cut. */
async function startProxy(target: number) {
  const sockets = new Set<Socket>();
  const server: Server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    }
    client.pipe(upstream).pipe(client);
  });
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  await listen(0);
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const cut = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { port, cut, mend: () => listen(port), close: async () => cut() };
}
