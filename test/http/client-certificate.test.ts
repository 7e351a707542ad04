import { BlockList } from 'node:net';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ClientRule } from '../../src/http/client-auth/client-rule.ts';
import { leadsTo } from '../../src/http/sender/certificate-path.ts';
import { type Certificate, clientCertificate, readCertificate } from '../../src/http/sender/client-certificate.ts';
import { API_DETAIL, EXCHANGE, type HttpBench, JWT, openHttpBench } from '../support/http-bench.ts';
import { MANY_LEASES } from '../support/issuer-bench.ts';
import { AUTHORITY, makeCertificate, type Pair } from '../support/pki.ts';
import { clockOfToday, openTlsBench, type TlsBench } from '../support/tls-bench.ts';

const root = makeCertificate({ subject: '/CN=Clients', extensions: AUTHORITY });
const impostor = makeCertificate({ subject: '/CN=Clients', extensions: AUTHORITY });
const DAY = 24 * 3_600_000;
const NAME = 'DNS:billing.acme.example';
const billing = makeCertificate({ names: NAME, by: root });
const own = makeCertificate({ subject: '/CN=own' });
const stranger = makeCertificate({ subject: '/CN=stranger' });

const rule = (id: string, method: ClientRule['method']): ClientRule => ({
  id,
  method,
  owners: [],
  introspectionAlg: 'ES256',
});
const clients = [
  rule('billing', { kind: 'tls_client_auth', name: { kind: 'dns', value: 'billing.acme.example' } }),
  rule('own', { kind: 'self_signed_tls_client_auth', thumbprints: [thumbprint(own)] }),
];
const GRANT = { grant_type: 'client_credentials', audience: 'api', authorization_details: JSON.stringify(API_DETAIL) };
const authorities: readonly Certificate[] = [certificateOf(root)];

function certificateOf(pair: Pair): Certificate {
  const certificate = readCertificate(pair.cert);
  if (certificate === undefined) throw new Error('not readable');
  return certificate;
}

function thumbprint(pair: Pair): string {
  return clientCertificate(pair.der, [])?.thumbprint ?? '';
}

describe('client certificates of the connection (RFC 8705)', () => {
  let bench: TlsBench;

  beforeAll(async () => {
    bench = await openTlsBench({ clients, certificates: { forwardedBy: new BlockList(), authorities } });
  });

  afterAll(async () => {
    await bench.close();
  });

  const ask = (client_id: string, by?: Pair, headers?: Readonly<Record<string, string>>) =>
    bench.send('/token', { ...GRANT, client_id }, by, headers);

  it.each<[string, string, Pair]>([
    ['tls_client_auth', 'billing', billing],
    ['self_signed_tls_client_auth', 'own', own],
  ])('%s: what is granted is bound to the certificate', async (_method, id, pair) => {
    const { status, body } = await ask(id, pair);
    expect(status).toBe(200);
    expect(body.token_type).toBe('Bearer');
    expect(decodeJwt(String(body.access_token))).toMatchObject({
      sub: id,
      client_id: id,
      cnf: { 'x5t#S256': thumbprint(pair) },
    });
  });

  it.each<[string, string, () => Pair | undefined]>([
    ['no certificate', 'billing', () => undefined],
    ['one that nobody signed', 'billing', () => makeCertificate({ names: NAME })],
    ['one of an authority with the same name', 'billing', () => makeCertificate({ names: NAME, by: impostor })],
    ['another name', 'billing', () => makeCertificate({ names: 'DNS:orders.acme.example', by: root })],
    ['a longer name', 'billing', () => makeCertificate({ names: 'DNS:billing.acme.example.evil', by: root })],
    ['the name of another kind', 'billing', () => makeCertificate({ names: 'URI:billing.acme.example', by: root })],
    ['the name as common name', 'billing', () => makeCertificate({ subject: '/CN=billing.acme.example', by: root })],
    ['one signed by a leaf', 'billing', () => makeCertificate({ names: NAME, by: billing })],
    ['another self-signed one', 'own', () => stranger],
    ['that of another client', 'own', () => billing],
  ])('%s: invalid_client', async (_what, id, make) => {
    const answer = await ask(id, make());
    expect({ status: answer.status, error: answer.body.error }).toEqual({ status: 401, error: 'invalid_client' });
    expect(answer.body.error_description).toBe('the client was not authenticated');
  });

  it('of nobody in particular do no harm, and are no client', async () => {
    const alone = await bench.send('/token', GRANT, stranger);
    expect(alone.body.error).toBe('invalid_client');
    const exchanged = await bench.send(
      '/token',
      { ...GRANT, grant_type: EXCHANGE, subject_token: await bench.token(), subject_token_type: JWT },
      stranger,
    );
    expect(decodeJwt(String(exchanged.body.access_token)).cnf).toEqual({ 'x5t#S256': thumbprint(stranger) });
  });

  it('M1: what is bound to certificate A is refused with B and without one, and introspection tells', async () => {
    const { body } = await ask('billing', billing);
    const token = String(body.access_token);
    expect((await bench.send('/revoke', { token }, own)).body.error).toBe('invalid_client');
    expect((await bench.send('/revoke', { token })).body.error).toBe('invalid_client');
    const told = await bench.send('/introspect', { token, client_id: 'billing' }, billing);
    expect(told.body).toMatchObject({ active: true, cnf: { 'x5t#S256': thumbprint(billing) } });
    expect((await bench.send('/introspect', { token, client_id: 'own' }, own)).body).toEqual({ active: false });
    expect((await bench.send('/revoke', { token }, billing)).status).toBe(200);
    expect(await bench.issuer.isActive(String(body.lease_id))).toBe(false);
  });

  it('that are over are no proof any more', async () => {
    const short = makeCertificate({ names: NAME, by: root, days: 1 });
    expect((await ask('billing', short)).status).toBe(200);
    bench.clock.advance(DAY);
    expect((await ask('billing', short)).body.error).toBe('invalid_client');
    expect((await ask('billing', billing)).status).toBe(200);
  });

  it('M1: a forged forward header is not looked at', async () => {
    const forged = { 'client-cert': `:${billing.der.toString('base64')}:` };
    expect((await ask('billing', undefined, forged)).body.error).toBe('invalid_client');
    expect((await ask('billing', stranger, forged)).body.error).toBe('invalid_client');
    expect((await ask('own', own, forged)).status).toBe(200);
  });
});

describe('client certificates that a proxy forwards (RFC 9440)', () => {
  let bench: HttpBench;
  const field = (pair: Pair) => `:${pair.der.toString('base64')}:`;
  const forwardedBy = new BlockList();
  forwardedBy.addSubnet('127.0.0.0', 8, 'ipv4');

  beforeAll(async () => {
    const clock = clockOfToday();
    bench = await openHttpBench({
      clock,
      settings: MANY_LEASES,
      http: { clients, certificates: { forwardedBy, authorities, url: 'https://mtls.lapse.example' } },
    });
  });

  afterAll(async () => {
    await bench.close();
  });

  const ask = (headers: Readonly<Record<string, string>>) =>
    bench.post('/token', { ...GRANT, client_id: 'billing' }, headers);

  it('count when they come from a configured hop', async () => {
    const { body } = await ask({ 'client-cert': field(billing) });
    expect(decodeJwt(String(body.access_token)).cnf).toEqual({ 'x5t#S256': thumbprint(billing) });
  });

  it('come with their chain', async () => {
    const between = makeCertificate({ subject: '/CN=Between', extensions: AUTHORITY, by: root });
    const below = makeCertificate({ names: NAME, by: between });
    expect((await ask({ 'client-cert': field(below) })).status).toBe(401);
    expect((await ask({ 'client-cert': field(below), 'client-cert-chain': field(between) })).status).toBe(200);
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['nothing', {}],
    ['two in one, as when a caller has sent one too', { 'client-cert': `${field(billing)}, ${field(billing)}` }],
    ['PEM', { 'client-cert': encodeURIComponent(billing.cert) }],
    ['parameters behind it', { 'client-cert': `${field(billing)};a=b` }],
    ['no certificate', { 'client-cert': ':AAAA:' }],
    ['an empty one', { 'client-cert': '' }],
    ['a chain alone', { 'client-cert-chain': field(root) }],
    ['a chain that cannot be read', { 'client-cert': field(billing), 'client-cert-chain': 'x' }],
  ])('%s: invalid_client', async (_what, headers) => {
    expect((await ask(headers)).body.error).toBe('invalid_client');
  });

  it('RFC 8705 §5: the place where certificates are asked for is told', async () => {
    const { body } = await bench.api('GET', '/.well-known/oauth-authorization-server');
    expect(body).toMatchObject({
      tls_client_certificate_bound_access_tokens: true,
      mtls_endpoint_aliases: { token_endpoint: 'https://mtls.lapse.example/token' },
      token_endpoint_auth_methods_supported: ['none', 'tls_client_auth', 'self_signed_tls_client_auth'],
    });
  });
});

describe('a path to an authority (RFC 5280)', () => {
  const now = clockOfToday().now();
  const leads = (leaf: Pair, others: readonly Pair[], roots: readonly Pair[], at = now) => {
    const certificate = clientCertificate(
      leaf.der,
      others.map(({ der }) => der),
    );
    return certificate !== undefined && leadsTo(certificate, roots.map(certificateOf), at);
  };
  const CA = 'basicConstraints=critical,CA:TRUE';
  const SIGNS = 'keyUsage=critical,keyCertSign';
  const limited = makeCertificate({ extensions: [`${CA},pathlen:0`, SIGNS], subject: '/CN=limited', by: root });
  const below = makeCertificate({ extensions: [CA, SIGNS], subject: '/CN=below', by: limited });
  const noSigner = makeCertificate({
    extensions: [CA, 'keyUsage=critical,digitalSignature'],
    subject: '/CN=no',
    by: root,
  });
  const named = makeCertificate({
    extensions: [CA, SIGNS, 'nameConstraints=critical,permitted;DNS:acme.example'],
    subject: '/CN=named',
    by: root,
  });
  const deep: Pair[] = [];
  for (const index of Array.from({ length: 7 }).keys())
    deep.push(makeCertificate({ extensions: AUTHORITY, subject: `/CN=d${index}`, by: deep.at(-1) ?? root }));

  it.each<[string, boolean, () => boolean]>([
    ['straight', true, () => leads(billing, [], [root])],
    ['with others that have no part in it', true, () => leads(billing, [stranger, impostor], [root])],
    ['to nobody', false, () => leads(billing, [], [])],
    ['to another of the same name', false, () => leads(billing, [], [impostor])],
    ['over one between', true, () => leads(makeCertificate({ by: limited }), [limited], [root])],
    ['over one that was not sent', false, () => leads(makeCertificate({ by: limited }), [], [root])],
    ['longer than an authority may be', false, () => leads(makeCertificate({ by: below }), [below, limited], [root])],
    [
      'over one whose key signs no certificates',
      false,
      () => leads(makeCertificate({ by: noSigner }), [noSigner], [root]),
    ],
    ['over one that is no authority', false, () => leads(makeCertificate({ by: billing }), [billing], [root])],
    [
      'over one with constraints that are not understood',
      false,
      () => leads(makeCertificate({ by: named }), [named], [root]),
    ],
    ['of itself', false, () => leads(stranger, [stranger], [root])],
    ['without end', false, () => leads(makeCertificate({ by: deep.at(-1) ?? root }), deep, [root])],
    ['after its time', false, () => leads(billing, [], [root], new Date(now.getTime() + 3 * DAY))],
    ['before its time', false, () => leads(billing, [], [root], new Date(now.getTime() - DAY))],
  ])('%s: %s', (_what, expected, check) => {
    expect(check()).toBe(expected);
  });
});
