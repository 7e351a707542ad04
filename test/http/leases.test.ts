import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createJwtBroker } from '../../src/brokers/jwt.ts';
import type { HttpTarget } from '../../src/http/target.ts';
import { EXCHANGE, type HttpBench, ISSUER_URL, openHttpBench } from '../support/http-bench.ts';
import { allow, TestClock } from '../support/issuer-bench.ts';
import { ScriptedBroker } from '../support/scripted-broker.ts';

const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
const clock = new TestClock();

/** A database whose credential comes with a handle, and two audiences of tokens: somebody else, and the issuer itself. */
class Database extends ScriptedBroker {
  override readonly detailType: string = 'db_credential';
}

/** A target at which a principal is elevated. */
class Elevating extends ScriptedBroker {
  override readonly detailType: string = 'db_membership';
  override readonly capabilities = { ...new ScriptedBroker(clock.now).capabilities, elevates: true as const };
}

let bench: HttpBench;
let database: Database;

beforeEach(async () => {
  database = new Database(clock.now);
  const jwt = (audience: string) =>
    createJwtBroker(
      { type: 'jwt', audience, actions: ['read'], alg: 'ES256', maxSeconds: 3600 },
      { issuerUrl: ISSUER_URL, now: clock.now, sign: (claims, header) => bench.keys.sign(claims, header) },
    );
  const targets = [
    httpTarget('db', 'db_credential', 'db'),
    httpTarget('api', 'api_token', 'https://api.example'),
    httpTarget('self', 'api_token', ISSUER_URL),
    httpTarget('members', 'db_membership', 'members'),
  ];
  bench = await openHttpBench({
    clock,
    brokers: new Map([
      ['db', database],
      ['api', jwt('https://api.example')],
      ['self', jwt(ISSUER_URL)],
      ['members', new Elevating(clock.now)],
    ]),
    http: { targets },
  });
  bench.policy.decision = async () => allow({ scope: { actions: ['read'], resources: [] } });
});

afterEach(async () => {
  await bench.close();
});

function httpTarget(id: string, detailType: string, audience: string): HttpTarget {
  return { id, detailType, names: [], audience, offers: [], maxSeconds: 3600, resourceServers: [] };
}

const details = (type: string, more = {}) => JSON.stringify([{ type, actions: ['read'], duration: 300, ...more }]);
const lease = async (target: string, type: string, more = {}) => {
  const { status, body } = await bench.exchange({ audience: target, authorization_details: details(type, more) });
  expect([status, body.error_description]).toEqual([200, undefined]);
  return { token: String(body.access_token), id: String(body.lease_id), body };
};
const child = (token: string, type = ACCESS_TOKEN) =>
  bench.post('/token', {
    grant_type: EXCHANGE,
    subject_token: token,
    subject_token_type: type,
    audience: 'db',
    authorization_details: details('db_credential'),
  });

describe('a token of ours as subject token', () => {
  it.each([
    ['db', 'db_credential'],
    ['self', 'api_token'],
  ])('of %s gives a child of its lease, for the same requester, that ends with it', async (target, type) => {
    const parent = await lease(target, type);
    const { status, body } = await child(parent.token);
    expect(status).toBe(200);
    const made = await bench.issuer.lease(String(body.lease_id));
    expect(made?.parent).toBe(parent.id);
    const requests = await Promise.all([parent.id, String(body.lease_id)].map((id) => bench.issuer.lease(id)));
    const [one, two] = await Promise.all(requests.map((found) => bench.issuer.findRequest(found?.request ?? '')));
    expect(two?.requester).toEqual({ ...one?.requester, lease: parent.id });
    expect((await bench.post('/revoke', { token: parent.token })).status).toBe(200);
    expect(await bench.issuer.isActive(String(body.lease_id))).toBe(false);
    expect((await child(parent.token)).body.error).toBe('invalid_request');
  });

  it('confused deputy: is not taken from the audience of a token, which could ask in its holder’s name', async () => {
    const { token } = await lease('api', 'api_token');
    expect((await child(token)).body.error).toBe('invalid_request');
    expect(database.created).toEqual([]);
  });

  it('is not a lease id, an altered handle, or anything else', async () => {
    const parent = await lease('db', 'db_credential');
    for (const token of [parent.id, `${parent.id}.${'A'.repeat(43)}`, 'x', `${parent.token}x`])
      expect((await child(token)).body.error).toBe('invalid_request');
  });
});

describe('an elevation', () => {
  it('is asked for with its principal, and answered with what was given and a handle to end it', async () => {
    const { body, token } = await lease('members', 'db_membership', { principal: 'ann' });
    expect(body).toMatchObject({
      issued_token_type: 'urn:lapse:token-type:elevation',
      token_type: 'N_A',
      authorization_details: [{ type: 'db_membership', principal: 'ann' }],
    });
    expect((await bench.post('/revoke', { token })).status).toBe(200);
  });

  it.each([
    ['members', details('db_membership')],
    ['db', details('db_credential', { principal: 'ann' })],
    ['members', details('db_membership', { principal: 'a\u0000b' })],
    ['members', details('db_membership', { principal: 'x'.repeat(513) })],
  ])('at %s is refused with %s', async (audience, authorization_details) => {
    const { status, body } = await bench.exchange({ audience, authorization_details });
    expect([status, body.error]).toEqual([400, 'invalid_authorization_details']);
  });
});

describe('POST /api/leases/revoke', () => {
  it('takes back what fits, and says under which id that stands in the log', async () => {
    const ann = await bench.signIn('ann');
    const [one, two] = [
      await lease('db', 'db_credential'),
      await lease('members', 'db_membership', { principal: 'g' }),
    ];
    const answer = await bench.api('POST', '/api/leases/revoke', ann, { target: 'db' });
    expect([answer.status, answer.body]).toEqual([
      200,
      { found: 1, done: 1, left: [], correlation_id: answer.headers.get('x-request-id') },
    ]);
    expect(await bench.issuer.isActive(one.id)).toBe(false);
    expect(await bench.issuer.isActive(two.id)).toBe(true);
    expect((await bench.api('POST', '/api/leases/revoke', ann, { principal: 'g' })).body).toMatchObject({ found: 1 });
    expect((await bench.api('POST', '/api/leases/revoke', ann, { all: true })).body).toMatchObject({ found: 0 });
  });

  it('says what is left where a target does not answer', async () => {
    const ann = await bench.signIn('ann');
    const { id } = await lease('db', 'db_credential');
    database.fault = () => 'silent';
    const { status, body } = await bench.api('POST', '/api/leases/revoke', ann, { all: true });
    expect([status, body.found, body.done, body.left]).toEqual([202, 1, 0, [expect.objectContaining({ id })]]);
  });

  it.each([[{}], [{ all: false }], [{ target: '' }], [{ everything: true }], [{ target: ['db'] }]])(
    'does nothing with %j',
    async (body) => {
      const ann = await bench.signIn('ann');
      const { id } = await lease('db', 'db_credential');
      expect((await bench.api('POST', '/api/leases/revoke', ann, body)).status).toBe(400);
      expect(await bench.issuer.isActive(id)).toBe(true);
    },
  );

  it('is for signed-in operators', async () => {
    expect((await bench.api('POST', '/api/leases/revoke', undefined, { all: true })).status).toBe(401);
    expect((await bench.api('POST', '/api/leases/revoke', await bench.token(), { all: true })).status).toBe(401);
  });
});

it('error path that mints: whatever fails, the answer has no secret and what was made is being taken back', async () => {
  for (const fault of ['refuse', 'silent', 'done-but-silent', 'done-later'] as const) {
    database.fault = (step) => (step === 'create' ? fault : 'none');
    const { status, body } = await bench.exchange({ audience: 'db', authorization_details: details('db_credential') });
    expect(status).toBe(503);
    expect(JSON.stringify(body)).not.toMatch(/made-up|password|credential|access_token/);
  }
  database.fault = () => 'none';
  // Made, and then the log or the store says no.
  const write = bench.store.write.bind(bench.store);
  const made = database.created.length;
  database.during = async () => {
    database.during = async () => undefined;
    Object.assign(bench.store, {
      write: async () => {
        Object.assign(bench.store, { write });
        throw new Error('the store is gone');
      },
    });
  };
  const { status, body } = await bench.exchange({ audience: 'db', authorization_details: details('db_credential') });
  expect(status).toBeGreaterThanOrEqual(500);
  expect(JSON.stringify(body)).not.toMatch(/made-up|password|access_token/);
  expect(database.created.length).toBe(made + 1);
  for (const left of await bench.issuer.leases()) {
    expect(left.endReason).toBe('abandoned');
    expect(['REVOKING', 'DEAD']).toContain(left.state);
  }
  for (let second = 0; second < 30; second += 1, clock.advance(1_000)) await bench.issuer.reconcile();
  expect(database.present()).toEqual([]);
});
