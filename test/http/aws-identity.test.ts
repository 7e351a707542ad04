import { createHash, createHmac } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseCallerIdentity } from '../../src/http/subject-token/aws-caller.ts';
import { API_DETAIL, EXCHANGE, type HttpBench, ISSUER_URL, openHttpBench } from '../support/http-bench.ts';
import { MANY_LEASES } from '../support/issuer-bench.ts';
import { makeCertificate } from '../support/pki.ts';

/** Signature Version 4 by hand, after AWS's description, so that a proof can be of anything. */
interface Signing {
  readonly host: string;
  readonly date: string;
  readonly region: string;
  readonly audience: string;
  readonly keyId: string;
  readonly secret: string;
  readonly token: string;
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

function sign(how: Signing): string {
  const headers = {
    'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
    host: how.host,
    'x-amz-date': how.date,
    'x-amz-security-token': how.token,
    'x-lapse-audience': how.audience,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  const canonical = [how.method, how.path, '', lines.join(''), Object.keys(headers).join(';'), sha256(how.body)].join(
    '\n',
  );
  const scope = `${how.date.slice(0, 8)}/${how.region}/sts/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', how.date, scope, sha256(canonical)].join('\n');
  const parts = [how.date.slice(0, 8), how.region, 'sts', 'aws4_request'];
  const key = parts.reduce<Buffer | string>((secret, part) => hmac(secret, part), `AWS4${how.secret}`);
  return createHmac('sha256', key).update(text).digest('hex');
}

const KEY_ID = ['ASIA', 'NOTREALNOTREAL12'].join('');
const SECRET = ['not', 'a', 'real', 'secret'].join('-');
const ROLE = 'arn:aws:sts::123456789012:assumed-role/deploy-orders/i-0abc';
const answerOf = (arn: string, account = '123456789012', id = 'AROANOTREAL:i-0abc') =>
  `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <GetCallerIdentityResult>
    <Arn>${arn}</Arn>
    <UserId>${id}</UserId>
    <Account>${account}</Account>
  </GetCallerIdentityResult>
  <ResponseMetadata>
    <RequestId>01234567-89ab-cdef-0123-456789abcdef</RequestId>
  </ResponseMetadata>
</GetCallerIdentityResponse>
`;

let bench: HttpBench;
let sts: Server;
let host: string;
/** What the server was sent, and how it answers when it does not check the signature itself. */
let seen: { method: string; url: string; headers: Record<string, unknown>; body: string }[] = [];
let answer: RequestListener | undefined;
let arn = ROLE;

/** As STS does: the signature must be of exactly what arrived. */
const listener: RequestListener = (request, response) => {
  let body = '';
  request.on('data', (part: Buffer) => {
    body += part.toString('utf8');
  });
  request.on('end', () => {
    seen.push({ method: String(request.method), url: String(request.url), headers: request.headers, body });
    if (answer !== undefined) return answer(request, response);
    const [, date = '', region = '', names = '', signature] =
      /Credential=\w+\/(\d{8})\/([\w-]+)\/sts\/aws4_request, SignedHeaders=([\w;-]+), Signature=([0-9a-f]{64})$/.exec(
        String(request.headers.authorization),
      ) ?? [];
    const canonical = [
      request.method,
      request.url,
      '',
      names
        .split(';')
        .map((name) => `${name}:${String(request.headers[name])}\n`)
        .join(''),
      names,
      sha256(body),
    ].join('\n');
    const text = [
      'AWS4-HMAC-SHA256',
      request.headers['x-amz-date'],
      `${date}/${region}/sts/aws4_request`,
      sha256(canonical),
    ].join('\n');
    const key = [date, region, 'sts', 'aws4_request'].reduce<Buffer | string>(
      (secret, part) => hmac(secret, part),
      `AWS4${SECRET}`,
    );
    const good = createHmac('sha256', key).update(text).digest('hex') === signature;
    response.writeHead(good ? 200 : 403, { 'content-type': 'text/xml' }).end(good ? answerOf(arn) : '<ErrorResponse/>');
  });
};

beforeAll(async () => {
  const pair = makeCertificate({ subject: '/CN=localhost', names: 'DNS:localhost' });
  sts = createServer(pair, listener);
  await new Promise<void>((resolve) => sts.listen(0, '127.0.0.1', resolve));
  host = `localhost:${(sts.address() as AddressInfo).port}`;
  const rule = (id: string, account: string, identity: string) => ({ id, account, identity, owners: ['olga'] });
  bench = await openHttpBench({
    settings: MANY_LEASES,
    http: {
      aws: {
        endpoints: { 'eu-west-1': `https://${host}` },
        privateNetwork: false,
        ca: pair.cert,
        rules: [rule('deployers', '123456789012', 'role/deploy-*'), rule('ci', '123456789012', 'user/ci/*')],
      },
    },
  });
});

afterAll(async () => {
  await bench.close();
  sts.closeAllConnections();
  await new Promise((resolve) => sts.close(resolve));
});

const basic = (at: Date) => at.toISOString().replace(/[-:]|\.\d{3}/g, '');

function proof(change: Partial<Signing> = {}, told: Readonly<Record<string, unknown>> = {}): string {
  const how: Signing = {
    host,
    date: basic(bench.clock.now()),
    region: 'eu-west-1',
    audience: ISSUER_URL,
    keyId: KEY_ID,
    secret: SECRET,
    token: 'AAAA',
    method: 'POST',
    path: '/',
    body: 'Action=GetCallerIdentity&Version=2011-06-15',
    ...change,
  };
  const { region, date, keyId: access_key_id, token: security_token } = how;
  const parts = { region, date, access_key_id, security_token, signature: sign(how), ...told };
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

const exchange = (token: string) =>
  bench.post('/token', {
    grant_type: EXCHANGE,
    subject_token: token,
    subject_token_type: 'urn:lapse:token-type:aws-identity',
    audience: 'api',
    authorization_details: JSON.stringify(API_DETAIL),
  });

describe('a signed GetCallerIdentity', () => {
  it('proves a role, whatever its session', async () => {
    const { status } = await exchange(proof());
    expect(status).toBe(200);
    const [request] = await bench.issuer.requests();
    expect(request?.requester).toMatchObject({
      kind: 'workload',
      issuer: 'aws:123456789012',
      subject: 'arn:aws:iam::123456789012:role/deploy-orders',
      claims: { account: '123456789012', session: 'i-0abc', user_id: 'AROANOTREAL:i-0abc' },
      owners: ['olga'],
    });
  });

  it('confused deputy: is asked for as we build it, and with nothing of the caller but key, date and signature', async () => {
    seen = [];
    await exchange(proof());
    expect(seen).toHaveLength(1);
    const [{ method, url, headers, body } = { method: '', url: '', headers: {}, body: '' }] = seen;
    expect({ method, url, body }).toEqual({
      method: 'POST',
      url: '/',
      body: 'Action=GetCallerIdentity&Version=2011-06-15',
    });
    expect(Object.keys(headers).sort()).toEqual([
      'accept',
      'authorization',
      'connection',
      'content-length',
      'content-type',
      'host',
      'x-amz-date',
      'x-amz-security-token',
      'x-lapse-audience',
    ]);
    expect(headers).toMatchObject({ host, 'x-lapse-audience': ISSUER_URL, accept: 'text/xml' });
  });

  it('is good once', async () => {
    bench.clock.advance(1000);
    const one = proof();
    expect((await exchange(one)).status).toBe(200);
    expect((await exchange(one)).body.error).toBe('invalid_request');
    bench.clock.advance(1000);
    expect((await exchange(proof())).status).toBe(200);
  });

  const at = (offset: number) => basic(new Date(bench.clock.now().getTime() + offset * 1000));

  it.each([
    [-299, 200],
    [-301, 400],
    [59, 200],
    [61, 400],
  ])('made %d s from now: %d', async (offset, status) => {
    expect((await exchange(proof({ date: at(offset) }))).status).toBe(status);
  });

  /** The class of CVE-2020-16250: whatever the caller would like to choose. */
  const FORGED: Readonly<Record<string, () => string>> = {
    'signed for another audience': () => proof({ audience: 'https://sibling.example' }),
    'signed for another host': () => proof({ host: 'sts.evil.example' }),
    'signed for another action': () => proof({ body: 'Action=GetSessionToken&Version=2011-06-15' }),
    'signed for another path': () => proof({ path: '/x' }),
    'signed for another method': () => proof({ method: 'GET' }),
    'signed with another key': () => proof({ secret: 'other' }),
    'signed for another region than it says': () => proof({}, { region: 'us-east-1' }),
    'of a region that is not configured': () => proof({ region: 'us-east-1' }),
    'of a region that is a member of every object': () => proof({ region: 'constructor' }),
    'with a host of its own': () => proof({}, { host: 'evil.example' }),
    'with a URL of its own': () => proof({}, { url: 'https://evil.example/' }),
    'with headers of its own': () => proof({}, { headers: { accept: 'application/json' } }),
    'with a body of its own': () => proof({}, { body: 'Action=AssumeRole' }),
    'with a line end in its key': () => proof({}, { access_key_id: `${KEY_ID}\r\nhost: evil` }),
    'with a line end in its token': () => proof({}, { security_token: 'AAAA\r\naccept: application/json' }),
    'with another date than was signed': () => proof({}, { date: at(-1) }),
    'with a date that is none': () => proof({}, { date: '20269999T000000Z' }),
    'with a signature that is none': () => proof({}, { signature: 'x' }),
    'with a member twice': () => Buffer.from('{"region":"eu-west-1","region":"eu-west-1"}').toString('base64url'),
    'that is no JSON': () => Buffer.from('hello').toString('base64url'),
    'that is no base64url': () => '{"region":"eu-west-1"}',
    'without end': () => 'A'.repeat(20_000),
  };

  it.each(Object.entries(FORGED))('confused deputy: %s is refused', async (_what, make) => {
    const token = make();
    const refused = await exchange(token);
    expect(refused.status).toBe(400);
    expect(refused.body).toMatchObject({
      error: 'invalid_request',
      error_description: 'the subject token was refused',
    });
    expect(bench.logLines.join('')).not.toContain(token);
  });

  it.each([
    'arn:aws:sts::123456789012:assumed-role/admin/i-0abc',
    'arn:aws:sts::123456789012:assumed-role/x-deploy-orders/i-0abc',
    'arn:aws:iam::123456789012:user/deploy-orders',
    'arn:aws:iam::123456789012:user/ci/team/bot',
    'arn:aws:iam::123456789012:root',
    'arn:aws:sts::999999999999:assumed-role/deploy-orders/i-0abc',
    'arn:aws:sts::123456789012:federated-user/deploy-orders',
  ])('of %s is refused by the rules', async (other) => {
    arn = other;
    const refused = await exchange(proof());
    arn = ROLE;
    expect(refused.body.error).toBe('invalid_request');
  });

  it('of a user on a path that a rule names is taken', async () => {
    arn = 'arn:aws:iam::123456789012:user/ci/bot';
    expect((await exchange(proof({ token: 'BBBB' }))).status).toBe(200);
    arn = ROLE;
  });

  it.each<[string, RequestListener, number]>([
    ['a redirect', (_request, response) => response.writeHead(302, { location: 'https://evil.example/' }).end(), 503],
    ['an error', (_request, response) => response.writeHead(500).end(), 503],
    ['no connection', (request) => request.socket.destroy(), 503],
    ['JSON', (_request, response) => response.end(JSON.stringify({ Arn: ROLE })), 400],
    ['an answer inside of another', (_request, response) => response.end(`<x>${answerOf(ROLE)}</x>`), 400],
    ['10 MB', (_request, response) => response.end('x'.repeat(10_000_000)), 503],
  ])('%s of the endpoint proves nothing', async (_what, how, status) => {
    answer = how;
    const refused = await exchange(proof({ token: 'CCCC' }));
    answer = undefined;
    expect(refused.status).toBe(status);
    expect(JSON.stringify(refused.body)).not.toContain(host);
  });
});

describe('the answer of GetCallerIdentity', () => {
  it('may have its members in any order', () => {
    const xml = answerOf(ROLE).replace(/(\s*<Arn>.*<\/Arn>)(\s*<UserId>.*<\/UserId>)/, '$2$1');
    expect(parseCallerIdentity(xml)).toMatchObject({ account: '123456789012', identity: 'role/deploy-orders' });
    expect(parseCallerIdentity(`<?xml version='1.0' encoding='utf-8'?>\n${xml}`)).toBeDefined();
  });

  it.each<[string, string]>([
    ['of another account than its ARN', answerOf(ROLE, '999999999999')],
    ['with a member twice', answerOf(ROLE).replace(/<UserId>.*<\/UserId>/, `<Arn>${ROLE}</Arn>`)],
    ['with a member more', answerOf(ROLE).replace('<UserId>', `<Arn>${ROLE}</Arn><UserId>`)],
    ['with an element inside', answerOf(`${ROLE}<Arn>x</Arn>`)],
    ['with a comment', answerOf(ROLE).replace('</Arn>', '<!-- x --></Arn>')],
    ['with an entity', answerOf('arn:aws:sts::123456789012:assumed-role/deploy&#45;orders/x')],
    ['of another namespace', answerOf(ROLE).replace('sts.amazonaws.com', 'sts.evil.example')],
    ['of another operation', answerOf(ROLE).replaceAll('GetCallerIdentity', 'AssumeRole')],
    ['of a role that IAM speaks of', answerOf('arn:aws:iam::123456789012:assumed-role/a/b')],
    ['of a role without session', answerOf('arn:aws:sts::123456789012:assumed-role/a')],
    ['of a role with two sessions', answerOf('arn:aws:sts::123456789012:assumed-role/a/b/c')],
    ['of an unknown partition', answerOf('arn:evil:sts::123456789012:assumed-role/a/b')],
    ['that is cut', answerOf(ROLE).slice(0, -10)],
    ['that goes on', `${answerOf(ROLE)}x`],
    ['that is empty', ''],
  ])('%s is none', (_what, xml) => {
    expect(parseCallerIdentity(xml)).toBeUndefined();
  });
});
