import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BrowserJar, Page } from '../support/browser-jar.ts';
import { ISSUER_URL, PASSWORD } from '../support/http-bench.ts';
import { startProvider } from '../support/processes.ts';
import { openSignInBench, type SignInBench } from '../support/sign-in-bench.ts';

/** People sign in at somebody else's identity provider, over real HTTP with cookies. */
let provider: Awaited<ReturnType<typeof startProvider>>;
let bench: SignInBench;

const SESSION = '__Host-lapse_session';

beforeAll(async () => {
  provider = await startProvider();
  bench = await openSignInBench(provider.url, {
    rules: { people: { 'Alice A.': ['alice@acme.example', 'alice-local'] } },
  });
  await bench.signIn('local', ['approvers']);
});

afterAll(async () => {
  await bench?.close();
  await provider?.stop();
});

const token = (jar: BrowserJar) => jar.cookies.get(`${ISSUER_URL} ${SESSION}`);
const whoAmI = async (jar: BrowserJar) => (await bench.api('GET', '/api/session', token(jar))).body;
const lastRefusal = async () =>
  (await bench.issuer.audit({ limit: 1000 })).findLast(({ event }) => event === 'operator.sign_in_refused')?.detail;

/** Goes as far as the provider's answer, which is not delivered. */
async function answerFor(jar: BrowserJar, login: string): Promise<URL> {
  const asked = await jar.get(`${ISSUER_URL}/login/oidc`);
  let page: Page = await jar.post(asked.url, { login }, { follow: false });
  for (let hop = 0; hop < 5; hop += 1) {
    const next = new URL(page.headers.get('location') ?? '', page.url);
    if (next.origin === ISSUER_URL) return next;
    page = await jar.get(next.href, { follow: false });
  }
  throw new Error('the provider did not answer');
}

describe('signing in at the identity provider', () => {
  it('gives a session with groups, strength and time of sign-in', async () => {
    const jar = bench.browser();
    const page = await bench.signInAt(jar, 'alice', { mfa: true });
    expect({ status: page.status, url: page.url }).toEqual({ status: 200, url: `${ISSUER_URL}/console` });
    expect(await whoAmI(jar)).toMatchObject({
      operator: 'alice@acme.example',
      groups: ['dba', 'staff'],
      method: 'oidc',
      acr: 'urn:acme:mfa',
      amr: ['pwd', 'otp', 'mfa'],
    });
  });

  it('knows one person behind accounts that the configuration gives them', async () => {
    const jar = bench.browser();
    await bench.signInAt(jar, 'alice');
    const [alice, identity] = await bench.store.read(async ({ operators }) => [
      await operators.find('alice@acme.example'),
      await operators.findByIdentity(`${provider.url}|alice`),
    ]);
    expect(alice?.human).toBe('Alice A.');
    expect(identity).toEqual(alice);
    await bench.signInAt(bench.browser(), 'bob');
    const bob = await bench.store.read(({ operators }) => operators.find('bob@acme.example'));
    expect(bob?.human).toBe(`${provider.url}|bob`);
  });

  it('sets a cookie that scripts, other hosts and plain connections cannot touch', async () => {
    const jar = bench.browser();
    await bench.signInAt(jar, 'alice');
    expect(jar.attributes.get(SESSION)).toMatch(/; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
    expect(jar.attributes.get(SESSION)).not.toMatch(/Domain/i);
  });

  it('refuses whoever is in no allowed group, and tells them nothing of it', async () => {
    const jar = bench.browser();
    const page = await bench.signInAt(jar, 'mallory');
    expect(page.status).toBe(401);
    expect(page.text).toContain('The sign-in was refused.');
    expect(page.text).not.toContain('staff');
    expect(token(jar)).toBeUndefined();
    expect(await lastRefusal()).toMatchObject({ reason: 'not-allowed' });
  });

  it('does not give the account of somebody else who had the name first', async () => {
    await bench.operator('carol@acme.example', ['dba']);
    const other = await openSignInBench(provider.url, {
      rules: { allowedGroups: [], allowedDomains: ['acme.example'] },
    });
    try {
      await other.operator('carol@acme.example', ['dba']);
      const page = await other.signInAt(other.browser(), 'carol');
      expect(page.status).toBe(401);
      const events = await other.issuer.audit({ limit: 10 });
      expect(events.at(-1)).toMatchObject({ event: 'operator.sign_in_refused', detail: { reason: 'name-taken' } });
    } finally {
      await other.close();
    }
  });

  it('session fixation: a session that was there before is ended, its token never reused', async () => {
    const jar = bench.browser();
    const planted = await bench.signIn('planted');
    jar.cookies.set(`${ISSUER_URL} ${SESSION}`, planted);
    await bench.signInAt(jar, 'alice');
    expect(token(jar)).not.toBe(planted);
    expect((await bench.api('GET', '/api/session', planted)).status).toBe(401);
    expect(await whoAmI(jar)).toMatchObject({ operator: 'alice@acme.example' });
  });

  it('asks for and insists on the strength that is configured', async () => {
    const strict = await openSignInBench(provider.url, { client: { acrValues: ['urn:acme:mfa'], maxAge: 3_600_000 } });
    try {
      expect((await strict.signInAt(strict.browser(), 'alice')).status).toBe(401);
      expect((await strict.signInAt(strict.browser(), 'alice', { mfa: true })).status).toBe(200);
    } finally {
      await strict.close();
    }
  });

  it('says that the provider is down when it is, and is well again with it', async () => {
    const down = await openSignInBench('http://127.0.0.1:1');
    try {
      const page = await down.browser().get(`${ISSUER_URL}/login/oidc`);
      expect(page.status).toBe(503);
      expect((await down.browser().get(`${ISSUER_URL}/login`)).status).toBe(200);
    } finally {
      await down.close();
    }
  });
});

describe('answers of the identity provider that are not for this sign-in', () => {
  const deliver = (jar: BrowserJar, url: URL) => jar.get(url.href);

  it.each([
    ['mix-up: state of another sign-in', { state: 'other' }],
    ['mix-up: no state', { state: undefined }],
    ['mix-up: issuer of somebody else (RFC 9207)', { iss: 'https://evil.example' }],
    ['mix-up: no issuer although the provider names itself always (RFC 9207)', { iss: undefined }],
    ['an error of the provider', { error: 'access_denied', code: undefined }],
    ['a made-up code', { code: 'made-up' }],
    ['no code', { code: undefined }],
  ])('%s is refused', async (_name, change: Record<string, string | undefined>) => {
    const jar = bench.browser();
    const answer = await answerFor(jar, 'alice');
    for (const [name, value] of Object.entries(change))
      if (value === undefined) answer.searchParams.delete(name);
      else answer.searchParams.set(name, value);
    expect((await deliver(jar, answer)).status).toBe(401);
    expect(token(jar)).toBeUndefined();
  });

  it('the answer itself would have been good', async () => {
    const jar = bench.browser();
    expect((await deliver(jar, await answerFor(jar, 'alice'))).status).toBe(200);
  });

  it('code injection: a stolen code is refused in the sign-in of somebody else, by PKCE', async () => {
    const stolen = await answerFor(bench.browser(), 'alice');
    const jar = bench.browser();
    const own = await answerFor(jar, 'bob');
    own.searchParams.set('code', stolen.searchParams.get('code') ?? '');
    expect((await deliver(jar, own)).status).toBe(401);
    expect(await lastRefusal()).toMatchObject({ reason: 'provider:invalid_grant' });
  });

  it('login CSRF: an answer that this browser did not ask for is refused', async () => {
    const foreign = await answerFor(bench.browser(), 'alice');
    const page = await deliver(bench.browser(), foreign);
    expect(page.status).toBe(401);
    expect(page.text).toContain('did not begin a sign-in');
  });

  it('an answer is good once', async () => {
    const jar = bench.browser();
    const answer = await answerFor(jar, 'alice');
    expect((await deliver(jar, answer)).status).toBe(200);
    expect((await deliver(jar, answer)).status).toBe(401);
  });

  it('what the browser carries meanwhile is neither readable nor exchangeable', async () => {
    const jar = bench.browser();
    await jar.get(`${ISSUER_URL}/login/oidc`, { follow: false });
    const carried = jar.cookies.get(`${ISSUER_URL} __Host-lapse_sign-in`) ?? '';
    expect(carried.length).toBeGreaterThan(100);
    expect(Buffer.from(carried, 'base64url').toString('latin1')).not.toMatch(/state|nonce|verifier/);
    jar.cookies.set(`${ISSUER_URL} __Host-lapse_sign-in`, `${carried.slice(0, -4)}AAAA`);
    expect((await jar.get(`${ISSUER_URL}/login/callback?code=x&state=y`)).status).toBe(401);
  });
});

describe('open redirect', () => {
  it.each([
    ['/console/leases', '/console/leases'],
    ['/device?user_code=BCDF-GHJK', '/device?user_code=BCDF-GHJK'],
    ['https://evil.example/console', '/console'],
    ['//evil.example/console', '/console'],
    ['/\\evil.example/console', '/console'],
    ['/%09/evil.example', '/console'],
    ['/\t/evil.example', '/console'],
    ['/console/../../evil', '/console'],
    ['/console@evil.example', '/console'],
    ['/consoleevil', '/console'],
    ['javascript:alert(1)', '/console'],
    ['/login', '/console'],
    ['/logout', '/console'],
    ['', '/console'],
  ])('return_to=%s leads to %s', async (asked, place) => {
    const query = new URLSearchParams({ return_to: asked }).toString();
    const jar = bench.browser();
    const page = await jar.get(`${ISSUER_URL}/login?${query}`);
    const form = page.form('/login');
    expect(form.return_to).toBe(place);
    // The field of the form is judged again: it is not ours when it comes back.
    const entered = await jar.post(
      `${ISSUER_URL}/login`,
      { ...form, return_to: asked, name: 'local', password: PASSWORD },
      { follow: false },
    );
    expect({ status: entered.status, place: entered.headers.get('location') }).toEqual({ status: 303, place });
  });

  it('holds for the way by the identity provider too', async () => {
    const page = await bench.signInAt(bench.browser(), 'alice', {
      from: `${ISSUER_URL}/login/oidc?return_to=${encodeURIComponent('//evil.example')}`,
    });
    expect(page.url).toBe(`${ISSUER_URL}/console`);
  });
});

describe('signing in with a password', () => {
  async function fill(jar: BrowserJar, change: Record<string, string> = {}, headers?: Record<string, string>) {
    const form = (await jar.get(`${ISSUER_URL}/login`)).form('/login');
    const filled = { ...form, name: 'local', password: PASSWORD, ...change };
    return await jar.post(`${ISSUER_URL}/login`, filled, headers === undefined ? {} : { headers });
  }

  it('works, and names the provider beside it', async () => {
    const jar = bench.browser();
    expect((await jar.get(`${ISSUER_URL}/login`)).text).toContain(`Sign in with ${new URL(provider.url).host}`);
    expect((await fill(jar)).url).toBe(`${ISSUER_URL}/console`);
    expect(await whoAmI(jar)).toMatchObject({ operator: 'local', method: 'password', amr: ['pwd'] });
  });

  it('says the same of a wrong name and a wrong password', async () => {
    const [one, other] = [
      await fill(bench.browser(), { name: 'nobody' }),
      await fill(bench.browser(), { password: 'x' }),
    ];
    for (const page of [one, other]) {
      expect(page.status).toBe(401);
      expect(page.text).toContain('Name, password or code is wrong.');
    }
  });

  it.each([
    ['from another site', { origin: 'https://evil.example' }],
    ['from nowhere', {}],
    ['from a sandbox', { origin: 'null' }],
    ['from a sibling site', { origin: ISSUER_URL, 'sec-fetch-site': 'same-site' }],
  ])('CSRF: a form %s is refused', async (_name, headers) => {
    const jar = bench.browser();
    expect((await fill(jar, {}, headers)).status).toBe(403);
    expect(token(jar)).toBeUndefined();
  });

  it('login CSRF: a form that was shown to another browser is refused', async () => {
    const form = (await bench.browser().get(`${ISSUER_URL}/login`)).form('/login');
    const jar = bench.browser();
    await jar.get(`${ISSUER_URL}/login`);
    const page = await jar.post(`${ISSUER_URL}/login`, { ...form, name: 'local', password: PASSWORD });
    expect(page.status).toBe(403);
  });
});

describe('signing out', () => {
  it('ends the session at the issuer, and needs a form of the page', async () => {
    const jar = bench.browser();
    const page = await bench.signInAt(jar, 'alice');
    const held = token(jar);
    expect((await jar.get(`${ISSUER_URL}/logout`)).status).toBe(404);
    expect((await jar.post(`${ISSUER_URL}/logout`, {})).status).toBe(403);
    expect((await bench.api('GET', '/api/session', held)).status).toBe(200);
    const out = await jar.post(`${ISSUER_URL}/logout`, page.form('/logout'));
    expect(out.text).toContain('Signed out');
    expect(token(jar)).toBeUndefined();
    expect((await bench.api('GET', '/api/session', held)).status).toBe(401);
  });

  it('of one session leaves the others, and all of them are listed', async () => {
    const [one, two] = [bench.browser(), bench.browser()];
    await bench.signInAt(one, 'bob');
    await bench.signInAt(two, 'bob');
    const list = await one.get(`${ISSUER_URL}/console/sessions`);
    const ends = [...list.text.matchAll(/action="(\/console\/sessions\/ses_[^"]*\/end)"/g)].map(
      ([, path]) => path ?? '',
    );
    expect(ends.length).toBeGreaterThanOrEqual(2);
    expect(list.text.match(/this one/g)).toHaveLength(1);
    const other = ends.find((path) => !list.text.split('this one')[1]?.split('</article>')[0]?.includes(path)) ?? '';
    await one.post(ISSUER_URL + other, list.form(other));
    expect((await bench.api('GET', '/api/session', token(one))).status).toBe(200);
  });
});
