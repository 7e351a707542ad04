import * as client from 'openid-client';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_QUOTAS } from '../../src/issuer/settings.ts';
import { API_DETAIL, CIBA, type HttpBench, ISSUER_URL, JWT, openHttpBench } from '../support/http-bench.ts';
import { allow, escalate } from '../support/issuer-bench.ts';

/** Requests whose answer is fetched later (CIBA), of people and of machines. */
let bench: HttpBench;
let alice: string;
let dora: string;

const SESSION = 'urn:lapse:token-type:operator-session';

beforeAll(async () => {
  bench = await openHttpBench({ settings: { quotas: { ...DEFAULT_QUOTAS, openRequestsPerSubject: 100 } } });
  alice = await bench.signIn('alice', ['approvers']);
  dora = await bench.signIn('dora');
});

afterAll(async () => {
  await bench?.close();
});

beforeEach(() => {
  bench.policy.decision = async () => escalate([{ from: 'approvers', count: 1 }]);
});

const ask = (change: Readonly<Record<string, string | undefined>> = {}) =>
  bench.post('/bc-authorize', {
    subject_token: dora,
    subject_token_type: SESSION,
    login_hint: 'whoever is on call',
    audience: 'api',
    authorization_details: JSON.stringify(API_DETAIL),
    ...change,
  });
const poll = (auth_req_id: unknown, token = dora, type = SESSION) => {
  bench.clock.advance(6_000);
  const form = { grant_type: CIBA, auth_req_id: String(auth_req_id), subject_token: token, subject_token_type: type };
  return bench.post('/token', form);
};

describe('a person who asks', () => {
  it('waits for the approver whom policy names, and fetches the credential', async () => {
    const { status, body } = await ask({ binding_message: 'orders/select/30m/REQ-42' });
    expect(status).toBe(200);
    expect(body).toMatchObject({ interval: 5, expires_in: 24 * 3600 });
    expect((await poll(body.auth_req_id)).body).toMatchObject({ error: 'authorization_pending' });
    const shown = await bench.api('GET', `/api/requests/${body.auth_req_id}`, alice);
    expect(shown.body).toMatchObject({ bindingMessage: 'orders/select/30m/REQ-42' });
    expect((await bench.api('POST', `/api/requests/${body.auth_req_id}/approve`, alice, {})).status).toBe(200);
    expect((await poll(body.auth_req_id)).body).toMatchObject({
      token_type: 'Bearer',
      lease_id: expect.stringMatching(/^lse_/),
    });
    expect((await poll(body.auth_req_id)).body).toMatchObject({ error: 'invalid_grant' });
  });

  it('fetches what policy allows at once, and nothing is made before', async () => {
    bench.policy.decision = async () => allow();
    const { body } = await ask();
    const leases = await bench.issuer.leases();
    expect(leases.some(({ request }) => request === body.auth_req_id)).toBe(false);
    expect((await poll(body.auth_req_id)).status).toBe(200);
  });

  it('hears at once what policy denies, with reason ids', async () => {
    bench.policy.decision = async () => allow({ effect: 'deny', reasons: ['denied-by-rule'] });
    const { status, body } = await ask();
    expect({ status, error: body.error, reasons: body.reasons }).toEqual({
      status: 403,
      error: 'access_denied',
      reasons: ['denied-by-rule'],
    });
  });

  it('C4: may wait less long than policy lets it, and not longer', async () => {
    const { body } = await ask({ requested_expiry: '60' });
    expect(body.expires_in).toBe(60);
    expect((await ask({ requested_expiry: '99999999' })).body.expires_in).toBe(24 * 3600);
    bench.clock.advance(61_000);
    expect((await poll(body.auth_req_id)).body).toMatchObject({ error: 'expired_token' });
  });

  it('does not choose who approves', async () => {
    const { body } = await ask({ login_hint: 'dora' });
    const refused = await bench.api('POST', `/api/requests/${body.auth_req_id}/approve`, dora, {});
    expect(refused.body).toMatchObject({ code: 'ERR_APPROVAL_SELF' });
  });

  it('is alone with the request', async () => {
    const { body } = await ask();
    expect((await poll(body.auth_req_id, alice)).body).toMatchObject({ error: 'invalid_grant' });
  });
});

describe('what is refused', () => {
  it.each([
    ['C1: no hint', { login_hint: undefined }, 400, 'invalid_request'],
    ['C1: two hints', { id_token_hint: 'x' }, 400, 'invalid_request'],
    ['C4: an expiry of nothing', { requested_expiry: '0' }, 400, 'invalid_request'],
    ['C4: an expiry that is no number', { requested_expiry: '1.5' }, 400, 'invalid_request'],
    ['a long message', { binding_message: 'x'.repeat(101) }, 400, 'invalid_binding_message'],
    ['a message that draws', { binding_message: 'a\u202Eb' }, 400, 'invalid_binding_message'],
    ['no details', { authorization_details: undefined }, 400, 'invalid_authorization_details'],
    [
      'break-glass, which waits for nobody',
      { authorization_details: JSON.stringify([{ ...API_DETAIL[0], break_glass: true, reason: 'x' }]) },
      400,
      'invalid_authorization_details',
    ],
    ['an unknown target', { audience: 'nowhere' }, 400, 'invalid_target'],
    ['nobody', { subject_token: undefined, subject_token_type: undefined }, 401, 'invalid_client'],
    ['a session that is none', { subject_token: 'lapse_session_made-up' }, 400, 'invalid_request'],
  ])('%s', async (_name, change, status, error) => {
    const answer = await ask(change);
    expect({ status: answer.status, error: answer.body.error }).toEqual({ status, error });
  });
});

it('a machine asks with somebody else’s client, which finds the way by itself', async () => {
  const config = new client.Configuration(
    {
      issuer: ISSUER_URL,
      token_endpoint: `${bench.url}/token`,
      backchannel_authentication_endpoint: `${bench.url}/bc-authorize`,
    },
    'ci-job',
    undefined,
    client.None(),
  );
  client.allowInsecureRequests(config);
  const proof = async () => ({ subject_token: await bench.token(), subject_token_type: JWT });
  const started = await client.initiateBackchannelAuthentication(config, {
    ...(await proof()),
    login_hint: 'on-call',
    audience: 'api',
    authorization_details: JSON.stringify(API_DETAIL),
  });
  await bench.api('POST', `/api/requests/${started.auth_req_id}/approve`, alice, {});
  const tokens = await client.pollBackchannelAuthenticationGrant(config, { ...started, interval: 0 }, await proof());
  expect(tokens).toMatchObject({ token_type: 'bearer', access_token: expect.stringMatching(/^ey/) });
});
