import { describe, expect, it } from 'vitest';
import { verifySpec } from '../../src/scan/secrets/verify-spec.ts';
import { buildRequest } from '../../src/verify/build-request.ts';

const now = new Date('2026-11-22T12:00:00Z');
const value = ['top', 'drawer', '&= 1'].join('-');
const secret = { rule: 'acme/token', credentialNativeId: 'KEY1', facts: { tenant: 'shop', port: 5432 } };

const base = {
  hosts: ['api.acme.example', '*.tenants.acme.example'],
  url: 'https://api.acme.example/me',
  active: { status: [200] },
  inactive: { status: [401] },
};
const request = (spec: object) => buildRequest(verifySpec.parse({ ...base, ...spec }), { value, secret, now });

describe('the request of a rule', () => {
  it('puts the secret where the rule says, encoded as the place needs it', () => {
    expect(request({ url: 'https://api.acme.example/me?key={secret}' }).url.href).toBe(
      'https://api.acme.example/me?key=top-drawer-%26%3D%201',
    );
    expect(request({ auth: { bearer: '{secret}' } }).headers.authorization).toBe(`Bearer ${value}`);
    expect(request({ headers: { 'X-Key': '{id}:{secret}' } }).headers['x-key']).toBe(`KEY1:${value}`);
    const basic = request({ auth: { basic: { user: '{facts.tenant}', password: '{secret}' } } });
    expect(Buffer.from(basic.headers.authorization?.slice(6) ?? '', 'base64').toString()).toBe(`shop:${value}`);
    const form = request({ method: 'POST', form: { token: '{secret}' } });
    expect(new URLSearchParams(form.body).get('token')).toBe(value);
    expect(form.headers['content-length']).toBe(String(form.body?.length));
    const json = request({ method: 'POST', json: { token: '{secret}', port: '{facts.port}' } });
    expect(JSON.parse(json.body ?? '')).toEqual({ token: value, port: '5432' });
  });

  it('signs for AWS and does not send the key', () => {
    const { headers, url, body } = request({
      url: 'https://api.acme.example/',
      method: 'POST',
      form: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
      auth: { aws_sigv4: { service: 'sts', region: 'us-east-1' } },
    });
    const authorization = Object.entries(headers).find(([name]) => name.toLowerCase() === 'authorization')?.[1];
    expect(authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=KEY1\/20261122\/us-east-1\/sts\/aws4_request, SignedHeaders=.*Signature=[0-9a-f]{64}$/,
    );
    expect(`${JSON.stringify(headers)}${url.href}${body}`).not.toContain(value);
  });

  it.each([
    ['https://tenant.tenants.acme.example/me', true],
    ['https://{facts.tenant}.tenants.acme.example/me', true],
    ['https://tenants.acme.example/me', false],
    ['https://api.acme.example.evil.example/me', false],
    ['https://evil.example/api.acme.example', false],
    ['https://api.acme.example:8443/me', false],
    ['https://user@api.acme.example/me', false],
  ])('goes to the hosts of the rule only: %s', (url, allowed) => {
    if (allowed) expect(request({ url }).url.protocol).toBe('https:');
    else expect(() => request({ url })).toThrow(/not in the rule's list of hosts/);
  });

  it('does not let a decoded fact lead to another host', () => {
    const facts = { tenant: 'evil.example/?' };
    const spec = verifySpec.parse({ ...base, url: 'https://{facts.tenant}.tenants.acme.example/me' });
    expect(() => buildRequest(spec, { value, secret: { ...secret, facts }, now })).toThrow();
  });

  it('is refused where something is missing, or a value would break out of its header', () => {
    expect(() => request({ headers: { 'x-org': '{facts.org}' } })).toThrow(/needs facts.org/);
    const broken = { value: `a\r\nx-evil: 1`, secret, now };
    const spec = verifySpec.parse({ ...base, headers: { 'x-key': '{secret}' } });
    expect(() => buildRequest(spec, broken)).toThrow(/no header can carry/);
    try {
      buildRequest(spec, broken);
    } catch (error) {
      expect(String(error)).not.toContain('evil');
    }
  });

  it.each([
    [{ url: 'http://api.acme.example/me' }, /https/],
    [{ hosts: [] }, />=1|at least/i],
    [{ hosts: ['*'] }, /host name/],
    [{ hosts: ['*.'] }, /host name/],
    [{ json: { a: 'b' } }, /only POST/],
    [{ method: 'POST', json: { a: 'b' }, form: { a: 'b' } }, /not both/],
    [{ method: 'DELETE' }, /Invalid option/],
  ])('%j is no specification', (change, message) => {
    expect(() => verifySpec.parse({ ...base, ...change })).toThrow(message);
  });
});
