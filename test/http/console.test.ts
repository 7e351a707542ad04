import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_QUOTAS } from '../../src/issuer/settings.ts';
import { BrowserJar } from '../support/browser-jar.ts';
import { API_DETAIL, type HttpBench, ISSUER_URL, openHttpBench } from '../support/http-bench.ts';
import { allow, escalate } from '../support/issuer-bench.ts';

/** Pages of the console: what they show, what they let happen, and what they do not. */
let bench: HttpBench;
let alice: BrowserJar;
let olga: BrowserJar;

const HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)> \u202Egnihtyreve\u202C {{7*7}}';

beforeAll(async () => {
  bench = await openHttpBench({
    settings: { quotas: { ...DEFAULT_QUOTAS, openRequestsPerSubject: 100 } },
    http: { trustedProxies: ['127.0.0.1'] },
  });
  alice = await signedIn('alice', ['approvers']);
  olga = await signedIn('olga', ['approvers']);
});

afterAll(async () => {
  await bench?.close();
});

beforeEach(() => {
  bench.policy.decision = async () => escalate([{ from: 'approvers', count: 1 }]);
});

async function signedIn(name: string, groups: readonly string[]): Promise<BrowserJar> {
  const jar = new BrowserJar({ [ISSUER_URL]: bench.url });
  jar.cookies.set(`${ISSUER_URL} __Host-lapse_session`, await bench.signIn(name, groups));
  return jar;
}

async function ask(reason = 'backfill'): Promise<string> {
  const detail = [{ ...API_DETAIL[0], reason, ticket: 'OPS-812' }];
  const { body } = await bench.exchange({ authorization_details: JSON.stringify(detail) });
  return String(body.auth_req_id);
}

const place = (id: string) => `${ISSUER_URL}/console/requests/${id}`;
const stateOf = async (id: string) => (await bench.issuer.findRequest(id))?.state;

describe('who is not signed in', () => {
  it.each(['/console', '/console/leases', '/console/audit', '/console/sessions', '/device'])(
    'is sent from %s to sign in, and would come back',
    async (path) => {
      const page = await new BrowserJar({ [ISSUER_URL]: bench.url }).get(ISSUER_URL + path);
      expect(new URL(page.url).pathname).toBe('/login');
      expect(page.form('/login').return_to).toBe(path);
    },
  );

  it('changes nothing', async () => {
    const id = await ask();
    const form = (await alice.get(place(id))).form('/approve');
    const page = await new BrowserJar({ [ISSUER_URL]: bench.url }).post(`${place(id)}/approve`, form);
    expect(page.status).toBe(401);
    expect(await stateOf(id)).toBe('pending');
  });

  it('is not signed in at the API by a cookie', async () => {
    const cookie = `__Host-lapse_session=${alice.cookies.get(`${ISSUER_URL} __Host-lapse_session`)}`;
    expect((await fetch(`${bench.url}/api/requests`, { headers: { cookie } })).status).toBe(401);
  });
});

describe('one request', () => {
  it('shows what an approver must know', async () => {
    const id = await ask('backfill of March');
    const { text } = await alice.get(place(id));
    for (const fact of [
      'repo:acme/orders:ref:refs/heads/main',
      'olga',
      bench.idp.url,
      'api_token',
      '5 min',
      'backfill of March',
      'OPS-812',
      'test-escalate',
      '1 of approvers',
      'left',
      id,
    ])
      expect(text).toContain(fact);
  });

  it('is approved by a form of the page, and the page says so then', async () => {
    const id = await ask();
    const page = await alice.post(`${place(id)}/approve`, {
      ...(await alice.get(place(id))).form('/approve'),
      reason: 'looked at it',
    });
    expect(page.url).toBe(place(id));
    expect(page.text).toContain('approved, not picked up yet');
    expect(page.text).toContain('looked at it');
    expect(await stateOf(id)).toBe('approved');
  });

  it('is approved for less where policy offers that, and for no more then', async () => {
    const narrower = [{ id: 'short', duration: 60 }];
    bench.policy.decision = async () => escalate([{ from: 'approvers', count: 1 }], { narrower });
    const id = await ask();
    const page = await alice.get(place(id));
    expect(page.text).toContain('Approve less: read, 1 min');
    const [, token = ''] =
      /name="action_token" value="([^"]*)">\s*<input type="hidden" name="narrower"/.exec(page.text) ?? [];
    // The proof is for the one choice only.
    expect((await alice.post(`${place(id)}/approve`, { action_token: token })).status).toBe(403);
    const again = await alice.get(place(id));
    const [, good = ''] =
      /name="action_token" value="([^"]*)">\s*<input type="hidden" name="narrower"/.exec(again.text) ?? [];
    await alice.post(`${place(id)}/approve`, { action_token: good, narrower: 'short' });
    const request = await bench.issuer.findRequest(id);
    expect(request?.state).toBe('approved');
    expect(request?.approvals.at(-1)?.narrowed).toEqual({ duration: 60 });
  });

  it('is rejected with a reason, and not without', async () => {
    const id = await ask();
    const form = (await alice.get(place(id))).form('/reject');
    expect((await alice.post(`${place(id)}/reject`, { ...form, reason: '' })).status).toBe(400);
    const again = (await alice.get(place(id))).form('/reject');
    await alice.post(`${place(id)}/reject`, { ...again, reason: 'not during the freeze' });
    expect(await stateOf(id)).toBe('rejected');
  });

  it('is not approved by who counts as its requester', async () => {
    const id = await ask();
    const page = await olga.get(place(id));
    const { text } = page.text.includes('/approve"')
      ? await olga.post(`${place(id)}/approve`, page.form('/approve'))
      : page;
    expect(text).toMatch(/counts as (the )?requester|counts as the requester|You asked/i);
    expect(await stateOf(id)).toBe('pending');
  });

  it('is not there', async () => {
    const page = await alice.get(place('req_nothing'));
    expect(page.status).toBe(404);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  });
});

describe('CSRF: an approval needs the very form', () => {
  it.each([
    ['without a proof', {}, {}],
    ['with a made-up proof', { action_token: 'AAAA' }, {}],
    ['from another site', undefined, { origin: 'https://evil.example' }],
    ['from no page', undefined, { origin: undefined }],
    ['from another site that says otherwise', undefined, { origin: ISSUER_URL, 'sec-fetch-site': 'cross-site' }],
  ])('%s it is refused', async (_name, form, headers) => {
    const id = await ask();
    const good = (await alice.get(place(id))).form('/approve');
    const sent = Object.fromEntries(
      Object.entries({ origin: ISSUER_URL, ...headers }).filter(
        (entry): entry is [string, string] => entry[1] !== undefined,
      ),
    );
    const page = await alice.post(`${place(id)}/approve`, form ?? good, { headers: sent });
    expect(page.status).toBe(403);
    expect(await stateOf(id)).toBe('pending');
    // Its valid twin.
    await alice.post(`${place(id)}/approve`, good);
    expect(await stateOf(id)).toBe('approved');
  });

  it('of another request, another answer, another session is none', async () => {
    const [one, two] = [await ask(), await ask()];
    const page = await alice.get(place(one));
    expect((await alice.post(`${place(two)}/approve`, page.form('/approve'))).status).toBe(403);
    expect((await alice.post(`${place(one)}/approve`, page.form('/reject'))).status).toBe(403);
    const bob = await signedIn('bob', ['approvers']);
    expect((await bob.post(`${place(one)}/approve`, page.form('/approve'))).status).toBe(403);
    expect([await stateOf(one), await stateOf(two)]).toEqual(['pending', 'pending']);
  });

  it('is good once', async () => {
    bench.policy.decision = async () => escalate([{ from: 'approvers', count: 2 }]);
    const id = await ask();
    const form = (await alice.get(place(id))).form('/approve');
    expect((await alice.post(`${place(id)}/approve`, form)).status).toBe(200);
    const again = await alice.post(`${place(id)}/approve`, form);
    expect(again.status).toBe(403);
    expect(again.text).toContain('This page is out of date.');
  });

  it('is void when policy has changed since the page was shown', async () => {
    const id = await ask();
    const form = (await alice.get(place(id))).form('/approve');
    bench.policy.revision = 'sha256:two';
    // Somebody else's look at it asks policy anew.
    const bob = await signedIn('bela', ['others']);
    const shown = await bob.get(place(id));
    if (shown.text.includes('/approve"')) await bob.post(`${place(id)}/approve`, shown.form('/approve'));
    const page = await alice.post(`${place(id)}/approve`, form);
    bench.policy.revision = 'sha256:one';
    expect(page.status).toBe(403);
    expect(await stateOf(id)).toBe('pending');
  });

  it('GET never answers', async () => {
    const id = await ask();
    for (const answer of ['approve', 'reject']) expect((await alice.get(`${place(id)}/${answer}`)).status).toBe(404);
    expect(await stateOf(id)).toBe('pending');
  });
});

describe('hostile text', () => {
  it('XSS in names: markup and writing direction are shown, not obeyed', async () => {
    bench.policy.decision = async () => escalate([{ from: 'approvers', count: 1 }]);
    const id = await ask(HOSTILE);
    for (const path of [`/console/requests/${id}`, '/console']) {
      const { text } = await alice.get(ISSUER_URL + path);
      expect(text).toContain('&#60;script&#62;alert(1)');
      expect(text).not.toMatch(/<script|<img|\u202E/);
      expect(text).toContain('\\u{202e}gnihtyreve');
    }
  });

  it('in the reason of an approver too', async () => {
    const id = await ask();
    const form = (await alice.get(place(id))).form('/reject');
    const { text } = await alice.post(`${place(id)}/reject`, { ...form, reason: HOSTILE });
    expect(text).toContain('&#60;script&#62;');
    expect(text).not.toMatch(/<script|<img/);
  });

  it('in paths and queries does not come back', async () => {
    for (const path of [
      '/console/<script>alert(1)</script>',
      '/login?return_to="><script>',
      '/device?user_code="><script>',
    ]) {
      const { text } = await alice.get(ISSUER_URL + encodeURI(path));
      expect(text).not.toContain('<script');
    }
  });
});

describe('every page', () => {
  it.each([
    '/login',
    '/console',
    '/console/leases',
    '/console/audit',
    '/console/sessions',
    '/device',
    '/console/requests/req_no',
  ])('%s cannot be framed, scripted or kept', async (path) => {
    const { headers, text } = await alice.get(ISSUER_URL + path);
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('referrer-policy')).toBe('same-origin');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(text).not.toMatch(/<script|<[^>]*\s(?:on[a-z]+|style)=|(?:src|href)="(?!\/)(?!#)/i);
  });

  it('leaves the policy of everything else as strict as it was', async () => {
    expect((await fetch(`${bench.url}/jwks`)).headers.get('content-security-policy')).toBe(
      "default-src 'none'; frame-ancestors 'none'",
    );
  });

  it.each([
    '/console/style.css/../../../../etc/passwd',
    '/console/..%2f..%2f..%2fetc%2fpasswd',
    '/console/%2e%2e/%2e%2e/package.json',
    '/console/style.css%00.html',
    '/console/....//....//etc/passwd',
  ])('path traversal: %s finds nothing', async (path) => {
    const { connect } = await import('node:net');
    const { hostname, port } = new URL(bench.url);
    const answer = await new Promise<string>((resolve, reject) => {
      let text = '';
      const socket = connect(Number(port), hostname, () =>
        // By hand: fetch would tidy the path up first.
        socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`),
      );
      socket.on('data', (part) => {
        text += part.toString('utf8');
      });
      socket.on('end', () => resolve(text));
      socket.on('error', reject);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 (400|404) /);
    expect(answer).not.toMatch(/root:|"dependencies"/);
  });

  it('has its style sheet', async () => {
    const { status, headers, text } = await alice.get(`${ISSUER_URL}/console/style.css`);
    expect({ status, type: headers.get('content-type') }).toEqual({ status: 200, type: 'text/css; charset=utf-8' });
    expect(text).toContain('prefers-color-scheme: dark');
  });
});

describe('leases and audit', () => {
  it('shows what is out and takes it back, by a form', async () => {
    bench.policy.decision = async () => allow();
    const { body } = await bench.exchange();
    const id = String(body.lease_id);
    const page = await alice.get(`${ISSUER_URL}/console/leases`);
    expect(page.text).toContain(`Revoke lease ${id}`);
    expect((await alice.post(`${ISSUER_URL}/console/leases/${id}/revoke`, {})).status).toBe(403);
    const after = await alice.post(`${ISSUER_URL}/console/leases/${id}/revoke`, page.form(`/${id}/revoke`));
    expect(after.text).toMatch(/role="status">Revoked/);
    expect(await bench.issuer.isActive(id)).toBe(false);
  });

  it('shows the tail of the audit log, newest first', async () => {
    const { text } = await alice.get(`${ISSUER_URL}/console/audit`);
    const numbers = [...text.matchAll(/<td>(\d+)<\/td>/g)].map(([, seq]) => Number(seq));
    expect(numbers.length).toBeGreaterThan(10);
    expect(numbers).toEqual(numbers.toSorted((a, b) => b - a));
    expect(text).toContain('operator.signed_in');
  });
});
