import { describe, expect, it } from 'vitest';
import { base62, CHECKSUMS, crc32HexOf, crc32Of } from '../../../src/scan/secrets/checksums.ts';
import { awsAccountOf } from '../../../src/scan/secrets/decode/aws-access-key.ts';
import type { Decoded } from '../../../src/scan/secrets/decoder.ts';
import { DECODERS, type DecoderName } from '../../../src/scan/secrets/decoders.ts';
import { Effort } from '../../../src/scan/secrets/effort.ts';
import { entropy } from '../../../src/scan/secrets/entropy.ts';
import { NearMatches } from '../../../src/scan/secrets/near-matches.ts';

const now = new Date('2026-03-01T12:00:00Z');

/** Decodes `value` where it stands in `text`. */
function decode(name: DecoderName, value: string, text = value): Decoded | undefined {
  const start = text.indexOf(value);
  const effort = new Effort();
  return DECODERS[name]({
    value,
    text,
    start,
    end: start + value.length,
    now,
    effort,
    near: new NearMatches(effort),
  });
}

const json = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const base64 = (text: string) => Buffer.from(text).toString('base64');
const signature = 'c2lnbmF0dXJlLW9mLXRoZS10b2tlbg';

describe('JSON Web Tokens', () => {
  const header = { alg: 'RS256', kid: 'key-1' };
  const claims = { iss: 'https://id.acme.example', sub: 'ci', aud: ['a', 'b'], exp: 1_772_366_400 };

  it('tell issuer, subject, audience and end', () => {
    expect(decode('jwt', `${json(header)}.${json({ ...claims, exp: 1_900_000_000 })}.${signature}`)).toEqual({
      facts: {
        alg: 'RS256',
        kid: 'key-1',
        iss: 'https://id.acme.example',
        sub: 'ci',
        aud: 'a b',
        exp: 1_900_000_000,
        expired: false,
      },
    });
  });

  it.each([
    ['ended a second ago', { ...claims, exp: 1_772_366_399 }, { confidence: 'generic', facts: { expired: true } }],
    ['ends now', claims, { facts: { expired: false } }],
    ['does not say when it ends', { iss: 'x' }, { facts: { iss: 'x' } }],
    ['is the sample of jwt.io', { sub: '1234567890', name: 'John Doe' }, { confidence: 'generic' }],
  ])('one that %s', (_, payload, expected) => {
    expect(decode('jwt', `${json(header)}.${json(payload)}.${signature}`)).toMatchObject(expected);
  });

  it.each([
    ['is not signed', `${json({ alg: 'none' })}.${json(claims)}.`],
    ['says that it is not signed', `${json({ alg: 'none' })}.${json(claims)}.${signature}`],
    ['has a header that is no JSON', `eyJhbGciOi.${json(claims)}.${signature}`],
    ['has a list for a header', `${Buffer.from('[1]').toString('base64url')}.${json(claims)}.${signature}`],
  ])('one that %s is none', (_, token) => {
    expect(decode('jwt', token)).toBeUndefined();
  });

  it('that sign a bundle of OPA are none, unless they could log in as well', () => {
    const files = [{ name: 'data.json', hash: '00'.repeat(32), algorithm: 'SHA-256' }];
    const token = (payload: object) => `${json(header)}.${json(payload)}.${signature}`;
    expect(decode('jwt', token({ files, scope: 'read' }))).toBeUndefined();
    expect(decode('jwt', token({ files, sub: 'ci' }))).toMatchObject({ facts: { sub: 'ci' } });
    expect(decode('jwt', token({ files: ['a'] }))).toMatchObject({ facts: { alg: 'RS256' } });
  });

  it('never take over more of a claim than a place needs', () => {
    const decoded = decode(
      'jwt',
      `${json(header)}.${json({ iss: 'x'.repeat(5_000), exp: Number.NaN, sub: { a: 1 } })}.${signature}`,
    );
    expect(decoded?.facts).toEqual({ alg: 'RS256', kid: 'key-1', iss: 'x'.repeat(200) });
  });

  it('are recognised in base64, and are the same secret there', () => {
    const token = `${json(header)}.${json(claims)}.${signature}`;
    expect(decode('encoded-jwt', base64(token))).toMatchObject({ canonical: token, facts: { sub: 'ci' } });
    expect(decode('encoded-jwt', base64('{"a": "some other text that is long enough"}'))).toBeUndefined();
  });
});

describe('private keys', () => {
  const lines = Array.from({ length: 6 }, (_, index) =>
    Buffer.from(`line ${index} of a key that is none, at all!!!!`).toString('base64').slice(0, 64),
  );
  const pem = (label: string, headers = '', end = '\n') =>
    [`-----BEGIN ${label}-----`, ...(headers === '' ? [] : [headers, '']), ...lines, ''].join(end);

  it.each([
    ['PKCS#8', 'PRIVATE KEY', '', 'PKCS#8', false],
    ['PKCS#1', 'RSA PRIVATE KEY', '', 'RSA', false],
    ['SEC 1', 'EC PRIVATE KEY', '', 'EC', false],
    ['OpenPGP', 'PGP PRIVATE KEY BLOCK', 'Version: GnuPG v2', 'PGP', false],
    ['PKCS#8, encrypted', 'ENCRYPTED PRIVATE KEY', '', 'ENCRYPTED', true],
    [
      'PKCS#1, encrypted',
      'RSA PRIVATE KEY',
      'Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0123456789ABCDEF',
      'RSA',
      true,
    ],
  ])('in %s', (_, label, headers, format, encrypted) => {
    expect(decode(encrypted ? 'private-key' : 'encrypted-private-key', pem(label, headers))).toBeUndefined();
    expect(decode(encrypted ? 'encrypted-private-key' : 'private-key', pem(label, headers))).toEqual({
      canonical: lines.join(''),
      facts: { format, encrypted },
      ...(encrypted ? { confidence: 'generic' } : {}),
    });
  });

  it.each([
    ['none', false],
    ['aes256-ctr', true],
  ])('of OpenSSH with the cipher %s', (cipher, encrypted) => {
    const head = Buffer.concat([
      Buffer.from('openssh-key-v1\0'),
      Buffer.from([0, 0, 0, cipher.length]),
      Buffer.from(cipher),
      Buffer.alloc(90, 'key material '),
    ]);
    const rule = encrypted ? 'encrypted-private-key' : 'private-key';
    expect(decode(rule, `-----BEGIN OPENSSH PRIVATE KEY-----\n${head.toString('base64')}\n`)?.facts).toEqual({
      format: 'OPENSSH',
      encrypted,
    });
  });

  it.each([
    ['with escaped line ends', pem('PRIVATE KEY', '', '\\n')],
    ['with CRLF', pem('PRIVATE KEY', '', '\r\n')],
    ['in pieces of a string', pem('PRIVATE KEY', '', '\\n" +\n  "')],
    ['without its end, and code behind it', `${pem('PRIVATE KEY')}"} { return other_code_here; }`],
  ])('are the same secret %s', (_, text) => {
    expect(decode('private-key', text)?.canonical).toBe(lines.join(''));
  });

  it.each([
    ['is too short', '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\n'],
    [
      'is prose about keys',
      '-----BEGIN PGP PRIVATE KEY BLOCK-----`, and end with a line such as `END 1`. There are 2 kinds of them, old and new, in use',
    ],
    ['is a mask', `-----BEGIN PRIVATE KEY-----\n${'x'.repeat(64)}\n`],
    ['is prose', '-----BEGIN PRIVATE KEY----- [paste the content of your key file here, please, and then save]'],
  ])('what %s is none', (_, text) => {
    expect(decode('private-key', text)).toBeUndefined();
  });

  it('are recognised in base64, certificates are not', () => {
    expect(decode('encoded-private-key', base64(pem('RSA PRIVATE KEY')))).toMatchObject({
      canonical: lines.join(''),
      facts: { format: 'RSA' },
    });
    expect(decode('encoded-private-key', base64(pem('CERTIFICATE')))).toBeUndefined();
  });

  it('of Google say whose they are, from members in any order', () => {
    const members = {
      client_email: 'deploy@shop.iam.gserviceaccount.com',
      private_key: pem('PRIVATE KEY'),
      private_key_id: 'ab12',
      project_id: 'shop',
    };
    const text = JSON.stringify(members);
    const value = JSON.stringify(members.private_key).slice(1, -1);
    expect(decode('gcp-service-account-key', value, text)).toMatchObject({
      canonical: lines.join(''),
      confidence: 'structured',
      credentialNativeId: 'ab12',
      facts: { client_email: 'deploy@shop.iam.gserviceaccount.com', private_key_id: 'ab12', project_id: 'shop' },
    });
    expect(decode('gcp-service-account-key', value, `{"private_key": "${value}"}`)).toBeUndefined();
  });
});

describe('AWS access keys', () => {
  // Account 123456789012: bits 1 to 40 of the ten characters behind the prefix.
  const idOf = (account: bigint) => {
    const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
    let rest = (1n << 49n) | (account << 9n);
    let text = '';
    for (let index = 0; index < 10; index++, rest >>= 5n) text = digits.charAt(Number(rest & 31n)) + text;
    return `AKIA${text}QWERTY`;
  };
  const id = idOf(123_456_789_012n);
  const secret = ['k7Qm2/Zr9+Xw4Tn6', 'Vb1Lc8Yd3Hf5Jg0PsAeRuIo'].join('x');

  it('tell the account, unless they are old', () => {
    expect(awsAccountOf(id)).toBe('123456789012');
    expect(awsAccountOf(idOf(7n))).toBe('000000000007');
    expect(awsAccountOf(`AKIAI${'ABCDEFGHIJKLMNO'}`)).toBeUndefined();
  });

  it.each([
    ['on the next line', `aws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n`],
    ['before it', `secret: "${secret}"\nid: "${id}"`],
    ['in JSON', `{"AccessKeyId":"${id}","SecretAccessKey":"${secret}"}`],
  ])('are a pair with their secret %s', (_, text) => {
    const decoded = decode('aws-access-key', id, text);
    expect(text.slice(decoded?.span?.start, decoded?.span?.end)).toBe(secret);
    expect(decoded).toMatchObject({
      credentialNativeId: id,
      facts: { access_key_id: id, account_id: '123456789012', key_kind: 'long-term', temporary: false },
    });
    expect(decode('aws-access-key-id', id, text)).toBeUndefined();
  });

  it.each([
    ['a commit', `${id} ${'0123456789abcdef'.repeat(3).slice(0, 40)}`],
    ['a path', `${id} src/Main/Java/Com/Example/Service1/Impl/`],
    ['a part of something longer', `${id} ${secret}${secret}`],
    ['far away', `${id}${' '.repeat(600)}${secret}`],
  ])('are alone with %s', (_, text) => {
    expect(decode('aws-access-key', id, text)).toBeUndefined();
    expect(decode('aws-access-key-id', id, text)).toEqual({
      credentialNativeId: id,
      facts: { access_key_id: id, account_id: '123456789012', key_kind: 'long-term', temporary: false },
    });
  });

  it('of the documentation are none', () => {
    const sample = `AKIA${'IOSFODNN7'}EXAMPLE`;
    expect(decode('aws-access-key', sample, `${sample} ${secret}`)).toBeUndefined();
    expect(decode('aws-access-key-id', sample)).toBeUndefined();
  });
});

describe('passwords in addresses', () => {
  const address = (scheme: string, user: string, password: string, rest: string) =>
    [scheme, '://', user, ':', password, '@', rest].join('');

  it.each([
    [
      address('postgres', 'app', 'Qz7tR4v', 'db.internal:5432/shop?sslmode=require'),
      'Qz7tR4v',
      { scheme: 'postgres', host: 'db.internal', port: 5432, user: 'app', database: 'shop' },
    ],
    [
      address('mongodb+srv', 'app', 'Qz7tR4v', 'a.example,b.example/'),
      'Qz7tR4v',
      { scheme: 'mongodb+srv', host: 'a.example', user: 'app' },
    ],
    [address('redis', '', 'Qz7tR4v', 'cache/0'), 'Qz7tR4v', { scheme: 'redis', host: 'cache', database: '0' }],
    [
      address('https', 'ci%40acme', 'Qz7%40R4v', '[2001:db8::1]:8443/x'),
      'Qz7%40R4v',
      { scheme: 'https', host: '[2001:db8::1]', port: 8443, user: 'ci@acme', database: 'x' },
    ],
  ])('in %s', (url, password, facts) => {
    expect(decode('url-password', password, `url = "${url}"`)).toEqual({
      canonical: decodeURIComponent(password),
      facts,
    });
  });

  it.each([['$PASSWORD'], ['{{pass}}'], ['%(pass)s'], ['<password>'], ['password'], ['xxxx'], ['***'], ['changeme']])(
    'are none where %s stands for one',
    (password) => {
      expect(decode('url-password', password, `https://user:${password}@host.example/`)).toBeUndefined();
    },
  );
});

describe('basic authentication', () => {
  it.each([
    ['ci:Qz7tR4v', { canonical: 'Qz7tR4v', facts: { user: 'ci' } }],
    ['ci:a:b:c', { canonical: 'a:b:c', facts: { user: 'ci' } }],
    ['ci:password', undefined],
    ['no colon', undefined],
    ['ci:\u0000\u0001\u0002\u0003', undefined],
  ])('decodes %j', (text, expected) => {
    expect(decode('basic-auth', base64(text))).toEqual(expected);
  });
});

describe('checksums', () => {
  it('of GitHub and npm are the CRC-32 in base 62, filled up', () => {
    const body = 'abcdefghijklmnopqrstuvwxyz0123';
    expect(base62(0, 6)).toBe('000000');
    expect(base62(62 * 62 + 61, 4)).toBe('010z');
    expect(crc32Of('123456789')).toBe(0xcbf43926);
    const token = `npm_${body}${base62(crc32Of(body), 6)}`;
    expect(CHECKSUMS['crc32-base62'](token)).toBe(true);
    expect(CHECKSUMS['crc32-base62'](token.replace('abc', 'abd'))).toBe(false);
  });

  it('of Grafana are the CRC-32 in hex, the lowest byte first', () => {
    expect(crc32HexOf('123456789')).toBe('2639f4cb');
    const body = `glsa_${'0123456789abcdefghijABCDEFGHIJxy'}`;
    expect(CHECKSUMS['crc32-hex'](`${body}_${crc32HexOf(body)}`)).toBe(true);
    expect(CHECKSUMS['crc32-hex'](`${body}_00000000`)).toBe(false);
  });

  it.each([
    // Samples of BIP 173.
    ['A12UEL5L', true],
    ['abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw', true],
    ['A12UEL5M', false],
    ['split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w', true],
  ])('of bech32: %s', (text, expected) => {
    expect(CHECKSUMS.bech32(text)).toBe(expected);
  });
});

describe('tokens that say what they are', () => {
  it.each([
    ['ghp_x7k2', { token_kind: 'personal-access-token' }],
    ['ghs_x7k2', { token_kind: 'app-installation-token', temporary: true }],
    ['github_pat_x7k2', { token_kind: 'fine-grained-personal-access-token' }],
  ])('of GitHub: %s', (token, facts) => {
    expect(decode('github-token', token)).toEqual({ facts });
  });

  it('of Amazon Bedrock', () => {
    const token = `ABSK${base64('BedrockAPIKey-x1y2-at-123456789012:k7j2m9q4w8e1r5')}`;
    expect(decode('bedrock-key', token)).toEqual({ facts: { user: 'BedrockAPIKey-x1y2', account_id: '123456789012' } });
    expect(decode('bedrock-key', `ABSK${base64('something else')}`)).toEqual({ facts: {} });
  });

  it('of organisations at Sentry', () => {
    const claims = { iat: 1, url: 'https://sentry.example', region_url: 'https://de.sentry.example', org: 'acme' };
    expect(decode('sentry-org-token', `sntrys_${base64(JSON.stringify(claims))}_k7j2`)).toEqual({
      facts: { url: claims.url, organization: 'acme', region_url: claims.region_url },
    });
    expect(decode('sentry-org-token', 'sntrys_eyJ_k7j2')).toEqual({});
  });
});

describe('entropy', () => {
  it.each([
    ['', 0],
    ['aaaa', 0],
    ['abab', 1],
    ['abcd', 2],
    ['0123456789abcdef', 4],
  ])('of %j', (text, bits) => {
    expect(entropy(text)).toBeCloseTo(bits, 10);
  });

  it('looks at the beginning of what is very long', () => {
    expect(entropy(`${'a'.repeat(4_096)}${'bcdefgh'.repeat(10_000)}`)).toBe(0);
  });
});
