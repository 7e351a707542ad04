import { createServer, type Server, type Socket } from 'node:net';
import { Client } from 'pg';
import { afterEach, expect, it } from 'vitest';
import { runSql, startPostgres, urlFor } from '../../support/postgres.ts';
import { brokerAt, planFor, prepareDatabase } from '../../support/postgres-target.ts';

const cleanup: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const clean of cleanup.splice(0)) await clean();
});

async function listen(answer: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    answer(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanup.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  return `postgres://x:y@127.0.0.1:${typeof address === 'object' ? address?.port : 0}/x`;
}

const timeouts = { connectTimeout: 300, statementTimeout: 300 };

it.each([
  ['nobody listens', async () => 'postgres://x:y@127.0.0.1:1/x'],
  ['it takes the connection and says nothing', () => listen(() => undefined)],
  ['it hangs up', () => listen((socket) => socket.destroy())],
  ['it speaks something else', () => listen((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))],
])('every step says that the target is unreachable when %s', async (_name, start) => {
  const broker = brokerAt(await start(), timeouts);
  const plan = planFor();
  const steps = {
    create: () => broker.create(plan),
    disable: () => broker.disable(plan.externalId),
    endSessions: () => broker.endSessions(plan.externalId),
    remove: () => broker.remove(plan.externalId),
    verify: () => broker.verify(plan.externalId),
    list: () => broker.list(),
  };
  for (const [name, step] of Object.entries(steps))
    await expect(step(), name).rejects.toMatchObject({ code: 'ERR_TARGET_UNREACHABLE' });
  await broker.close();
});

it('gives up on a server that does not come to an end, and works again afterwards', async () => {
  const postgres = await startPostgres();
  cleanup.push(() => postgres.stop());
  await prepareDatabase(postgres);
  const broker = brokerAt(postgres.url, timeouts);
  cleanup.push(() => broker.close());
  const plan = planFor();
  // Whoever holds this lock makes every change of roles wait.
  const locking = new Client({ connectionString: postgres.url });
  await locking.connect();
  await locking.query('begin; lock table pg_authid');
  await expect(broker.create(plan)).rejects.toMatchObject({ code: 'ERR_TARGET_UNREACHABLE' });
  await locking.query('rollback');
  await locking.end();
  expect(await broker.list()).toEqual([]);
  const { secret, plain } = await broker.create(plan);
  const url = urlFor(postgres.url, { user: String(plain.user), password: secret.password?.reveal() ?? '' });
  expect(await runSql(url, 'select 1 as one')).toEqual([{ one: 1 }]);
});
