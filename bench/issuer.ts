/**
 * What the issuer takes. Run by hand on a quiet machine, after `npm run build`:
 *
 *     node --import ./test/support/typescript-loader.mjs bench/issuer.ts [exchange|introspect|postgres|memory|start] [SECONDS]
 *
 * Every run asks the daemon as users run it: policy, single use of subject tokens, audit fsynced before each answer. `exchange` and
 * `introspect` are run in turns with an endpoint of oidc-provider that has none of these and keeps everything in memory.
 */
import { cpus } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { z } from 'zod';
import { startPostgres } from '../test/support/postgres.ts';
import { createBrokerRole, prepareDatabase } from '../test/support/postgres-target.ts';
import { startTokenIssuer, type TokenIssuer } from '../test/support/token-issuer.ts';
import { startLapse, startPeer } from './issuer/daemon.ts';
import { cpuMilliseconds, type Load, load, type Measured, memoryOf } from './issuer/load.ts';

const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const JWT = 'urn:ietf:params:oauth:token-type:jwt';
const API = '{id: api, type: jwt, audience: "urn:bench", actions: [read], resource_servers: [ci]}';
const CONNECTIONS = 16;
const ROUNDS = 3;
/** Workloads that ask, in turns: as in an organisation, each has leases of its own. */
const SUBJECTS = 500;
const REQUESTS = 200_000;
const LEASES = 100_000;

const [only, length = '8'] = process.argv.slice(2);
const seconds = Number(length);

async function subjectTokens(idp: TokenIssuer, count: number): Promise<readonly string[]> {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: idp.url, aud: 'https://lapse.example', iat: now, exp: now + 900 };
  const tokens: string[] = [];
  for (let n = 0; n < count; n += 1)
    tokens.push(
      await idp.sign({ ...claims, sub: `repo:acme/app-${n % SUBJECTS}`, jti: `${now}-${n}-${Math.random()}` }),
    );
  return tokens;
}

const exchangeForm = (token: string, more: Readonly<Record<string, string>>) =>
  new URLSearchParams({ grant_type: EXCHANGE, subject_token: token, subject_token_type: JWT, ...more }).toString();

/** Each once, and then an error: a token that is used twice would measure refusals. */
function each(tokens: readonly string[], form: (token: string) => string): Load['body'] {
  return (n) => {
    const token = tokens[n];
    if (token === undefined) throw new RangeError('more requests than tokens: give fewer seconds');
    return form(token);
  };
}

function show(name: string, runs: readonly Measured[]): void {
  for (const { rate, p50, p99, cpu, failed, memory } of runs)
    console.log(
      `${name.padEnd(34)} ${rate.toFixed(0).padStart(6)}/s  p50 ${p50} ms  p99 ${p99} ms  CPU ${cpu.toFixed(2)} ms each  ${memory.toFixed(0)} MB  ${failed} failed`,
    );
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

function compare(what: string, ours: readonly Measured[], theirs: readonly Measured[]): void {
  show(`lapse, ${what}`, ours);
  show(`oidc-provider, ${what}`, theirs);
  const ratios = ours.map(({ rate }, round) => rate / (theirs[round]?.rate ?? Number.NaN));
  console.log(
    `lapse : oidc-provider, ${what}: ${median(ratios).toFixed(2)} times the rate (median of ${ROUNDS} rounds)\n`,
  );
}

async function exchange(idp: TokenIssuer): Promise<void> {
  const [lapse, peer] = [await startLapse({ subjects: idp.url, target: API }), await startPeer(idp.url)];
  const ours: Measured[] = [];
  const theirs: Measured[] = [];
  const run = async (server: { url: string; pid: number }, more: Record<string, string>, time: number) => {
    const tokens = await subjectTokens(idp, time * 2_500);
    const body = each(tokens, (token) => exchangeForm(token, more));
    return await load({ url: `${server.url}/token`, pid: server.pid, connections: CONNECTIONS, seconds: time, body });
  };
  const lapseForm = { audience: 'api', scope: 'read' };
  const peerForm = { client_id: 'bench', scope: 'read' };
  await run(lapse, lapseForm, 3);
  await run(peer, peerForm, 3);
  for (let round = 0; round < ROUNDS; round += 1) {
    ours.push(await run(lapse, lapseForm, seconds));
    theirs.push(await run(peer, peerForm, seconds));
  }
  compare('token exchange', ours, theirs);
  await Promise.all([lapse.stop(), peer.stop()]);
}

async function introspect(idp: TokenIssuer): Promise<void> {
  const [lapse, peer] = [await startLapse({ subjects: idp.url, target: API }), await startPeer(idp.url)];
  const [caller = '', ...tokens] = await subjectTokens(idp, 101);
  const basic = `Basic ${Buffer.from('resource:not-a-secret').toString('base64')}`;
  const sides = [
    { server: lapse, more: { audience: 'api', scope: 'read' }, authorization: `Bearer ${caller}` },
    { server: peer, more: { client_id: 'bench', scope: 'read', format: 'opaque' }, authorization: basic },
  ];
  const runs: Measured[][] = [[], []];
  for (let round = -1; round < ROUNDS; round += 1)
    for (const [side, { server, more, authorization }] of sides.entries()) {
      const issued = await issue(server.url, tokens.slice((round + 1) * 20, (round + 2) * 20), more);
      const measured = await load({
        url: `${server.url}${server === peer ? '/token/introspection' : '/introspect'}`,
        pid: server.pid,
        connections: CONNECTIONS,
        seconds: round < 0 ? 2 : seconds,
        headers: { authorization },
        body: (n) => new URLSearchParams({ token: issued[n % issued.length] ?? '' }).toString(),
        onAnswer: (_status, body) => {
          if (!body.includes('"active":true')) throw new Error(`an inactive token was measured: ${body}`);
        },
      });
      if (round >= 0) runs[side]?.push(measured);
    }
  compare('introspection', runs[0] ?? [], runs[1] ?? []);
  await Promise.all([lapse.stop(), peer.stop()]);
}

async function issue(
  url: string,
  tokens: readonly string[],
  more: Readonly<Record<string, string>>,
): Promise<string[]> {
  const issued: string[] = [];
  for (const token of tokens) {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await fetch(`${url}/token`, { method: 'POST', headers, body: exchangeForm(token, more) });
    const { access_token } = z.object({ access_token: z.string() }).parse(await answer.json());
    issued.push(access_token);
  }
  return issued;
}

/** Roles at a real server: what is made is left to expire, so that only the making is measured. */
async function postgres(idp: TokenIssuer): Promise<void> {
  const server = await startPostgres({ max_connections: '100' });
  await prepareDatabase(server);
  const target =
    '{id: orders-db, type: postgres, connection: {env: ORDERS_DB_ADMIN}, grants: [{actions: [read], resources: ["orders.*"], roles: [orders_reader]}]}';
  const lapse = await startLapse({
    subjects: idp.url,
    target,
    env: { ORDERS_DB_ADMIN: await createBrokerRole(server) },
  });
  const form = { audience: 'orders-db', scope: 'read' };
  const run = async (time: number): Promise<Measured> => {
    const body = each(await subjectTokens(idp, time * 800), (token) => exchangeForm(token, form));
    return await load({ url: `${lapse.url}/token`, pid: lapse.pid, connections: CONNECTIONS, seconds: time, body });
  };
  await run(2);
  const runs: Measured[] = [];
  for (let round = 0; round < ROUNDS; round += 1) runs.push(await run(seconds));
  show('lapse, PostgreSQL credentials', runs);
  console.log();
  await lapse.stop();
  await server.stop();
}

/** Resident memory over many requests; leases live for a minute, so that what is over is tidied up meanwhile. */
async function memory(idp: TokenIssuer): Promise<void> {
  const lapse = await startLapse({ subjects: idp.url, target: API.replace('}', ', max_ttl: 1m}') });
  for (let done = 0; done < REQUESTS; ) {
    const body = each(await subjectTokens(idp, 20_000), (token) =>
      exchangeForm(token, { audience: 'api', scope: 'read' }),
    );
    const measured = await load({
      url: `${lapse.url}/token`,
      pid: lapse.pid,
      connections: CONNECTIONS,
      amount: 20_000,
      body,
    });
    done += measured.answered + measured.failed;
    show(`after ${done} requests`, [measured]);
  }
  await lapse.stop();
}

/** A daemon that starts with many leases alive. */
async function start(idp: TokenIssuer): Promise<void> {
  const setup = { subjects: idp.url, target: API };
  const first = await startLapse(setup);
  await issue(first.url, await subjectTokens(idp, 1), { audience: 'api', scope: 'read' });
  await first.pause();
  await copyLease(join(first.folder, '.lapse', 'issuer.db'), LEASES);
  const began = performance.now();
  const again = await first.again();
  const ready = performance.now() - began;
  console.log(
    `start with ${LEASES} live leases: ready after ${(ready / 1000).toFixed(2)} s, ${cpuMilliseconds(again.pid)} ms of CPU, ${memoryOf(again.pid).toFixed(0)} MB\n`,
  );
  await again.stop();
}

/** Writes the one lease of a store many times over, under other names, an hour and more from its end. */
async function copyLease(file: string, count: number): Promise<void> {
  const database = new Database(file);
  const insert = database.prepare(
    `insert into lease (id, request, subject_key, broker, target, external_id, state, detail_json, created_at, starts_at, expires_at)
     select id || ?, request, subject_key || (? % 500), broker, target, external_id || ?, 'ACTIVE', detail_json, created_at, starts_at, ?
     from lease order by created_at limit 1`,
  );
  database.transaction(() => {
    for (let n = 0; n < count; n += 1) insert.run(n, n, n, new Date(Date.now() + 3_600_000 + n * 10).toISOString());
  })();
  database.close();
}

const benches: Readonly<Record<string, (idp: TokenIssuer) => Promise<void>>> = {
  exchange,
  introspect,
  postgres,
  memory,
  start,
};

console.log(
  `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.versions.node}, ${CONNECTIONS} connections, ${seconds} s a run`,
);
const idp = await startTokenIssuer();
for (const [name, bench] of Object.entries(benches)) if (only === undefined || only === name) await bench(idp);
await idp.close();
