import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, API_DETAIL, EXCHANGE, type HttpBench, JWT, openHttpBench } from '../support/http-bench.ts';
import { allow } from '../support/issuer-bench.ts';

let bench: HttpBench;

beforeAll(async () => {
  bench = await openHttpBench();
});

afterAll(async () => {
  await bench.close();
});

/** One row of the MUST table (docs/issuer.md): what is sent, and what must come back. `undefined` as error means that it succeeds. */
interface Row {
  readonly id: string;
  readonly what: string;
  readonly send: () => Promise<Answer>;
  readonly status: number;
  readonly error: string | undefined;
}

function row(id: string, what: string, error: string | undefined, send: () => Promise<Answer>, status?: number): Row {
  return { id, what, send, error, status: status ?? (error === undefined ? 200 : 400) };
}

const form = { 'content-type': 'application/x-www-form-urlencoded' };
const details = (change: object, ...more: object[]) => JSON.stringify([{ ...API_DETAIL[0], ...change }, ...more]);
const raw = async (extra: string, leaveOut: readonly string[] = []) => {
  const parameters = {
    grant_type: EXCHANGE,
    subject_token: await bench.token(),
    subject_token_type: JWT,
    audience: 'api',
    authorization_details: JSON.stringify(API_DETAIL),
  };
  const kept = Object.entries(parameters).filter(([name]) => !leaveOut.includes(name));
  return bench.post('/token', `${new URLSearchParams(kept).toString()}${extra}`);
};
const fetched = async (init: RequestInit, path = '/token'): Promise<Answer> => {
  const response = await fetch(bench.url + path, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) };
};

const ROWS: readonly Row[] = [
  row('T1', 'a POST form', undefined, () => bench.exchange()),
  row(
    'T1',
    'GET with everything in the URL',
    'invalid_request',
    () => fetched({}, `/token?grant_type=${EXCHANGE}`),
    405,
  ),
  row('T1', 'PUT', 'invalid_request', () => fetched({ method: 'PUT', headers: form, body: 'a=b' }), 405),
  row('T1', 'HEAD', undefined, () => fetched({ method: 'HEAD' }), 405),
  row(
    'T1',
    'a JSON body',
    'invalid_request',
    () => fetched({ method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"grant_type":"x"}' }),
    415,
  ),
  row(
    'T1',
    'a multipart body',
    'invalid_request',
    () => fetched({ method: 'POST', headers: { 'content-type': 'multipart/form-data; boundary=x' }, body: '--x--' }),
    415,
  ),
  row(
    'T1',
    'a body without type',
    'invalid_request',
    () => fetched({ method: 'POST', headers: { 'content-type': '' }, body: 'grant_type=x' }),
    415,
  ),
  row('T1', 'no body', 'invalid_request', () => fetched({ method: 'POST' }), 415),
  row('T1', 'parameters in the URL of a POST', 'invalid_request', () =>
    bench.post(`/token?audience=api`, 'grant_type=x'),
  ),
  row(
    'T1',
    'a body larger than the cap',
    'invalid_request',
    () => bench.post('/token', `a=${'b'.repeat(70_000)}`),
    413,
  ),
  row('T1', 'too many parameters', 'invalid_request', () =>
    raw(Array.from({ length: 80 }, (_, index) => `&p${index}=1`).join('')),
  ),
  row('T2', 'a repeated parameter', 'invalid_request', () => raw('&scope=a&scope=b')),
  row('T2', 'a repeated grant_type', 'invalid_request', () => raw(`&grant_type=${EXCHANGE}`)),
  row('T2', 'a repeated unknown parameter', 'invalid_request', () => raw('&x=1&x=2')),
  row('T2', 'a repeated parameter, once empty', 'invalid_request', () => raw('&scope=&scope=read')),
  row('T2', 'a repeated audience of the same target', undefined, () => raw('&audience=https%3A%2F%2Fapi.example')),
  row('T2', 'resource and audience of the same target', undefined, () => raw('&resource=https%3A%2F%2Fapi.example')),
  row('T3', 'an empty value counts as absent', undefined, () => bench.exchange({ actor_token: '', scope: '' })),
  row('T3', 'an empty required value', 'invalid_request', () => bench.exchange({ subject_token: '' })),
  row('T3', 'an unknown parameter', undefined, () => bench.exchange({ colour: 'blue' })),
  row('T3', 'no grant_type', 'invalid_request', () => bench.exchange({ grant_type: undefined })),
  row('T3', 'an unknown grant_type', 'unsupported_grant_type', () => bench.exchange({ grant_type: 'password' })),
  row('T3', 'bytes that are no UTF-8', 'invalid_request', () => raw('&reason=%ff%fe')),
  row('T3', 'a NUL byte', 'invalid_request', () => raw('&reason=%00')),

  row('X1', 'no subject_token', 'invalid_request', () => raw('', ['subject_token'])),
  row('X1', 'no subject_token_type', 'invalid_request', () => raw('', ['subject_token_type'])),
  row('X1', 'an unknown subject_token_type', 'invalid_request', () =>
    bench.exchange({ subject_token_type: 'urn:x:saml' }),
  ),
  row('X2', 'actor_token without type', 'invalid_request', () => bench.exchange({ actor_token: 'x' })),
  row('X2', 'actor_token_type without token', 'invalid_request', () => bench.exchange({ actor_token_type: JWT })),
  row('X2', 'an actor token that is none', 'invalid_request', () =>
    bench.exchange({ actor_token: 'x', actor_token_type: JWT }),
  ),
  row('X4', 'an unknown audience', 'invalid_target', () => bench.exchange({ audience: 'nowhere' })),
  row('X4', 'no target at all', 'invalid_target', () => bench.exchange({ audience: undefined })),
  row('X4', 'an unknown resource', 'invalid_target', () => bench.exchange({ resource: 'https://elsewhere.example' })),
  row('X4', 'a relative resource', 'invalid_target', () => bench.exchange({ audience: undefined, resource: '/api' })),
  row('X4', 'a resource with fragment', 'invalid_target', () =>
    bench.exchange({ audience: undefined, resource: 'https://api.example#x' }),
  ),
  row('X4', 'two targets', 'invalid_target', () => raw('&audience=other')),
  row('X4', 'a location of another target', 'invalid_target', () =>
    bench.exchange({ authorization_details: details({ locations: ['other'] }) }),
  ),
  row('X4', 'a target by its location only', undefined, () =>
    bench.exchange({ audience: undefined, authorization_details: details({ locations: ['https://api.example'] }) }),
  ),
  row('X6', 'an unsupported requested_token_type', 'invalid_request', () =>
    bench.exchange({ requested_token_type: 'urn:ietf:params:oauth:token-type:saml2' }),
  ),
  row('X6', 'a requested_token_type of another kind of target', 'invalid_request', () =>
    bench.exchange({ requested_token_type: 'urn:lapse:token-type:db-credential' }),
  ),
  row('X6', 'a JWT', undefined, () => bench.exchange({ requested_token_type: JWT })),

  row('R1', 'an unknown type', 'invalid_authorization_details', () =>
    bench.exchange({ authorization_details: details({ type: 'payment' }) }),
  ),
  row('R1', 'a type of another target', 'invalid_authorization_details', () =>
    bench.exchange({ authorization_details: details({ type: 'db_credential' }) }),
  ),
  row('R1', 'an unknown member', 'invalid_authorization_details', () =>
    bench.exchange({ authorization_details: details({ colour: 'blue' }) }),
  ),
  row('R1', 'a member __proto__', 'invalid_authorization_details', () =>
    bench.exchange({ authorization_details: '[{"type":"api_token","actions":["read"],"__proto__":{"duration":1}}]' }),
  ),
  row('R1', 'no type', 'invalid_authorization_details', () =>
    bench.exchange({ authorization_details: details({ type: undefined }) }),
  ),
  row('R1', 'no actions', 'invalid_authorization_details', () =>
    bench.exchange({ authorization_details: details({ actions: undefined }) }),
  ),
  row('R1', 'empty actions', 'invalid_authorization_details', () =>
    bench.exchange({ authorization_details: details({ actions: [] }) }),
  ),
  row('R1', 'actions as text', 'invalid_authorization_details', () =>
    bench.exchange({ authorization_details: details({ actions: 'read' }) }),
  ),
  row('R1', 'a duration as text', 'invalid_authorization_details', () =>
    bench.exchange({ authorization_details: details({ duration: '300' }) }),
  ),
  row('R1', 'a duration of 0', 'invalid_authorization_details', () =>
    bench.exchange({ authorization_details: details({ duration: 0 }) }),
  ),
  row('R1', 'a duration that is no whole number', 'invalid_authorization_details', () =>
    bench.exchange({ authorization_details: details({ duration: 1.5 }) }),
  ),
  row('R1', 'a duration without end', 'invalid_authorization_details', () =>
    bench.exchange({ authorization_details: '[{"type":"api_token","actions":["read"],"duration":1e999}]' }),
  ),
  row('R1', 'a network that is none', 'invalid_authorization_details', () =>
    bench.exchange({ authorization_details: details({ source_cidrs: ['10.0.0.0/33'] }) }),
  ),
  row('R1', 'a control character', 'invalid_authorization_details', () =>
    bench.exchange({ authorization_details: details({ reason: 'a\u0007b' }) }),
  ),
  row('R1', 'an object instead of an array', 'invalid_authorization_details', () =>
    bench.exchange({ authorization_details: JSON.stringify(API_DETAIL[0]) }),
  ),
  row('R1', 'an empty array', 'invalid_authorization_details', () => bench.exchange({ authorization_details: '[]' })),
  row('R1', 'two details', 'invalid_authorization_details', () =>
    bench.exchange({ authorization_details: details({}, { type: 'api_token', actions: ['read'] }) }),
  ),
  row('R1', 'no JSON', 'invalid_authorization_details', () => bench.exchange({ authorization_details: '[{' })),
  row('R1', 'neither details nor scope', 'invalid_authorization_details', () =>
    bench.exchange({ authorization_details: undefined }),
  ),
  row('R1', 'scope alone', undefined, () => bench.exchange({ authorization_details: undefined, scope: 'read' })),
  row('R1', 'scope and details', 'invalid_scope', () => bench.exchange({ scope: 'read' })),
  row('R1', 'a scope that is no list of words', 'invalid_scope', () =>
    bench.exchange({ authorization_details: undefined, scope: 'read "all"' }),
  ),
  row('R3', 'a repeated member', 'invalid_authorization_details', () =>
    bench.exchange({ authorization_details: '[{"type":"api_token","actions":["read"],"actions":["write"]}]' }),
  ),
  row('R3', 'a repeated member in other letters', 'invalid_authorization_details', () =>
    bench.exchange({ authorization_details: '[{"type":"api_token","actions":["read"],"\\u0061ctions":["write"]}]' }),
  ),
  row('R3', 'deep nesting', 'invalid_authorization_details', () =>
    bench.exchange({ authorization_details: `${'['.repeat(2000)}${']'.repeat(2000)}` }),
  ),
  row('R3', 'more than the size cap', 'invalid_authorization_details', () =>
    bench.exchange({ authorization_details: details({ reason: 'x'.repeat(9000) }) }),
  ),
];

describe.each(ROWS)('$id: $what', ({ send, status, error }) => {
  it(`is answered with ${status} ${error ?? ''}`, async () => {
    const answer = await send();
    expect({ status: answer.status, error: answer.body.error }).toEqual({ status, error });
    // T4: nothing of this endpoint is ever cached, whatever the outcome.
    expect(answer.headers.get('cache-control')).toBe('no-store');
    if (error === undefined) return;
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    // T6: RFC 6749 §5.2.
    expect(answer.body.error_description).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
    expect(answer.body.request_id).toBe(answer.headers.get('x-request-id'));
  });
});

describe('a successful exchange', () => {
  it('X5, R2: names what was issued and granted', async () => {
    bench.policy.decision = async () => allow({ ttl_max: 120 });
    const { body } = await bench.exchange({
      authorization_details: details({ actions: ['read', 'write'], reason: 'backfill', ticket: 'OPS-1' }),
    });
    bench.policy.decision = async () => allow();
    expect(body).toMatchObject({
      issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      token_type: 'Bearer',
      expires_in: 120,
      authorization_details: [
        {
          type: 'api_token',
          locations: ['api'],
          actions: ['read'],
          duration: 120,
          reason: 'backfill',
          ticket: 'OPS-1',
        },
      ],
      credential: { audience: 'https://api.example' },
    });
    expect(body.lease_id).toMatch(/^lse_/);
    expect(body).not.toHaveProperty('refresh_token');
  });

  it('T5: a bad Authorization header where one is needed is answered with 401 and WWW-Authenticate', async () => {
    const answer = await bench.post('/introspect', { token: 'x' }, { authorization: 'Bearer nonsense' });
    expect(answer.status).toBe(401);
    expect(answer.body.error).toBe('invalid_client');
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer .*error="invalid_token"/);
  });

  it('supersedes the lease of a retry with the same idempotency key', async () => {
    const first = await bench.exchange({ idempotency_key: 'job-1' });
    const second = await bench.exchange({ idempotency_key: 'job-1' });
    expect(second.body.lease_id).not.toBe(first.body.lease_id);
    expect(await bench.issuer.isActive(String(first.body.lease_id))).toBe(false);
    expect(await bench.issuer.isActive(String(second.body.lease_id))).toBe(true);
  });
});

describe('a request that policy refuses', () => {
  it('hears reason ids and nothing of what would have been right', async () => {
    bench.policy.decision = async () => allow({ effect: 'deny', reasons: ['no-rule', 'reason-required'] });
    const answer = await bench.exchange();
    bench.policy.decision = async () => allow();
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ error: 'access_denied', reasons: ['no-rule', 'reason-required'] });
  });

  it('is a denial when policy itself fails', async () => {
    bench.policy.decision = async () => {
      throw new Error('evaluation failed');
    };
    const answer = await bench.exchange();
    bench.policy.decision = async () => allow();
    expect(answer.body.error).toBe('access_denied');
  });
});
