import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Broker } from '../../src/brokers/broker.ts';
import { AppError } from '../../src/errors.ts';
import { SecretValue } from '../../src/model/secret-value.ts';
import { type HttpBench, ISSUER_URL, openHttpBench, SUBJECT } from '../support/http-bench.ts';

let bench: HttpBench;
let alice: string;

beforeAll(async () => {
  bench = await openHttpBench();
  alice = await bench.signIn('alice');
});

afterAll(async () => {
  await bench.close();
});

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const OTHER = { sub: 'repo:acme/other:ref:refs/heads/main' };

describe('introspection (RFC 7662)', () => {
  it('I1: is refused without authentication', async () => {
    const { body } = await bench.exchange();
    const answer = await bench.post('/introspect', { token: String(body.access_token) });
    expect(answer.status).toBe(401);
    expect(answer.body.error).toBe('invalid_client');
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="lapse"');
  });

  it('R2: tells an operator what was granted, by token and by lease id', async () => {
    const { body } = await bench.exchange();
    for (const token of [String(body.access_token), String(body.lease_id)]) {
      const answer = await bench.post('/introspect', { token }, bearer(alice));
      expect(answer.body).toMatchObject({
        active: true,
        iss: ISSUER_URL,
        sub: SUBJECT,
        aud: 'https://api.example',
        jti: body.lease_id,
        token_type: 'Bearer',
        authorization_details: body.authorization_details,
      });
      expect(Number(answer.body.exp) - Number(answer.body.iat)).toBe(300);
    }
  });

  it('tells the holder and a resource server, and nobody else', async () => {
    const { body } = await bench.exchange();
    const token = String(body.access_token);
    expect((await bench.post('/introspect', { token }, bearer(await bench.token()))).body.active).toBe(true);
    // Any workload of the rule "ci" is a resource server of the target "api".
    expect((await bench.post('/introspect', { token }, bearer(await bench.token(OTHER)))).body.active).toBe(true);
  });

  it('is a use of the lease when a resource server asks, once in a minute', async () => {
    const { body } = await bench.exchange();
    const token = String(body.access_token);
    const asked = await bench.post('/introspect', { token }, bearer(await bench.token()));
    const lease = String(asked.body.lease);
    const uses = async () => await bench.issuer.searchAudit({ event: 'lease.used', lease }, 10);
    for (let count = 0; count < 3; count += 1)
      await bench.post('/introspect', { token }, bearer(await bench.token(OTHER)));
    await expect.poll(uses).toHaveLength(1);
    bench.clock.advance(60_000);
    await bench.post('/introspect', { token }, bearer(await bench.token(OTHER)));
    await expect.poll(uses).toHaveLength(2);
    expect((await uses())[0]).toMatchObject({
      actor: expect.stringContaining('workload:'),
      target: 'api',
      detail: { source_ip: expect.any(String), correlation_id: expect.any(String) },
    });
  });

  it.each<[string, () => Promise<string>]>([
    ['an unknown token', async () => 'nothing'],
    ['an unknown lease', async () => 'lse_nothing'],
    ['a handle with a wrong seal', async () => `lse_nothing.${'A'.repeat(43)}`],
    ['a foreign token', () => bench.token()],
    [
      'a token that was changed',
      async () => {
        const { body } = await bench.exchange();
        return `${String(body.access_token).slice(0, -4)}AAAA`;
      },
    ],
    [
      'a revoked lease',
      async () => {
        const { body } = await bench.exchange();
        await bench.post('/revoke', { token: String(body.access_token) });
        return String(body.access_token);
      },
    ],
    [
      'an expired lease',
      async () => {
        const { body } = await bench.exchange();
        bench.clock.advance(301_000);
        return String(body.access_token);
      },
    ],
  ])('I1: %s is exactly inactive', async (_what, make) => {
    const answer = await bench.post('/introspect', { token: await make() }, bearer(alice));
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ active: false });
  });

  it('does not use up the subject token that authenticates', async () => {
    const token = await bench.token();
    await bench.post('/introspect', { token: 'nothing' }, bearer(token));
    expect((await bench.exchange({ subject_token: token })).status).toBe(200);
  });
});

describe('access tokens (RFC 9068)', () => {
  it('A1: have their type, all required claims and no longer life than granted', async () => {
    const { body } = await bench.exchange();
    const { keys } = (await (await fetch(`${bench.url}/jwks`)).json()) as JSONWebKeySet;
    const { payload, protectedHeader } = await jwtVerify(String(body.access_token), createLocalJWKSet({ keys }), {
      issuer: ISSUER_URL,
      audience: 'https://api.example',
      typ: 'at+jwt',
      currentDate: bench.clock.now(),
    });
    expect(protectedHeader.kid).toBeTypeOf('string');
    expect(payload).toMatchObject({ sub: SUBJECT, client_id: SUBJECT, jti: body.lease_id, lease: body.lease_id });
    expect(Number(payload.exp) - Number(payload.iat)).toBeLessThanOrEqual(300);
    expect(JSON.stringify(keys)).not.toMatch(/"(?:d|p|q|dp|dq|qi|k)":/);
  });
});

describe('revocation (RFC 7009)', () => {
  it('V1: unknown and dead tokens are 200, and so is a second time', async () => {
    expect((await bench.post('/revoke', { token: 'nothing' })).status).toBe(200);
    const { body } = await bench.exchange();
    const token = String(body.access_token);
    expect((await bench.post('/revoke', { token, token_type_hint: 'access_token' })).status).toBe(200);
    expect((await bench.post('/revoke', { token })).status).toBe(200);
    expect((await bench.post('/revoke', {})).body.error).toBe('invalid_request');
  });

  it('V1: another workload is refused, with the token and with the lease id', async () => {
    const { body } = await bench.exchange();
    for (const token of [String(body.access_token), String(body.lease_id)]) {
      const answer = await bench.post('/revoke', { token }, bearer(await bench.token(OTHER)));
      expect({ status: answer.status, error: answer.body.error }).toEqual({ status: 400, error: 'invalid_grant' });
    }
    expect(await bench.issuer.isActive(String(body.lease_id))).toBe(true);
  });

  it('a lease id alone is no proof; with the identity that got it, it is', async () => {
    const { body } = await bench.exchange();
    const token = String(body.lease_id);
    expect((await bench.post('/revoke', { token })).status).toBe(401);
    expect(await bench.issuer.isActive(token)).toBe(true);
    expect((await bench.post('/revoke', { token }, bearer(await bench.token()))).status).toBe(200);
    expect(await bench.issuer.isActive(token)).toBe(false);
  });

  it('a bad Authorization header is not the same as none', async () => {
    const { body } = await bench.exchange();
    const token = String(body.access_token);
    expect((await bench.post('/revoke', { token }, bearer('nonsense'))).status).toBe(401);
    expect(await bench.issuer.isActive(String(body.lease_id))).toBe(true);
  });

  it('an operator takes back anything', async () => {
    const { body } = await bench.exchange();
    const answer = await bench.api('POST', `/api/leases/${String(body.lease_id)}/revoke`, alice);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ done: true, lease: { endReason: 'revoked' } });
  });
});

/** A target whose objects are names in a set, and which can be out of reach. */
function namesBroker(): { readonly broker: Broker; readonly names: Set<string>; reachable: boolean } {
  const names = new Set<string>();
  const state = { broker: undefined as unknown as Broker, names, reachable: true };
  const reach = () => {
    if (!state.reachable) throw new AppError('ERR_TARGET_UNREACHABLE', 'connection to db.internal:5432 refused');
  };
  state.broker = {
    detailType: 'db_credential',
    capabilities: {
      nativeExpiry: false,
      sourceBound: false,
      endsSessions: true,
      lists: true,
      minSeconds: 1,
      maxSeconds: 3600,
      settleMs: 0,
    },
    refuses: () => undefined,
    create: async ({ externalId }) => {
      reach();
      names.add(externalId);
      return { plain: { user: externalId }, secret: { password: new SecretValue(['not', 'real'].join('-')) } };
    },
    disable: async () => reach(),
    endSessions: async () => 0,
    remove: async (name) => {
      reach();
      names.delete(name);
    },
    verify: async (name) => {
      reach();
      return names.has(name) ? 'alive' : 'dead';
    },
    list: async () => {
      reach();
      return [...names];
    },
    close: async () => {},
  };
  return state;
}

describe('a target that is out of reach', () => {
  it('V3: revocation is 503 with Retry-After, the lease is inactive at once and not lost', async () => {
    const target = namesBroker();
    const db = await openHttpBench({ brokers: new Map([['other', target.broker]]) });
    const operator = await db.signIn('alice');
    const details = JSON.stringify([{ type: 'db_credential', actions: ['read'], duration: 300 }]);
    const { body } = await db.exchange({ audience: 'other', authorization_details: details });
    expect(body).toMatchObject({
      token_type: 'N_A',
      issued_token_type: 'urn:lapse:token-type:db-credential',
      credential: { user: [...target.names][0], password: 'not-real' },
    });
    const token = String(body.access_token);

    target.reachable = false;
    const refused = await db.post('/revoke', { token });
    expect({ status: refused.status, error: refused.body.error }).toEqual({
      status: 503,
      error: 'temporarily_unavailable',
    });
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(JSON.stringify(refused.body)).not.toContain('db.internal');
    expect((await db.post('/introspect', { token }, bearer(operator))).body).toEqual({ active: false });
    expect((await db.issuer.lease(String(body.lease_id)))?.state).toBe('REVOKING');
    const down = await db.exchange({ audience: 'other', authorization_details: details });
    expect({ status: down.status, error: down.body.error }).toEqual({ status: 503, error: 'temporarily_unavailable' });

    target.reachable = true;
    expect((await db.post('/revoke', { token })).status).toBe(200);
    expect(target.names.size).toBe(0);
    await db.close();
  });
});
