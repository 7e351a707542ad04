import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileSink } from '../../src/issuer/audit/file-sink.ts';
import type { JobQueue } from '../../src/jobs/job-queue.ts';
import { runJobs } from '../../src/jobs/run-jobs.ts';
import { sqliteJobs } from '../../src/jobs/sqlite-jobs.ts';
import type { AuditEvent } from '../../src/model/audit-event.ts';
import { SecretValue } from '../../src/model/secret-value.ts';
import { EventOutbox } from '../../src/notify/event-outbox.ts';
import { CREDENTIAL_CHANGE, claimsOf, SESSION_REVOKED } from '../../src/notify/security-events/claims-of.ts';
import { Transmitter } from '../../src/notify/security-events/transmitter.ts';
import { type WebhookServer, webhookServer } from '../support/delivery-servers.ts';
import { type HttpBench, ISSUER_URL, openHttpBench } from '../support/http-bench.ts';
import { CONTEXT } from '../support/issuer-bench.ts';

const POLL = ['poll', 'token', 'of', 'a', 'test'].join('-');
const PUSH = ['Bearer', 'push-token-of-a-test'].join(' ');
const LOGGER = { info: () => undefined, warn: () => undefined, error: () => undefined };

let bench: HttpBench;
let receiver: WebhookServer;
let transmitter: Transmitter;
let jobs: JobQueue;

beforeEach(async () => {
  receiver = await webhookServer();
  receiver.answer = 202;
  const outbox = new EventOutbox({
    name: 'security-events',
    store: { read: (work) => bench.store.read(work), write: (work) => bench.store.write(work) },
    now: () => bench.clock.now(),
    take: async (event) => transmitter.tell(event),
  });
  const durable = new FileSink({ name: 'file', path: '/dev/null', timeout: 5_000, minFree: 0 });
  durable.lastSeq = async () => 0;
  durable.write = async () => undefined;
  bench = await openHttpBench({
    sinks: [durable, outbox],
    http: {
      securityEvents: {
        receiverOf: (header) => transmitter.receiverOf(header),
        poll: (id, asked) => transmitter.poll(id, asked),
      },
    },
  });
  jobs = runJobs(sqliteJobs(bench.store, { now: () => new Date(), firstPause: 10 }), { logger: LOGGER });
  transmitter = new Transmitter({
    receivers: [
      {
        type: 'push',
        id: 'gateway',
        audience: 'https://gateway.example',
        url: receiver.url,
        authorization: new SecretValue(PUSH),
        privateNetwork: false,
        timeout: 5_000,
      },
      { type: 'poll', id: 'siem', audience: 'https://siem.example', token: new SecretValue(POLL) },
    ],
    store: bench.store,
    jobs,
    sign: bench.keys.sign,
    url: ISSUER_URL,
    logger: LOGGER,
    now: bench.clock.now,
  });
});

afterEach(async () => {
  await jobs.close();
  await bench.close();
  await receiver.close();
});

/** As a strict receiver reads a token: signature by our published keys, type, audience, and what must not be there. */
async function strict(token: string, audience: string) {
  const keys = (await (await fetch(`${bench.url}/jwks`)).json()) as Parameters<typeof createLocalJWKSet>[0];
  const { payload } = await jwtVerify(token, createLocalJWKSet(keys), {
    issuer: ISSUER_URL,
    audience,
    typ: 'secevent+jwt',
    algorithms: ['ES256'],
    currentDate: bench.clock.now(),
  });
  expect(payload).not.toHaveProperty('exp');
  expect(payload).not.toHaveProperty('sub');
  expect(payload.jti).toEqual(expect.any(String));
  expect(Object.keys(payload.events as object)).toHaveLength(1);
  return payload;
}

async function leaseThatEnds(): Promise<{ lease: string; subject: string }> {
  const { body } = await bench.exchange();
  const { jti, sub } = decodeJwt(String(body.access_token));
  await bench.issuer.revoke(String(jti), { actor: 'operator:ann', reason: 'revoked' }, CONTEXT);
  return { lease: String(jti), subject: String(sub) };
}

const poll = async (body: object = {}, token = POLL) => {
  const answer = await bench.api('POST', '/security-events/poll', token, body);
  return answer as unknown as { status: number; body: { sets: Record<string, string>; moreAvailable: boolean } };
};

describe('a receiver that is pushed to', () => {
  it('hears of a lease that begins and ends, in signed tokens', async () => {
    const { lease, subject } = await leaseThatEnds();
    await expect.poll(() => receiver.received, { timeout: 10_000 }).toHaveLength(2);
    const events = [];
    for (const { headers, body } of receiver.received) {
      expect(headers).toMatchObject({
        'content-type': 'application/secevent+jwt',
        accept: 'application/json',
        authorization: PUSH,
      });
      const payload = await strict(body, 'https://gateway.example');
      expect(payload.sub_id).toEqual({
        format: 'complex',
        user: { format: 'iss_sub', iss: ISSUER_URL, sub: subject },
        session: { format: 'opaque', id: lease },
      });
      events.push(payload.events);
    }
    expect(events).toContainEqual({
      [CREDENTIAL_CHANGE]: expect.objectContaining({ change_type: 'create', credential_type: 'lapse:api_token' }),
    });
    expect(events).toContainEqual({
      [SESSION_REVOKED]: expect.objectContaining({ initiating_entity: 'admin', reason_admin: { en: 'revoked' } }),
    });
  });

  it('that is dead delays no revocation, and hears of it when it is back', async () => {
    receiver.answer = 'hang';
    const { lease } = await leaseThatEnds();
    expect(await bench.issuer.isActive(lease)).toBe(false);
    await expect.poll(() => receiver.received.length, { timeout: 10_000 }).toBeGreaterThan(0);
    receiver.answer = 400;
    receiver.body = JSON.stringify({ err: 'invalid_key', description: 'not yet' });
    await expect.poll(() => receiver.received.length, { timeout: 20_000 }).toBeGreaterThan(3);
    receiver.answer = 202;
    const before = receiver.received.length;
    await expect.poll(() => receiver.received.length, { timeout: 20_000 }).toBeGreaterThan(before);
  }, 60_000);
});

describe('a receiver that polls', () => {
  it('fetches what it has not acknowledged', async () => {
    const { lease } = await leaseThatEnds();
    await expect.poll(async () => Object.keys((await poll()).body.sets)).toHaveLength(2);
    const first = await poll({ maxEvents: 1 });
    expect(first.body.moreAvailable).toBe(true);
    const [jti = '', token = ''] = Object.entries(first.body.sets)[0] ?? [];
    const payload = await strict(token, 'https://siem.example');
    expect(payload).toMatchObject({ jti, sub_id: { session: { id: lease } } });
    const next = await poll({ ack: [jti] });
    expect(Object.keys(next.body.sets)).toHaveLength(1);
    expect(next.body.sets).not.toHaveProperty([jti]);
    const [other = ''] = Object.keys(next.body.sets);
    expect((await poll({ setErrs: { [other]: { err: 'invalid_audience' } } })).body).toEqual({
      sets: {},
      moreAvailable: false,
    });
  });

  it.each([
    ['no token', undefined],
    ['a wrong token', 'wrong'],
    ['the token of a pushed one', PUSH.slice(7)],
  ])('is told nothing with %s', async (_what, token) => {
    expect((await bench.api('POST', '/security-events/poll', token, {})).status).toBe(401);
  });

  it('must ask in the form of RFC 8936', async () => {
    expect((await poll({ maxEvents: -1 })).status).toBe(400);
  });
});

it('the metadata say how events come', async () => {
  expect((await bench.api('GET', '/.well-known/ssf-configuration')).body).toEqual({
    spec_version: '1_0',
    issuer: ISSUER_URL,
    jwks_uri: `${ISSUER_URL}/jwks`,
    delivery_methods_supported: ['urn:ietf:rfc:8935', 'urn:ietf:rfc:8936'],
    critical_subject_members: ['session'],
    default_subjects: 'ALL',
  });
});

describe('what becomes an event', () => {
  const event = (change: Partial<AuditEvent>): AuditEvent => ({
    chain: 'aud_1',
    seq: 7,
    prevHash: '',
    hash: '',
    at: '2026-03-01T12:00:00.000Z',
    event: 'swap.stage',
    actor: 'operator:ann',
    detail: { secret: 'secret:1', stage: 'disabled', correlation_id: 'cor-1' },
    ...change,
  });
  const to = { issuer: ISSUER_URL, receiver: 'r', audience: 'a' };

  it.each([
    ['disabled', 'revoke'],
    ['gone', 'delete'],
  ])('a static key that is %s', (stage, change_type) => {
    expect(
      claimsOf(event({ detail: { secret: 'secret:1', stage, correlation_id: 'cor-1' } }), undefined, to),
    ).toMatchObject({
      txn: 'cor-1',
      sub_id: { format: 'opaque', id: 'secret:1' },
      events: {
        [CREDENTIAL_CHANGE]: { change_type, credential_type: 'lapse:static_key', initiating_entity: 'admin' },
      },
    });
  });

  it('a lease that is dead, whose password is gone', () => {
    const dead = event({ event: 'lease.dead', actor: 'system', lease: 'lse_1', detail: { reason: 'expired' } });
    expect(claimsOf(dead, { subject: 'repo:acme/orders', detailType: 'db_credential' }, to)?.events).toEqual({
      [CREDENTIAL_CHANGE]: {
        event_timestamp: 1772366400,
        initiating_entity: 'system',
        credential_type: 'password',
        change_type: 'delete',
        reason_admin: { en: 'expired' },
      },
    });
  });

  it.each([
    event({ detail: { secret: 'secret:1', stage: 'swapped' } }),
    event({ event: 'request.received', detail: {} }),
    event({ event: 'lease.used', lease: 'lse_1', detail: {} }),
  ])('nothing of $event', (other) => {
    expect(claimsOf(other, { subject: 's', detailType: 'api_token' }, to)).toBeUndefined();
  });
});
