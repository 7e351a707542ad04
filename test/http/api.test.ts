import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fingerprint } from '../../src/model/fingerprint.ts';
import { secretId } from '../../src/model/id.ts';
import { type Answer, type HttpBench, openHttpBench, PASSWORD } from '../support/http-bench.ts';

let bench: HttpBench;
let alice: string;

/** Made at run time: plainly no key of anybody. */
const KEY = ['legacy', 'service', 'key', '0123456789'].join('_');
const UNKNOWN_KEY = ['some', 'other', 'key'].join('_');
const FINGERPRINT = fingerprint(Buffer.alloc(32, 7), KEY);
const SECRET = secretId(FINGERPRINT);

beforeAll(async () => {
  bench = await openHttpBench();
  alice = await bench.signIn('alice');
  bench.secrets.add({
    secret: {
      id: SECRET,
      rule: 'generic/assignment',
      vendor: 'generic',
      title: 'Generic secret',
      confidence: 'generic',
      fingerprint: FINGERPRINT,
      validity: 'unknown',
      inHead: true,
      locations: [{ path: 'deploy/.env', line: 3, column: 9 }],
    },
  });
});

afterAll(async () => {
  await bench.close();
});

function problem(answer: Answer, status: number, code: string): void {
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.body).toMatchObject({
    type: `urn:lapse:error:${code}`,
    title: expect.any(String),
    status,
    code,
    request_id: answer.headers.get('x-request-id'),
  });
}

describe('signing in', () => {
  it('gives a session that says who it is, and ends', async () => {
    const { status, body } = await bench.api('POST', '/api/session', undefined, { name: 'alice', password: PASSWORD });
    expect(status).toBe(201);
    const token = String(body.token);
    expect((await bench.api('GET', '/api/session', token)).body).toEqual({
      operator: 'alice',
      groups: [],
      method: 'password',
      amr: ['pwd'],
      auth_time: bench.clock.now().toISOString(),
      expires_at: body.expires_at,
    });
    expect((await bench.api('DELETE', '/api/session', token)).status).toBe(204);
    problem(await bench.api('GET', '/api/session', token), 401, 'ERR_HTTP_UNAUTHENTICATED');
  });

  it('refuses an unknown name and a wrong password alike, and writes both down', async () => {
    const wrong = await bench.api('POST', '/api/session', undefined, { name: 'alice', password: 'wrong' });
    const unknown = await bench.api('POST', '/api/session', undefined, { name: 'nobody', password: 'wrong' });
    problem(wrong, 401, 'ERR_SIGN_IN_REFUSED');
    expect({ ...unknown.body, request_id: '' }).toEqual({ ...wrong.body, request_id: '' });
    const refusals = (await bench.events()).filter((event) => event === 'operator.sign_in_refused');
    expect(refusals).toHaveLength(2);
  });

  it('is limited to a few attempts per minute', async () => {
    const fresh = await openHttpBench({ idp: bench.idp });
    const attempts = await Promise.all(
      Array.from({ length: 14 }, () => fresh.api('POST', '/api/session', undefined, { name: 'x', password: 'y' })),
    );
    const limited = attempts.filter(({ status }) => status === 429);
    expect(limited.length).toBeGreaterThanOrEqual(4);
    expect(limited[0]?.headers.get('retry-after')).toMatch(/^\d+$/);
    await fresh.close();
  });

  it('is over after its time', async () => {
    const fresh = await openHttpBench({ idp: bench.idp });
    const session = await fresh.signIn('alice');
    fresh.clock.advance(12 * 3_600_000 + 1);
    problem(await fresh.api('GET', '/api/requests', session), 401, 'ERR_HTTP_UNAUTHENTICATED');
    await fresh.close();
  });
});

describe.each<[string, string]>([
  ['GET', '/api/requests'],
  ['GET', '/api/requests/req_x'],
  ['POST', '/api/requests/req_x/approve'],
  ['POST', '/api/requests/req_x/deny'],
  ['GET', '/api/leases'],
  ['POST', '/api/leases/lse_x/revoke'],
  ['GET', '/api/bindings'],
  ['POST', '/api/bindings'],
  ['POST', '/api/bindings/bnd_x/stage'],
  ['GET', '/api/audit'],
  ['GET', '/api/session'],
  ['DELETE', '/api/session'],
])('%s %s', (method, path) => {
  it('is for signed-in operators only, whatever else is shown', async () => {
    problem(await bench.api(method, path), 401, 'ERR_HTTP_UNAUTHENTICATED');
    problem(await bench.api(method, path, 'lapse_session_wrong'), 401, 'ERR_HTTP_UNAUTHENTICATED');
    // A workload is no operator.
    problem(await bench.api(method, path, await bench.token()), 401, 'ERR_HTTP_UNAUTHENTICATED');
  });
});

describe('the JSON API', () => {
  it.each<[string, string, string, unknown, number, string]>([
    ['a broken body', 'POST', '/api/bindings', '{"a":', 400, 'ERR_HTTP_MALFORMED'],
    ['a repeated member', 'POST', '/api/bindings', '{"a":1,"a":2}', 400, 'ERR_HTTP_MALFORMED'],
    ['an unknown member', 'POST', '/api/requests/req_x/approve', { because: 'x' }, 400, 'ERR_HTTP_MALFORMED'],
    ['an unknown filter', 'GET', '/api/leases?colour=blue', undefined, 400, 'ERR_HTTP_MALFORMED'],
    ['an unknown state', 'GET', '/api/leases?state=active', undefined, 400, 'ERR_HTTP_MALFORMED'],
    ['a limit without limit', 'GET', '/api/audit?limit=100000', undefined, 400, 'ERR_HTTP_MALFORMED'],
    ['an odd id', 'GET', '/api/requests/..%2f..%2fetc', undefined, 400, 'ERR_HTTP_MALFORMED'],
    ['an unknown request', 'GET', '/api/requests/req_x', undefined, 404, 'ERR_REQUEST_NOT_FOUND'],
    ['an unknown lease', 'POST', '/api/leases/lse_x/revoke', {}, 404, 'ERR_LEASE_NOT_FOUND'],
    ['an unknown path', 'GET', '/api/nothing', undefined, 404, 'ERR_HTTP_NOT_FOUND'],
    ['a body that is too large', 'POST', '/api/bindings', { a: 'x'.repeat(70_000) }, 413, 'ERR_HTTP_TOO_LARGE'],
  ])('answers %s as a problem', async (_what, method, path, json, status, code) => {
    problem(await bench.api(method, path, alice, json), status, code);
  });

  it('lists requests, leases and events', async () => {
    const { body } = await bench.exchange();
    const requests = await bench.api('GET', '/api/requests?state=fulfilled', alice);
    expect(requests.body.requests).toContainEqual(expect.objectContaining({ state: 'fulfilled' }));
    const leases = await bench.api('GET', '/api/leases?state=ACTIVE&target=api', alice);
    expect(leases.body.leases).toContainEqual(expect.objectContaining({ id: body.lease_id, state: 'ACTIVE' }));
    const events = await bench.api('GET', '/api/audit?limit=1', alice);
    expect(events.body.events).toHaveLength(1);
  });
});

describe('a static key', () => {
  const present = (key: string, changes = {}) =>
    bench.exchange({ subject_token: key, subject_token_type: 'urn:lapse:token-type:static-key', ...changes });
  const bind = (changes: object = {}) =>
    bench.api('POST', '/api/bindings', alice, {
      secret: SECRET,
      target: 'api',
      sourceCidrs: ['127.0.0.0/8'],
      until: '2026-03-08T00:00:00.000Z',
      ...changes,
    });

  it('that nobody knows is refused and alerted', async () => {
    const answer = await present(UNKNOWN_KEY);
    expect({ status: answer.status, error: answer.body.error }).toEqual({ status: 400, error: 'access_denied' });
    expect(answer.headers.get('deprecation')).toBeNull();
    expect(await bench.events()).toContain('static_key.refused');
  });

  it('that is known and not bound is refused just the same', async () => {
    const known = await present(KEY);
    const unknown = await present(UNKNOWN_KEY);
    expect({ ...known.body, request_id: '' }).toEqual({ ...unknown.body, request_id: '' });
  });

  it('is bound only when the inventory knows it', async () => {
    problem(await bind({ secret: `secret:${'0'.repeat(24)}` }), 404, 'ERR_SECRET_UNKNOWN');
    problem(await bind({ target: 'nowhere' }), 400, 'ERR_TARGET_UNKNOWN');
    problem(await bind({ sourceCidrs: [] }), 400, 'ERR_HTTP_MALFORMED');
  });

  it('that is bound gets a lease, and is told that its days are counted', async () => {
    const bound = await bind();
    expect(bound.status).toBe(201);
    expect(bound.body).toMatchObject({ secret: SECRET, stage: 'bound', createdBy: 'alice' });
    const answer = await present(KEY);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('deprecation')).toMatch(/^@\d{10}$/);
    expect(answer.headers.get('sunset')).toBe('Sun, 08 Mar 2026 00:00:00 GMT');
    const { lease_id } = answer.body;
    expect(
      (await bench.issuer.findRequest((await bench.issuer.lease(String(lease_id)))?.request ?? ''))?.requester,
    ).toMatchObject({ kind: 'static-key', subject: SECRET });
    const [binding] = (await bench.api('GET', `/api/bindings?secret=${SECRET}`, alice)).body.bindings as {
      id: string;
    }[];
    const moved = await bench.api('POST', `/api/bindings/${binding?.id}/stage`, alice, { stage: 'planned' });
    expect(moved.body).toMatchObject({ stage: 'planned' });
    expect((await present(KEY)).body.error).toBe('access_denied');
  });

  it('from another network, for another target or after the cut-off is refused', async () => {
    await bind({ sourceCidrs: ['10.0.0.0/8'] });
    expect((await present(KEY)).body.error).toBe('access_denied');
    await bind();
    expect((await present(KEY)).status).toBe(200);
    const details = JSON.stringify([{ type: 'db_credential', actions: ['read'] }]);
    expect((await present(KEY, { audience: 'other', authorization_details: details })).body.error).toBe(
      'access_denied',
    );
    expect((await present(KEY, { audience: 'nowhere' })).body.error).toBe('access_denied');
  });

  it('is taken over TLS or loopback only', async () => {
    const proxied = await openHttpBench({ idp: bench.idp, http: { trustedProxies: ['127.0.0.1'] } });
    const send = (headers: Record<string, string>) =>
      proxied.post(
        '/token',
        {
          grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
          subject_token: KEY,
          subject_token_type: 'urn:lapse:token-type:static-key',
          audience: 'api',
          scope: 'read',
        },
        headers,
      );
    const plain = await send({ 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'http' });
    expect(plain.body).toMatchObject({ error: 'invalid_request' });
    const secure = await send({ 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'https' });
    expect(secure.body).toMatchObject({ error: 'access_denied' });
    await proxied.close();
  });
});

describe('what anybody may see', () => {
  it('is health, and metrics without a name of a person or a secret', async () => {
    expect((await bench.api('GET', '/healthz')).body).toEqual({ status: 'ok' });
    const text = await (await fetch(`${bench.url}/metrics`)).text();
    expect(text).toMatch(/^lapse_http_requests_total\{route="\/token",method="POST",status="200"\} \d+$/m);
    expect(text).toMatch(/^lapse_decisions_total\{outcome="granted",target="api"\} \d+$/m);
    expect(text).toMatch(/^lapse_leases\{state="ACTIVE",target="api"\} \d+$/m);
    expect(text).toMatch(/^lapse_credentials_past_ttl_alive 0$/m);
    expect(text).not.toContain('alice');
  });

  it('is no metrics from another machine without the token', async () => {
    const proxied = await openHttpBench({
      idp: bench.idp,
      http: { trustedProxies: ['127.0.0.1'], metricsToken: 'scrape-me' },
    });
    const get = (authorization?: string) =>
      fetch(`${proxied.url}/metrics`, {
        headers: { 'x-forwarded-for': '203.0.113.9', ...(authorization === undefined ? {} : { authorization }) },
      });
    expect((await get()).status).toBe(401);
    expect((await get('Bearer wrong')).status).toBe(401);
    expect((await get('Bearer scrape-me')).status).toBe(200);
    await proxied.close();
  });

  it('carries headers that keep browsers from guessing', async () => {
    const { headers } = await bench.api('GET', '/healthz');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  });
});

it('answers 429 with Retry-After to a source that asks too much', async () => {
  const fresh = await openHttpBench({ idp: bench.idp, http: { requestsPerMinute: 5 } });
  const answers = await Promise.all(Array.from({ length: 8 }, () => fresh.api('GET', '/healthz')));
  const limited = answers.filter(({ status }) => status === 429);
  expect(limited).toHaveLength(3);
  problem(limited[0] ?? (answers[0] as Answer), 429, 'ERR_HTTP_RATE_LIMITED');
  expect(limited[0]?.headers.get('retry-after')).toMatch(/^\d+$/);
  await fresh.close();
});

it('has written no token, key or password into its log, its audit log or its database', async () => {
  const token = await bench.token();
  const { body } = await bench.exchange({ subject_token: token });
  await bench.post('/introspect', { token: String(body.access_token) }, { authorization: `Bearer ${alice}` });
  const { readFileSync, readdirSync } = await import('node:fs');
  const stored = readdirSync(bench.folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(`${entry.parentPath}/${entry.name}`, 'latin1'));
  const everything = [...stored, bench.logLines.join(''), JSON.stringify(bench.log)].join('\n');
  expect(everything).toContain(String(body.lease_id));
  for (const secret of [token, String(body.access_token), alice, PASSWORD, KEY, UNKNOWN_KEY])
    expect(everything.includes(secret)).toBe(false);
});
