import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { assetPath } from '../../src/assets.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { testSigner } from '../support/bundles.ts';

const { pem, privateKey } = testSigner();
const inline = (text: string) => JSON.stringify(text);
const bundle = (fields: string) =>
  parseConfig(`version: 1\npolicy:\n  bundles:\n    - {${fields}}\n`, 'lapse.yaml').policy.bundles[0];
const URL_FIELD = 'url: "https://policies.example/x.tar.gz"';
const key = (text: string) => `signature: {keys: [{id: release, algorithm: ES256, public_key: ${inline(text)}}]}`;

describe('policy.bundles', () => {
  it('has what is not said', () => {
    expect(bundle(`name: access, ${URL_FIELD}, ${key(pem)}`)).toMatchObject({
      interval: 60_000,
      timeout: 30_000,
      max_size: 16 * 1024 ** 2,
    });
    expect(bundle('name: limits, path: policies')).toEqual({
      name: 'limits',
      path: 'policies',
      interval: 60_000,
      timeout: 30_000,
      max_size: 16 * 1024 ** 2,
    });
  });

  it.each([
    ['neither place', 'name: a', /expected either url or path/],
    ['both places', `name: a, ${URL_FIELD}, unsigned: true, path: x`, /expected either url or path/],
    ['nobody said to sign it', `name: a, ${URL_FIELD}`, /expected whose signature it must have, or "unsigned: true"/],
    ['signed and unsigned', `name: a, ${URL_FIELD}, unsigned: true, ${key(pem)}`, /signature says otherwise/],
    ['plain HTTP', 'name: a, url: "http://policies.example/x", unsigned: true', /expected an https URL/],
    [
      'a password in the URL',
      `name: a, url: "https://user:not-a-${'password'}@policies.example/x", unsigned: true`,
      /expected a URL without user and password/,
    ],
    ['a credential for a file', 'name: a, path: x, credential: {env: TOKEN}', /is for a url only/],
    [
      'a private key',
      `name: a, path: x, ${key(String(privateKey.export({ type: 'pkcs8', format: 'pem' })))}`,
      /expected the PEM text of a public key/,
    ],
    [
      'a shared secret',
      `name: a, path: x, signature: {keys: [{id: k, algorithm: HS256, public_key: ${inline(pem)}}]}`,
      /algorithm/,
    ],
    ['an interval of nothing', 'name: a, path: x, interval: 10ms', /expected from 1s to 24h/],
    ['more than can be held', 'name: a, path: x, max_size: 1GB', /expected at most 64MB/],
  ])('refuses %s', (_, fields, message) => {
    expect(() => bundle(fields)).toThrow(message);
  });

  it('refuses two of one name', () => {
    const text = 'version: 1\npolicy: {bundles: [{name: a, path: x}, {name: a, path: y}]}\n';
    expect(() => parseConfig(text, 'lapse.yaml')).toThrow(/duplicate name "a"/);
  });

  it('may be what docs/bundles.md shows', () => {
    const [, text = ''] = /```yaml\n([\s\S]*?)```/.exec(readFileSync(assetPath('docs', 'bundles.md'), 'utf8')) ?? [];
    expect(parseConfig(text, 'lapse.yaml').policy.bundles.map(({ name }) => name)).toEqual(['access', 'limits']);
  });
});
