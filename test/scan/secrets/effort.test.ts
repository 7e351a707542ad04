import { describe, expect, it } from 'vitest';
import { secretsScanner } from '../../../scanners/secrets/index.ts';
import { itemsOf } from '../../../src/scan/secrets/items/item-at.ts';
import { ruleSet } from '../../../src/scan/secrets/rule-set.ts';
import { findSecretsIn } from '../../../src/scan/secrets/secret-search.ts';

const rules = ruleSet(secretsScanner.rules());
const KILOBYTE = 1024;
/** What one file is worth, at most: see `Effort`. One place that is looked at may go beyond it once. */
const MOST = 40_000_000 + 2_000_000;
const PER_BYTE = 16;

/** Letters and digits that are the same in every run. */
function drawn(length: number, seed: number): string {
  let state = seed + 1;
  return Array.from({ length }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'[(state >> 8) % 62];
  }).join('');
}

/** Text that has what leads somewhere every few bytes: each piece by its number. */
const HOSTILE: Readonly<Record<string, (index: number) => string>> = {
  letters: () => 'a'.repeat(64),
  capitals: () => 'A'.repeat(64),
  names: () => 'a=',
  quotes: () => '\\"',
  'kinds of objects': () => 'kind: Secret\n',
  'kinds in a list': () => '- kind: Secret\n',
  'kinds further and further in': (index) => `${' '.repeat(index % 200)}kind: Secret\n`,
  'kinds on one line': () => '"kind":"Secret",',
  'objects that do not end': () => '{"kind":"Secret","data":{',
  'data of Secrets without end': (index) => (index % 1_500 === 0 ? '{"kind":"Secret",' : '"data":{'),
  'users of clusters': () => 'kind: Config\nusers:\n- name: x\n  user:\n    client-key-data: LS0tLS1CRUdJTiBSU0E=\n',
  servers: () => '"mcpServers":{"',
  'servers in TOML': () => '[mcp_servers.x]\nenv = {a="b"',
  'members of keys': () => '"private_key": "-----BEGIN PRIVATE KEY-----\\n',
  'web keys': () => '{"kty":"RSA"',
  'states of resources': (index) => `"schema_version": 1, "attributes": {"password": "${drawn(10, index)}", "x": "y"},`,
  outputs: () => '"sensitive": true',
  'beginnings of PEM': () => '-----BEGIN PRIVATE KEY-----\n',
  'keys beside certificates': (index) =>
    `-----BEGIN PRIVATE KEY-----\n${drawn(60, index)}\n-----BEGIN CERTIFICATE-----\n${drawn(120, index)}\n-----END CERTIFICATE-----\n`,
  'ids of keys': (index) =>
    `AKIA${drawn(60, index)
      .toUpperCase()
      .replaceAll(/[^A-Z2-7]/g, '')
      .slice(0, 16)} `,
  assignments: (index) => `api_key="${drawn(24, index)}",`,
  'long values': (index) => `secret_key=${drawn(500, index)} `,
  'keys of Azure': (index) => `${drawn(3, index)}8Q~${drawn(34, index)} `,
  messages: (index) => `{"ts":"1700000000.000100","text":"api_key=${drawn(24, index)}"},`,
  'messages within each other': (index) => `{"a":{"text":"api_key=${drawn(24, index)}",`,
  'escapes without end': () => '%2541',
  'base64 of base64': (index) => `${btoa(btoa(`some text ${drawn(20, index)}`))} `,
};

function hostile(piece: (index: number) => string, length: number): Buffer {
  const pieces: string[] = [];
  for (let index = 0, done = 0; done < length; index++) {
    pieces.push(piece(index));
    done += pieces.at(-1)?.length ?? 1;
  }
  return Buffer.from(pieces.join(''), 'latin1').subarray(0, length);
}

function searched(content: Buffer, path: string) {
  return findSecretsIn(content, {
    rules,
    path,
    now: new Date('2026-01-01T00:00:00Z'),
    honourComments: true,
    items: () => itemsOf({ path: 'general/a.json', text: '{"ts":"1700000000.000100"' }),
  });
}

describe('the work that a file takes', () => {
  it.each(Object.entries(HOSTILE))(
    'grows with its length or is bounded, and what is left out is told: %s',
    (_, piece) => {
      const short = searched(hostile(piece, 64 * KILOBYTE), 'a.txt');
      const long = searched(hostile(piece, 256 * KILOBYTE), 'a.txt');
      expect(long.steps).toBeLessThanOrEqual(2 * (MOST + PER_BYTE * 256 * KILOBYTE));
      const isTold = long.truncated || long.notLookedAt || long.notInItems;
      expect(isTold || long.steps <= 4.6 * short.steps + 100_000).toBe(true);
    },
  );

  it('is nearly nothing where there is nothing', () => {
    expect(
      searched(
        hostile(() => 'The quick brown fox jumps over the lazy dog.\n', 256 * KILOBYTE),
        'a.txt',
      ).steps,
    ).toBe(0);
  });

  it('is what it was for secrets that lie far apart', () => {
    const text = hostile(
      (index) => `${'filler of the text that says nothing '.repeat(100)}\napi_key = "${drawn(24, index)}"\n`,
      256 * KILOBYTE,
    );
    const { steps, notLookedAt, secrets } = searched(text, 'a.txt');
    expect(notLookedAt).toBe(false);
    expect(steps).toBeLessThan(PER_BYTE * text.length);
    expect(secrets.length).toBeGreaterThan(60);
  });
});
