import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { secretsScanner } from '../../../scanners/secrets/index.ts';
import { secretId } from '../../../src/model/id.ts';
import type { StaticSecret } from '../../../src/model/static-secret.ts';
import { filesFromWorkingTree } from '../../../src/scan/files-from-working-tree.ts';
import type { ScanOptions } from '../../../src/scan/run.ts';
import { expandExample } from '../../../src/scan/secrets/expand-example.ts';
import { ruleSet } from '../../../src/scan/secrets/rule-set.ts';
import { findSecretsIn } from '../../../src/scan/secrets/secret-search.ts';
import { scanAll, TEST_CONTEXT } from '../../scan/scan-all.ts';
import { temporaryTree } from '../../scan/temporary-tree.ts';
import { utf32 } from '../../support/utf32.ts';

const fingerprint = (value: string) => createHmac('sha256', 'a key of tests').update(value, 'utf8').digest('hex');
const example = (template: string) => expandExample(template, 'scanner');

async function secretsIn(
  files: Readonly<Record<string, string | Uint8Array>>,
  context: Partial<ScanOptions['context']> = {},
) {
  const source = filesFromWorkingTree({ base: temporaryTree(files) });
  const { facts, result } = await scanAll([source], [secretsScanner], {
    context: { ...TEST_CONTEXT, fingerprint, ...context },
  });
  return { secrets: facts.flatMap((fact) => (fact.kind === 'secret' ? [fact.body] : [])), facts, result };
}

const places = (secret: StaticSecret | undefined) =>
  secret?.locations.map(({ path, line, column }) => `${path}:${line}:${column}`);

describe('the secrets scanner', () => {
  it('emits one fact for each secret of a file, with all its places there', async () => {
    const token = example('{crc32-base62:ghp_:30}');
    const { facts } = await secretsIn({ 'a.env': `TOKEN=${token}\nOTHER=1\n  again: ${token}\n`, 'b.env': token });
    expect(facts.map((fact) => [fact.unit, fact.body.id])).toEqual([
      ['a.env', secretId(fingerprint(token))],
      ['b.env', secretId(fingerprint(token))],
    ]);
    expect(facts[0]?.body).toEqual({
      id: secretId(fingerprint(token)),
      rule: 'github/personal-access-token',
      vendor: 'github',
      platform: 'github',
      title: 'GitHub personal access token (classic)',
      confidence: 'structured',
      fingerprint: fingerprint(token),
      hint: `ghp_…${token.slice(-4)}`,
      facts: { checksum_valid: true, token_kind: 'personal-access-token' },
      validity: 'unknown',
      inHead: true,
      locations: [
        { path: 'a.env', line: 1, column: 7, endColumn: 47 },
        { path: 'a.env', line: 3, column: 10, endColumn: 50 },
      ],
    });
  });

  it('tells a file that is made to take long as one that is too much', async () => {
    const { result } = await secretsIn({ x: '{"kty":"RSA"'.repeat(60_000) });
    expect(result.problems).toMatchObject([
      { code: 'ERR_SCAN_LIMIT', message: 'x: more to look at than one file is worth: not all of it was' },
    ]);
  });

  it('has no trouble with one letter, however often, and finds what goes on with it', async () => {
    const token = example('{alnum:7}q{[A]:13}z{alnum:42}');
    const { secrets, result } = await secretsIn({
      x: `${'A'.repeat(400_000)}\n \n${token}\n \n${'A'.repeat(400_000)}`,
    });
    expect(result.problems).toEqual([]);
    expect(secrets.map((secret) => [secret.rule, places(secret)])).toEqual([['dropbox/legacy-token', ['x:3:1']]]);
  });

  it('trusts a token whose checksum is wrong as little as any other string', async () => {
    const { secrets } = await secretsIn({ x: `ghp_${'0123456789abcdefghijABCDEFGHIJ'}000000` });
    expect(secrets).toMatchObject([
      { rule: 'github/personal-access-token', confidence: 'generic', facts: { checksum_valid: false } },
    ]);
  });

  it('tells the same value under the surest rule that saw it anywhere in the file', async () => {
    const value = example('{hex:32}');
    const { secrets } = await secretsIn({ x: `api_token = "${value}"\nDD_API_KEY="${value}"\n` });
    expect(secrets.map((secret) => [secret.rule, places(secret)])).toEqual([['datadog/api-key', ['x:1:14', 'x:2:13']]]);
  });

  it('tells an AWS access key by its secret, which is what is fingerprinted, and names its id', async () => {
    const id = `AKIA${example('{base32:16}')}`;
    const secret = example('{[A-Za-z0-9+/]:40}');
    const { secrets } = await secretsIn({
      credentials: `[ci]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n`,
    });
    expect(secrets).toMatchObject([
      {
        rule: 'aws/access-key',
        confidence: 'structured',
        platform: 'aws',
        credentialNativeId: id,
        fingerprint: fingerprint(secret),
        facts: { access_key_id: id },
      },
    ]);
    expect(places(secrets[0])).toEqual(['credentials:3:25']);
  });

  it('says on which line the id of a pair stands, where the secret has another', async () => {
    const [id, secret] = [`AKIA${example('{base32:16}')}`, example('{[A-Za-z0-9+/]:40}')];
    const { secrets } = await secretsIn({
      before: `\naws_access_key_id = ${id}\nregion = eu-west-1\naws_secret_access_key = ${secret}\n`,
      behind: `\naws_secret_access_key = ${secret}\naws_access_key_id = ${id}\n`,
      beside: `\n${id} ${secret}\n`,
    });
    const lines = secrets.flatMap(({ locations }) => locations.map(({ path, line, idLine }) => [path, line, idLine]));
    expect(lines).toEqual([
      ['before', 4, 2],
      ['behind', 2, 3],
      ['beside', 2, undefined],
    ]);
  });

  it('tells an access key id that stands alone, since it says whose key is in use', async () => {
    const id = `AKIA${example('{base32:16}')}`;
    const { secrets } = await secretsIn({ 'ci.yml': `env:\n  AWS_ACCESS_KEY_ID: ${id}\n` });
    expect(secrets).toMatchObject([
      { rule: 'aws/access-key-id', confidence: 'generic', credentialNativeId: id, fingerprint: fingerprint(id) },
    ]);
  });

  it('knows a secret again in the other forms that files write it in', async () => {
    const password = example('{alnum:20}');
    const pem = example('{pem:PRIVATE KEY}');
    const { secrets } = await secretsIn({
      'app.env': `DB_PASSWORD=${password}`,
      'secret.yaml': `kind: Secret\ndata:\n  db-password: ${Buffer.from(password).toString('base64')}\n`,
      'url.txt': `postgres://app:${encodeURIComponent(password)}@db.acme.example/shop`,
      'key.pem': pem,
      'key.json': JSON.stringify({ key: pem }),
      'key.b64': Buffer.from(pem).toString('base64'),
    });
    const byFingerprint = new Map<string, number>();
    for (const secret of secrets)
      byFingerprint.set(secret.fingerprint, (byFingerprint.get(secret.fingerprint) ?? 0) + 1);
    expect([...byFingerprint.values()].sort()).toEqual([3, 3]);
    expect(byFingerprint.get(fingerprint(password))).toBe(3);
  });

  it('says of each place in which form the secret is written there', async () => {
    const token = example('{crc32-base62:ghp_:30}');
    const encoded = Buffer.from(`token ${token} of the deploy job`).toString('base64');
    const { secrets } = await secretsIn({ x: `${encoded}\n${token}\n${encodeURIComponent(encoded)}\n` });
    expect(secrets).toHaveLength(1);
    expect(secrets[0]?.facts?.encoding).toBeUndefined();
    expect(secrets[0]?.locations.map(({ line, encoding }) => [line, encoding])).toEqual([
      [1, 'base64'],
      [2, undefined],
      [3, expect.stringMatching(/base64$/)],
    ]);
  });

  it.each([
    ['little endian', (text: string) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')])],
    ['big endian', (text: string) => Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(text, 'utf16le').swap16()])],
    [
      'UTF-8 with a byte order mark',
      (text: string) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(text)]),
    ],
    ['UTF-32, little endian', (text: string) => utf32(`\ufeff${text}`)],
    ['UTF-32, big endian', (text: string) => utf32(`\ufeff${text}`).swap32()],
  ])('reads %s, and counts as editors do', async (_, encode) => {
    const token = example('{crc32-base62:ghp_:30}');
    const { secrets } = await secretsIn({ x: encode(`ü😀 ${token}\r\n€${token}`) });
    expect(places(secrets[0])).toEqual(['x:1:5', 'x:2:2']);
    expect(secrets[0]?.fingerprint).toBe(fingerprint(token));
  });

  it('streams what is too large to hold', async () => {
    const token = example('{crc32-base62:ghp_:30}');
    const text = `${'some text of no interest\n'.repeat(60_000)}${token}\n`;
    const base = temporaryTree({ x: text });
    const { facts, result } = await scanAll([filesFromWorkingTree({ base, maxFileSize: 10_000 })], [secretsScanner]);
    expect(facts.map((fact) => fact.body.locations)).toEqual([[{ path: 'x', line: 60_001, column: 1, endColumn: 41 }]]);
    expect(result.complete).toBe(true);
  });

  it('leaves out empty files, and says that a file has more than it reports', async () => {
    const token = example('{crc32-base62:ghp_:30}');
    const { secrets, result } = await secretsIn({ empty: '', many: `${token}\n`.repeat(10_001) });
    expect(secrets.map((secret) => secret.locations.length)).toEqual([10_000]);
    expect(result.skipped).toEqual({ 'not-recognised': 1 });
    expect(result.problems).toMatchObject([
      {
        unit: 'many',
        code: 'ERR_SCAN_LIMIT',
        message: 'many: more secrets than one file can be meant to have: not all are reported',
      },
    ]);
  });

  it('is not blinded by a NUL, nor by an encoding without a byte order mark', async () => {
    const token = example('{crc32-base62:ghp_:30}');
    const line = `api_token = "${example('{alnum:24}')}"\n${token}\n`;
    for (const content of [`${line}\0`, Buffer.from(line, 'utf16le')]) {
      const { secrets } = await secretsIn({ x: content });
      expect(secrets.map((secret) => [secret.rule, places(secret)])).toEqual([
        ['generic/token', ['x:1:14']],
        ['github/personal-access-token', ['x:2:1']],
      ]);
    }
  });

  it('finds in noise only what proves itself', async () => {
    const noise = Buffer.from(Array.from({ length: 5_000 }, (_, index) => (index * 73 + (index >> 3)) % 256));
    const token = example('{crc32-base62:ghp_:30}');
    const text = Buffer.from(`\n${token}\npassword = "${example('{alnum:16}')}"\n`);
    const { secrets } = await secretsIn({ x: Buffer.concat([noise, text, noise]) });
    expect(secrets.map((secret) => secret.rule)).toEqual(['github/personal-access-token']);
  });

  it('honours comments, unless what is scanned must not decide', async () => {
    const line = `${example('{crc32-base62:ghp_:30}')} # lapse:allow a key of the sandbox\n`;
    expect((await secretsIn({ x: line })).secrets).toEqual([]);
    expect((await secretsIn({ x: line }, { honourComments: false })).secrets).toHaveLength(1);
  });

  it('lets no value out of the scan', async () => {
    const values = ['{crc32-base62:ghp_:30}', '{alnum:24}', '{hex:40}'].map(example);
    const { secrets, result } = await secretsIn({ x: values.map((value) => `api_secret = "${value}"`).join('\n') });
    expect(secrets).toHaveLength(3);
    const told = JSON.stringify([secrets, result]);
    for (const value of values) expect(told).not.toContain(value.slice(4, -4));
  });
});

describe('every rule', () => {
  const rules = ruleSet(secretsScanner.rules());
  const options = { rules, now: TEST_CONTEXT.now, honourComments: true };

  it('keeps within the text, whatever it is', () => {
    const keywords = fc.constantFrom(...rules.rules.flatMap((rule) => rule.keywords));
    const filler = fc.oneof(
      fc.string({ maxLength: 30 }),
      fc.string({ unit: fc.constantFrom(...'aA0_-./+=:"\'\n '), maxLength: 50 }),
      keywords,
    );
    fc.assert(
      fc.property(fc.array(filler, { maxLength: 20 }), (parts) => {
        const text = parts.join('');
        for (const { value, endColumn, column } of findSecretsIn(Buffer.from(text), options).secrets) {
          expect(endColumn).toBeGreaterThan(column);
          expect(value.reveal().length).toBeGreaterThan(0);
        }
      }),
      { numRuns: 500 },
    );
  });
});
