import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_QUOTAS } from '../../src/issuer/settings.ts';
import { CIBA, type HttpBench, JWT, openHttpBench } from '../support/http-bench.ts';
import { allow, escalate } from '../support/issuer-bench.ts';

let bench: HttpBench;
let alice: string;
let olga: string;
let mallory: string;

beforeAll(async () => {
  bench = await openHttpBench({
    settings: { quotas: { ...DEFAULT_QUOTAS, openRequestsPerSubject: 100 } },
  });
  alice = await bench.signIn('alice', ['approvers']);
  olga = await bench.signIn('olga', ['approvers']);
  mallory = await bench.signIn('mallory', ['others']);
});

afterAll(async () => {
  await bench.close();
});

beforeEach(() => {
  bench.policy.decision = async () => escalate([{ from: 'approvers', count: 1 }]);
});

async function ask(): Promise<{ id: string; poll: (token?: string) => ReturnType<HttpBench['post']> }> {
  const token = await bench.token();
  const { status, body } = await bench.exchange({ subject_token: token });
  expect({ status, error: body.error }).toEqual({ status: 400, error: 'authorization_pending' });
  const id = String(body.auth_req_id);
  const poll = (other = token) =>
    bench.post('/token', { grant_type: CIBA, auth_req_id: id, subject_token: other, subject_token_type: JWT });
  return { id, poll };
}

const answer = (id: string, verdict: 'approve' | 'deny', session = alice) =>
  bench.api('POST', `/api/requests/${id}/${verdict}`, session, { reason: 'looked at it' });

describe('a request that waits for a human', () => {
  it('says how to go on, and when it ends', async () => {
    const { body } = await bench.exchange();
    expect(body).toMatchObject({ error: 'authorization_pending', interval: 5 });
    expect(body.auth_req_id).toMatch(/^req_/);
    expect(body.expires_in).toBe(24 * 3600);
  });

  it('C2: steady polling is pending, fast polling must slow down by 5 s each time', async () => {
    const { poll } = await ask();
    expect((await poll()).body.error).toBe('authorization_pending');
    const fast = await poll();
    expect(fast.body).toMatchObject({ error: 'slow_down', interval: 10 });
    bench.clock.advance(9_000);
    expect((await poll()).body).toMatchObject({ error: 'slow_down', interval: 15 });
    bench.clock.advance(15_000);
    expect((await poll()).body.error).toBe('authorization_pending');
    bench.clock.advance(15_000);
    expect((await poll()).body.error).toBe('authorization_pending');
  });

  it('is granted after approval, to a newer token of the same subject too, and once', async () => {
    const { id, poll } = await ask();
    expect((await answer(id, 'approve')).status).toBe(200);
    const granted = await poll(await bench.token());
    expect(granted.status).toBe(200);
    expect(granted.body).toMatchObject({ token_type: 'Bearer', lease_id: expect.stringMatching(/^lse_/) });
    bench.clock.advance(5_000);
    expect((await poll()).body.error).toBe('invalid_grant');
  });

  it('C3: rejected is access_denied', async () => {
    const { id, poll } = await ask();
    expect((await answer(id, 'deny')).body).toMatchObject({ id, state: 'rejected' });
    expect((await poll()).body.error).toBe('access_denied');
  });

  it('C3: unknown and foreign are invalid_grant', async () => {
    const unknown = { grant_type: CIBA, subject_token: await bench.token(), subject_token_type: JWT };
    const { body } = await bench.post('/token', { ...unknown, auth_req_id: 'req_nothing' });
    expect(body.error).toBe('invalid_grant');
    const { poll } = await ask();
    const foreign = await bench.token({ sub: 'repo:acme/other:ref:refs/heads/main' });
    expect((await poll(foreign)).body.error).toBe('invalid_grant');
    expect((await poll()).body.error).toBe('authorization_pending');
  });

  it('needs the proof of who asks at every poll', async () => {
    const { id } = await ask();
    expect((await bench.post('/token', { grant_type: CIBA, auth_req_id: id })).body.error).toBe('invalid_request');
    expect((await bench.post('/token', { grant_type: CIBA, subject_token: 'x' })).body.error).toBe('invalid_request');
  });

  it('is decided by policy again when it is claimed', async () => {
    const { id, poll } = await ask();
    await answer(id, 'approve');
    bench.policy.decision = async () => allow({ effect: 'deny', reasons: ['denied-by-rule'] });
    expect((await poll()).body).toMatchObject({ error: 'access_denied', reasons: ['denied-by-rule'] });
  });
});

describe('approving', () => {
  it('is refused to whoever started the workload', async () => {
    const { id } = await ask();
    const refused = await answer(id, 'approve', olga);
    expect(refused.status).toBe(403);
    expect(refused.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(refused.body).toMatchObject({ code: 'ERR_APPROVAL_SELF', status: 403 });
  });

  it('is refused to operators outside the group', async () => {
    const { id } = await ask();
    expect((await answer(id, 'approve', mallory)).body).toMatchObject({ code: 'ERR_APPROVAL_NOT_ELIGIBLE' });
  });

  it('is refused twice, and to nobody', async () => {
    const { id } = await ask();
    expect((await answer(id, 'approve')).status).toBe(200);
    expect((await answer(id, 'approve')).status).toBeGreaterThanOrEqual(400);
    expect((await bench.api('POST', `/api/requests/${id}/approve`)).status).toBe(401);
    expect((await answer('req_nothing', 'approve')).body).toMatchObject({ code: 'ERR_REQUEST_NOT_FOUND' });
  });
});

/** The last one: its clock runs past the end of every session. */
describe('a request that nobody answers', () => {
  it('C3: unanswered is expired_token', async () => {
    const { poll } = await ask();
    bench.clock.advance(24 * 3_600_000 + 1000);
    expect((await poll(await bench.token())).body.error).toBe('expired_token');
  });
});
