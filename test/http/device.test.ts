import * as client from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BrowserJar } from '../support/browser-jar.ts';
import { type HttpBench, ISSUER_URL, openHttpBench } from '../support/http-bench.ts';

/** A machine without a browser is signed in by a person who has one (RFC 8628). */
let bench: HttpBench;

const GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

beforeAll(async () => {
  bench = await openHttpBench({ http: { trustedProxies: ['127.0.0.1'] } });
});

afterAll(async () => {
  await bench?.close();
});

async function signedIn(name: string): Promise<BrowserJar> {
  const jar = new BrowserJar({ [ISSUER_URL]: bench.url });
  jar.cookies.set(`${ISSUER_URL} __Host-lapse_session`, await bench.signIn(name));
  return jar;
}

const start = async (machine = 'build-7') =>
  (await bench.post('/device_authorization', { client_id: 'lapse-cli', machine })).body as Record<string, string>;
const poll = (device_code: unknown, change: Record<string, string> = {}) => {
  bench.clock.advance(6_000);
  const form = { grant_type: GRANT, device_code: String(device_code), client_id: 'lapse-cli', ...change };
  return bench.post('/token', form);
};

async function answer(jar: BrowserJar, userCode: string, verdict: 'approve' | 'deny') {
  const page = await jar.get(`${ISSUER_URL}/device?user_code=${userCode}`);
  return await jar.post(`${ISSUER_URL}/device/${verdict}`, page.form(`/device/${verdict}`));
}

describe('a machine that asks', () => {
  it('hears what to show, and where', async () => {
    const { status, body } = await bench.post('/device_authorization', { client_id: 'lapse-cli' });
    expect(status).toBe(200);
    expect(body).toMatchObject({ verification_uri: `${ISSUER_URL}/device`, expires_in: 600, interval: 5 });
    expect(body.user_code).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/);
    expect(body.verification_uri_complete).toBe(`${ISSUER_URL}/device?user_code=${body.user_code}`);
    expect(String(body.device_code)).toHaveLength(43);
  });

  it.each([
    ['without client_id', {}, 'invalid_request'],
    ['as an unknown client', { client_id: 'other' }, 'unauthorized_client'],
  ])('%s is refused', async (_name, form, error) => {
    expect((await bench.post('/device_authorization', form)).body).toMatchObject({ error });
  });

  it('gets the session of the person who confirms, once', async () => {
    const { device_code, user_code = '' } = await start();
    expect((await poll(device_code)).body).toMatchObject({ error: 'authorization_pending' });
    const jar = await signedIn('dora');
    expect((await answer(jar, user_code, 'approve')).text).toContain('The machine is signed in as you');
    const { status, body, headers } = await poll(device_code);
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toMatchObject({
      operator: 'dora',
      token_type: 'Bearer',
      issued_token_type: 'urn:lapse:token-type:operator-session',
    });
    expect((await bench.api('GET', '/api/session', String(body.access_token))).body).toMatchObject({
      operator: 'dora',
    });
    expect((await poll(device_code)).body).toMatchObject({ error: 'invalid_grant' });
    expect((await jar.get(`${ISSUER_URL}/console/sessions`)).text).toContain('lapse-cli on build-7');
    expect(await bench.events()).toContain('device.approved');
  });

  it('hears that it polls too fast, that it was refused, that its time is over, and that it is another', async () => {
    const fast = await start();
    await poll(fast.device_code);
    const again = { grant_type: GRANT, device_code: fast.device_code ?? '', client_id: 'lapse-cli' };
    expect((await bench.post('/token', again)).body).toMatchObject({ error: 'slow_down', interval: 10 });

    const denied = await start();
    await answer(await signedIn('dora'), denied.user_code ?? '', 'deny');
    expect((await poll(denied.device_code)).body).toMatchObject({ error: 'access_denied' });

    const foreign = await start();
    expect((await poll(foreign.device_code, { client_id: 'other' })).body).toMatchObject({ error: 'invalid_grant' });
    expect((await poll('made-up')).body).toMatchObject({ error: 'invalid_grant' });

    const late = await start();
    bench.clock.advance(600_000);
    expect((await poll(late.device_code)).body).toMatchObject({ error: 'expired_token' });
  });

  it('gets nothing when the person signs out before it comes', async () => {
    const { device_code, user_code = '' } = await start();
    const jar = await signedIn('dora');
    await answer(jar, user_code, 'approve');
    await jar.post(`${ISSUER_URL}/logout`, (await jar.get(`${ISSUER_URL}/console`)).form('/logout'));
    expect((await poll(device_code)).body).toMatchObject({ error: 'invalid_grant' });
  });

  it('may be somebody else’s program', async () => {
    const config = new client.Configuration(
      {
        issuer: ISSUER_URL,
        token_endpoint: `${bench.url}/token`,
        device_authorization_endpoint: `${bench.url}/device_authorization`,
      },
      'lapse-cli',
      undefined,
      client.None(),
    );
    client.allowInsecureRequests(config);
    const started = await client.initiateDeviceAuthorization(config, {});
    await answer(await signedIn('dora'), started.user_code, 'approve');
    const tokens = await client.pollDeviceAuthorizationGrant(config, { ...started, interval: 0 });
    expect(tokens.access_token).toMatch(/^lapse_session_/);
  });
});

describe('the person', () => {
  it('is asked to sign in first, and comes back to the code', async () => {
    const { user_code } = await start();
    const jar = new BrowserJar({ [ISSUER_URL]: bench.url });
    const page = await jar.get(`${ISSUER_URL}/device?user_code=${user_code}`);
    expect(new URL(page.url).pathname).toBe('/login');
    expect(page.form('/login').return_to).toBe(`/device?user_code=${user_code}`);
  });

  it('sees which program asks, and from where', async () => {
    const { user_code } = await start('laptop<script>alert(1)</script>\u202Eevil');
    const page = await (await signedIn('dora')).get(`${ISSUER_URL}/device?user_code=${user_code}`);
    expect(page.text).toContain('lapse-cli');
    expect(page.text).toContain('127.0.0.1');
    expect(page.text).toContain('It asks from another address than yours');
    expect(page.text).not.toContain('<script');
    expect(page.text).not.toContain('\u202E');
  });

  it('D1: may type the code in any case, with or without the dash', async () => {
    const { user_code = '' } = await start();
    const jar = await signedIn('dora');
    const form = (await jar.get(`${ISSUER_URL}/device`)).form('/device');
    const page = await jar.post(`${ISSUER_URL}/device`, {
      ...form,
      user_code: ` ${user_code.toLowerCase().replace('-', '')} `,
    });
    expect(page.text).toContain(user_code);
  });

  it('D1: confirms a code once', async () => {
    const { user_code = '' } = await start();
    const jar = await signedIn('dora');
    await answer(jar, user_code, 'approve');
    expect((await jar.get(`${ISSUER_URL}/device?user_code=${user_code}`)).text).toContain(
      'No machine waits with this code',
    );
  });

  it('D1: who guesses is stopped, and a good code does not help then', async () => {
    const jar = await signedIn('gina');
    for (let guess = 0; guess < 8; guess += 1)
      expect((await jar.get(`${ISSUER_URL}/device?user_code=BBBB-BBBB`)).status).toBe(200);
    const { user_code } = await start();
    expect((await jar.get(`${ISSUER_URL}/device?user_code=${user_code}`)).status).toBe(429);
    expect((await (await signedIn('hugo')).get(`${ISSUER_URL}/device?user_code=${user_code}`)).status).toBe(200);
  });

  it('CSRF: needs the form that was shown for this very code, from this issuer', async () => {
    const [one, two] = [await start(), await start()];
    const jar = await signedIn('dora');
    const place = `${ISSUER_URL}/device/approve`;
    const form = (await jar.get(`${ISSUER_URL}/device?user_code=${one.user_code}`)).form('/device/approve');
    expect((await jar.post(place, { ...form, user_code: two.user_code ?? '' })).status).toBe(403);
    expect((await jar.post(place, form, { headers: { origin: 'https://evil.example' } })).status).toBe(403);
    expect((await jar.post(place, { user_code: one.user_code ?? '' })).status).toBe(403);
    expect((await poll(one.device_code)).body).toMatchObject({ error: 'authorization_pending' });
    expect((await poll(two.device_code)).body).toMatchObject({ error: 'authorization_pending' });
  });
});
