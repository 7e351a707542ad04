import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { parseBundle } from '../../../src/policy/bundles/parse-bundle.ts';
import { readArchive } from '../../../src/policy/bundles/read-archive.ts';
import { type SignatureRule, verifySignature } from '../../../src/policy/bundles/verify-signature.ts';
import {
  type Member,
  manifest,
  type SigningOptions,
  signatures,
  type TestSigner,
  testSigner,
} from '../../support/bundles.ts';

const now = new Date('2026-11-23T12:00:00Z');
const signer = testSigner();
const members: readonly Member[] = [manifest('1'), { name: '/custom/a.rego', content: 'package custom.a\n' }];

function filesOf(list: readonly Member[]): ReadonlyMap<string, Buffer> {
  return new Map(list.map(({ name, content = '' }) => [name.replace(/^\//, ''), Buffer.from(content)]));
}

async function signed(options: SigningOptions = {}, by: TestSigner = signer): Promise<ReadonlyMap<string, Buffer>> {
  return filesOf([...members, await signatures(members, by, options)]);
}

function trusting(keys: readonly TestSigner[], more: Partial<SignatureRule> = {}): SignatureRule {
  return { keys: new Map(keys.map(({ id, publicKey }) => [id, { algorithm: 'ES256', key: publicKey }])), ...more };
}

function withToken(token: string): ReadonlyMap<string, Buffer> {
  return filesOf([...members, { name: '.signatures.json', content: JSON.stringify({ signatures: [token] }) }]);
}

describe('verifySignature', () => {
  it('takes what a configured key signed, and says which', async () => {
    expect(await verifySignature(await signed(), trusting([testSigner('other'), signer]), now)).toBe('release');
    expect(await verifySignature(await signed({ algorithm: 'SHA-512' }), trusting([signer]), now)).toBe('release');
  });

  it('takes what OPA has signed, whatever its numbers and letters are', async () => {
    const bytes = readFileSync(new URL('../../fixtures/bundles/opa-signed.tar.gz', import.meta.url));
    const key = createPublicKey(readFileSync(new URL('../../fixtures/bundles/opa-signed.pem', import.meta.url)));
    const signature = { keys: new Map([['release', { algorithm: 'RS256', key }]]) };
    const bundle = await parseBundle(await readArchive(bytes, { maxSize: 1e6 }), { name: 'opa', now, signature });
    expect(bundle).toMatchObject({ revision: '2026.11.3', signedBy: 'release', roots: ['custom'] });
    expect(bundle.folder.data).toMatchObject({ custom: { A: null, '😀': 1 } });
  });

  it.each<[string, () => Promise<ReadonlyMap<string, Buffer>>, RegExp]>([
    ['no signature', async () => filesOf(members), /is not signed, but its signature is configured/],
    [
      'another key of the same name',
      () => signed({}, testSigner()),
      /the signature is not valid \(ERR_JWS_SIGNATURE_VERIFICATION_FAILED\)/,
    ],
    ['an unknown key', () => signed({}, testSigner('mine')), /signed with the key "mine", which is not configured/],
    ['another scope', () => signed({ scope: 'staging' }), /signed for the scope "staging", expected ""/],
    [
      'a signature that has ended',
      () => signed({ claims: { exp: now.getTime() / 1000 - 60 } }),
      /not valid \(ERR_JWT_EXPIRED\)/,
    ],
    [
      'a digest that is easily made twice',
      () => signed({ claims: { files: [{ name: '.manifest', hash: '00', algorithm: 'MD5' }] } }),
      /"MD5" is no digest that is taken/,
    ],
    ['a signature of nothing', () => signed({ claims: { files: 'all' } }), /the signature names no files/],
    [
      'a file signed twice',
      () =>
        signed({
          claims: {
            files: [
              { name: 'a', hash: '', algorithm: 'SHA-256' },
              { name: '/a', hash: '', algorithm: 'SHA-256' },
            ],
          },
        }),
      /a file is signed twice/,
    ],
    ['what is no signature', async () => withToken('nonsense'), /the signature is no JWT/],
    [
      'no key named',
      async () =>
        withToken(await new SignJWT({ files: [] }).setProtectedHeader({ alg: 'ES256' }).sign(signer.privateKey)),
      /the signature names no key/,
    ],
    [
      'an unsigned token',
      async () =>
        withToken(
          `${Buffer.from('{"alg":"none","kid":"release"}').toString('base64url')}.${Buffer.from('{"files":[]}').toString('base64url')}.`,
        ),
      /the signature is not valid/,
    ],
    [
      'the public key as a shared secret',
      async () =>
        withToken(
          await new SignJWT({ files: [] })
            .setProtectedHeader({ alg: 'HS256', kid: 'release' })
            .sign(Buffer.from(signer.pem)),
        ),
      /the signature is not valid \(ERR_JOSE_ALG_NOT_ALLOWED\)/,
    ],
    [
      'two signatures',
      async () => filesOf([...members, { name: '.signatures.json', content: '{"signatures": ["a", "b"]}' }]),
      /expected \{"signatures": \[one JWT\]\}/,
    ],
  ])('refuses %s', async (_, files, message) => {
    await expect(verifySignature(await files(), trusting([signer]), now)).rejects.toMatchObject({
      code: 'ERR_POLICY_BUNDLE',
      message: expect.stringMatching(message),
    });
  });

  it('asks for the scope that is configured', async () => {
    const rule = trusting([signer], { scope: 'production' });
    expect(await verifySignature(await signed({ scope: 'production' }), rule, now)).toBe('release');
    await expect(verifySignature(await signed(), rule, now)).rejects.toThrow(
      /signed for the scope "", expected "production"/,
    );
  });

  it.each<[string, (files: Map<string, Buffer>) => void, RegExp]>([
    [
      'changed',
      (files) => files.set('custom/a.rego', Buffer.from('package custom.a\n# changed\n')),
      /^custom\/a\.rego: is not what was signed$/,
    ],
    [
      'added',
      (files) => files.set('custom/b.rego', Buffer.from('package custom.b')),
      /^custom\/b\.rego: is not signed$/,
    ],
    ['taken away', (files) => files.delete('custom/a.rego'), /^custom\/a\.rego: was signed, and is missing$/],
    [
      'changed, a document',
      (files) => files.set('.manifest', Buffer.from('{"revision":"2","roots":["custom"]}')),
      /^\.manifest: is not what was signed$/,
    ],
  ])('refuses a bundle in which a file was %s', async (_, change, message) => {
    const files = new Map(await signed());
    change(files);
    await expect(verifySignature(files, trusting([signer]), now)).rejects.toThrow(message);
  });

  it('does not mind how a document is laid out', async () => {
    const files = new Map(await signed());
    files.set('.manifest', Buffer.from('{\n  "roots" : ["custom"],\n  "revision" : "1"\n}\n'));
    expect(await verifySignature(files, trusting([signer]), now)).toBe('release');
  });
});
