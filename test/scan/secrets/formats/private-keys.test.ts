import { execFileSync } from 'node:child_process';
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryTree } from '../../temporary-tree.ts';
import { type FormatCase, secretsInFile, testFormats } from './format-cases.ts';

const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const ed = generateKeyPairSync('ed25519').privateKey;
const dsa = generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 }).privateKey;
const PASSPHRASE = ['not', 'telling'].join(' ');

const pem = (key: KeyObject, type: 'pkcs1' | 'pkcs8' | 'sec1', encrypted = false) =>
  key
    .export({ type, format: 'pem', ...(encrypted ? { cipher: 'aes-128-cbc', passphrase: PASSPHRASE } : {}) })
    .toString();
const der = (key: KeyObject, type: 'pkcs1' | 'pkcs8' | 'sec1', encrypted = false) =>
  key.export({ type, format: 'der', ...(encrypted ? { cipher: 'aes-128-cbc', passphrase: PASSPHRASE } : {}) });
const told = async (path: string, content: string | Uint8Array) =>
  (await secretsInFile(path, content)).map(({ rule, confidence, facts }) => [rule, confidence, facts?.encrypted]);

const PLAIN = [['generic/private-key', 'structured', false]];
const ENCRYPTED = [['generic/encrypted-private-key', 'generic', true]];

/** Strings with their length before them, as SSH writes them. */
const strings = (...parts: readonly (string | Buffer)[]) =>
  Buffer.concat(
    parts.flatMap((part) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(part.length);
      return [length, Buffer.from(part)];
    }),
  );
const noise = Buffer.from(Array.from({ length: 300 }, (_, index) => (index * 197 + 31) % 251));
const armour = (begin: string, end: string, bytes: Buffer) =>
  `${begin}\n${bytes.toString('base64').replaceAll(/.{64}/g, '$&\n')}\n${end}\n`;
const openssh = (cipher: string) =>
  armour(
    '-----BEGIN OPENSSH PRIVATE KEY-----',
    '-----END OPENSSH PRIVATE KEY-----',
    Buffer.concat([Buffer.from('openssh-key-v1\0'), strings(cipher, cipher === 'none' ? 'none' : 'bcrypt', noise)]),
  );
const ssh2 = (cipher: string) =>
  armour(
    '---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----',
    '---- END SSH2 ENCRYPTED PRIVATE KEY ----',
    Buffer.concat([Buffer.from('3f6ff9eb00000100', 'hex'), strings('if-modn{sign{rsa-pkcs1-sha1}}', cipher, noise)]),
  );
/** A secret key packet of OpenPGP: EdDSA on a curve with a name of nine bytes; the octet behind the point says how it is kept. */
const openpgp = (usage: number) => {
  const body = Buffer.concat([
    Buffer.from('0465000000', 'hex'),
    Buffer.from([22, 9]),
    Buffer.from('2b06010401da470f01', 'hex'),
    Buffer.from([1, 7, 0x40]),
    noise.subarray(0, 32),
    Buffer.from([usage]),
    noise.subarray(40, 90),
  ]);
  const packet = Buffer.concat([Buffer.from([0x94, body.length]), body]);
  return armour('-----BEGIN PGP PRIVATE KEY BLOCK-----\n', '-----END PGP PRIVATE KEY BLOCK-----', packet);
};

describe('private keys', () => {
  it.each([
    ['PKCS#1', pem(rsa, 'pkcs1'), PLAIN],
    ['PKCS#8', pem(rsa, 'pkcs8'), PLAIN],
    ['PKCS#8 of Ed25519', pem(ed, 'pkcs8'), PLAIN],
    ['SEC 1', pem(ec, 'sec1'), PLAIN],
    ['DSA', pem(dsa, 'pkcs8'), PLAIN],
    ['PKCS#1, encrypted', pem(rsa, 'pkcs1', true), ENCRYPTED],
    ['PKCS#8, encrypted', pem(rsa, 'pkcs8', true), ENCRYPTED],
    ['SEC 1, encrypted', pem(ec, 'sec1', true), ENCRYPTED],
    ['OpenSSH', openssh('none'), PLAIN],
    ['OpenSSH, encrypted', openssh('aes256-ctr'), ENCRYPTED],
    ['SSH2', ssh2('none'), PLAIN],
    ['SSH2, encrypted', ssh2('3des-cbc'), ENCRYPTED],
    ['OpenPGP', openpgp(0), PLAIN],
    ['OpenPGP, encrypted', openpgp(254), ENCRYPTED],
    ['on one line with escapes', JSON.stringify({ key: pem(rsa, 'pkcs8') }), PLAIN],
    ['on one line with spaces', `KEY="${pem(rsa, 'pkcs8').trim().replaceAll('\n', ' ')}"`, PLAIN],
    ['indented', pem(rsa, 'pkcs8').replaceAll(/^/gm, '    '), PLAIN],
    ['quoted again and again', JSON.stringify(JSON.stringify({ key: pem(rsa, 'pkcs8') })), PLAIN],
  ])('%s', async (_, text, expected) => {
    expect(await told('some.file', text)).toEqual(expected);
  });

  it.each([
    ['PKCS#8', der(rsa, 'pkcs8'), PLAIN],
    ['PKCS#1', der(rsa, 'pkcs1'), PLAIN],
    ['SEC 1', der(ec, 'sec1'), PLAIN],
    ['PKCS#8 of Ed25519', der(ed, 'pkcs8'), PLAIN],
    ['PKCS#8, encrypted', der(rsa, 'pkcs8', true), ENCRYPTED],
    ['a key store of Java', Buffer.concat([Buffer.from('feedfeed000000020000000100000001', 'hex'), noise]), ENCRYPTED],
    ['a trust store of Java', Buffer.concat([Buffer.from('feedfeed000000020000000100000002', 'hex'), noise]), []],
    ['a public key', createPublicKey(rsa).export({ type: 'spki', format: 'der' }), []],
    ['something else that begins so', Buffer.concat([Buffer.from([0x30, 0x82, 1, 0, 2, 1, 0]), noise]), []],
  ])('in a binary file: %s', async (_, bytes, expected) => {
    expect(await told('some.file', bytes)).toEqual(expected);
  });

  it('are the same secret in PEM, in DER and in base64', async () => {
    const forms = [
      pem(ec, 'pkcs8'),
      der(ec, 'pkcs8'),
      JSON.stringify(pem(ec, 'pkcs8')),
      Buffer.from(pem(ec, 'pkcs8')).toString('base64'),
    ];
    const fingerprints = await Promise.all(forms.map((form) => secretsInFile('key', form)));
    expect(new Set(fingerprints.flat().map(({ fingerprint }) => fingerprint)).size).toBe(1);
    expect(fingerprints.map((secrets) => secrets.length)).toEqual([1, 1, 1, 1]);
  });
});

describe('certificates beside keys', () => {
  const folder = () => {
    const at = temporaryTree();
    const subject = ['-subj', '/O=Acme/CN=shop.acme.example'];
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
    execFileSync(
      'openssl',
      ['req', '-x509', '-nodes', '-days', '3650', ...curve, ...subject, '-keyout', 'key', '-out', 'crt'],
      {
        cwd: at,
        stdio: 'ignore',
      },
    );
    return at;
  };

  it('tell subject, issuer and expiry, where they belong to the key', async () => {
    const at = folder();
    const [key, certificate] = ['key', 'crt'].map((name) => readFileSync(join(at, name), 'utf8'));
    const subject = 'O=Acme, CN=shop.acme.example';
    for (const text of [`${key}${certificate}`, `${certificate}${key}`, JSON.stringify({ key, certificate })]) {
      const [secret] = await secretsInFile('bundle', text);
      expect(secret?.facts).toMatchObject({
        certificate_subject: subject,
        certificate_issuer: subject,
        certificate_expired: false,
        certificate_expires: expect.stringMatching(/^20\d\d-/),
      });
    }
    const [other] = await secretsInFile('bundle', `${pem(ec, 'pkcs8')}${certificate}`);
    expect(other?.facts).toEqual({ format: 'PKCS#8', encrypted: false });
  });

  it('of a PKCS#12 store: it tells whether a password protects it', async () => {
    const at = folder();
    for (const [password, expected] of [
      ['', PLAIN],
      [PASSPHRASE, ENCRYPTED],
    ] as const) {
      const out = ['-out', 'store.p12', '-passout', `pass:${password}`];
      execFileSync('openssl', ['pkcs12', '-export', '-inkey', 'key', '-in', 'crt', ...out], {
        cwd: at,
        stdio: 'ignore',
      });
      expect(await told('store.p12', readFileSync(join(at, 'store.p12')))).toEqual(expected);
    }
  });
});

const putty = (version: number, cipher: string) =>
  `PuTTY-User-Key-File-${version}: ssh-ed25519\nEncryption: ${cipher}\nComment: ci@acme\nPublic-Lines: 2\n{base64:64}\n{base64:15}=\n${version === 3 && cipher !== 'none' ? 'Key-Derivation: Argon2id\nArgon2-Memory: 8192\n' : ''}Private-Lines: 1\n{base64:63}=\n`;
const others: readonly FormatCase[] = [
  [
    'PuTTY, version 2',
    'id.ppk',
    `<%${putty(2, 'none')}%>Private-MAC: {hex:40}\n`,
    [['generic/putty-private-key', { format: 'PuTTY 2', encrypted: false, comment: 'ci@acme' }]],
  ],
  [
    'PuTTY, version 3',
    'id.ppk',
    `<%${putty(3, 'none')}%>Private-MAC: {hex:64}\n`,
    [['generic/putty-private-key', { encrypted: false }]],
  ],
  [
    'PuTTY, encrypted',
    'id.ppk',
    `<%${putty(3, 'aes256-cbc')}%>Private-MAC: {hex:64}\n`,
    [['generic/encrypted-putty-private-key', { encrypted: true }]],
  ],
  [
    'a JSON Web Key',
    'key.json',
    '{"kty":"RSA","kid":"k1","n":"{base64url:342}","e":"AQAB","d":"<%{base64url:342}%>","p":"{base64url:171}","q":"{base64url:171}"}',
    [['generic/json-web-key', { kty: 'RSA', kid: 'k1' }, { confidence: 'structured' }]],
  ],
  [
    'a set of JSON Web Keys',
    'jwks.json',
    '{\n "keys": [\n  {"kty": "EC", "crv": "P-256", "kid": "public", "x": "{base64url:43}", "y": "{base64url:43}"},\n  {"d": "<%{base64url:43}%>", "kty": "EC", "crv": "P-256", "kid": "private", "x": "{base64url:43}", "y": "{base64url:43}"},\n  {"kty": "oct", "k": "<%{base64url:43}%>", "alg": "HS256"}\n ]\n}',
    [
      ['generic/json-web-key', { kty: 'EC', kid: 'private' }],
      ['generic/json-web-key', { kty: 'oct', alg: 'HS256' }],
    ],
  ],
];
describe('other forms of keys', () => testFormats(others));
