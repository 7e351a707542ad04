import { describe, expect, it } from 'vitest';
import { loadRules } from '../../../src/scan/secrets/load-rules.ts';
import { ruleSet } from '../../../src/scan/secrets/rule-set.ts';
import { findSecretsIn } from '../../../src/scan/secrets/secret-search.ts';

const now = new Date('2026-03-01T12:00:00Z');

function search(fields: string, text: string, path?: string) {
  const rules = loadRules([
    {
      path: 'acme.yaml',
      text: `vendor: acme\nname: Acme\ndocs: https://acme.example/\nrules:\n  - id: key\n    title: Acme key\n${fields}    examples: {match: [x], ignore: [y]}\n`,
    },
  ]);
  const options = { rules: ruleSet(rules), now, honourComments: false, ...(path === undefined ? {} : { path }) };
  return findSecretsIn(Buffer.from(text), options).secrets;
}

const TOKEN = "    confidence: structured\n    keywords: [acme_]\n    pattern: 'acme_(?<secret>[A-Za-z0-9+]{8,40})'\n";
const HEX = 'b3'.concat('1f72c90a4d');
const MIXED = 'Zk7q'.concat('Tn2xWp9s');

describe('alphabet and length', () => {
  it.each([
    ['alphabet: hex', HEX, 1],
    ['alphabet: hex', HEX.toUpperCase(), 1],
    ['alphabet: hex', `B${HEX.slice(1)}`, 0],
    ['alphabet: base62', MIXED, 1],
    ['alphabet: base58', `${MIXED}0`, 0],
    ['alphabet: base36', MIXED, 0],
    ['length: 12', MIXED, 1],
    ['length: [13, 20]', MIXED, 0],
    ['length: [8, 12]', `${MIXED}a`, 0],
  ])('%s on %s', (field, value, count) => {
    expect(search(`${TOKEN}    ${field}\n`, `k = acme_${value}\n`)).toHaveLength(count);
  });
});

describe('files', () => {
  const fields = `${TOKEN}    files: [.netrc, '*.env', '/deploy/**/prod.yaml']\n`;
  it.each([
    ['.netrc', 1],
    ['home/.netrc', 1],
    ['a/b/x.env', 1],
    ['deploy/eu/prod.yaml', 1],
    ['src/deploy/eu/prod.yaml', 0],
    ['x.environment', 0],
    ['../home/.netrc', 1],
    ['/root/.netrc', 1],
    ['backup.zip!/home/.netrc', 1],
    ['.netrc.zip!/home/notes.txt', 0],
    ['SRC/X.ENV', 1],
    [undefined, 1],
  ])('are matched by %s', (path, count) => {
    expect(search(fields, `acme_${MIXED}`, path)).toHaveLength(count);
  });
});

describe('not_files', () => {
  const fields = `${TOKEN}    not_files: [test/, '*_test.{go,py}']\n`;
  it.each([
    ['test/a.txt', 0],
    ['src/test/deep/a.txt', 0],
    ['latest/a.txt', 1],
    ['src/x_test.go', 0],
    ['src/x_test.go.txt', 1],
    [undefined, 1],
  ])('leave out %s', (path, count) => {
    expect(search(fields, `acme_${MIXED}`, path)).toHaveLength(count);
  });
});

describe('not_files of assignments', () => {
  const fields = '    assignment: token\n    not_files: [fixtures/]\n';
  const drawn = ['Qz7tR4vpk2Lm', '9Xw3Bn6Hs8Jd'].join('');
  it.each([
    ['src/a.yaml', MIXED, 1],
    ['fixtures/a.yaml', MIXED, 0],
    ['fixtures/a.yaml', drawn, 1],
  ])('leave in %s what can have been typed: %s', (path, value, count) => {
    expect(search(fields, `api_token: ${value}\n`, path)).toHaveLength(count);
  });

  it('take nothing back of `files`', () => {
    const only = '    assignment: token\n    files: [.env]\n';
    expect(search(only, `api_token: ${drawn}\n`, 'a.yaml')).toEqual([]);
    expect(search(only, `api_token: ${drawn}\n`, '.env')).toHaveLength(1);
  });
});

describe('companions', () => {
  const companion = (more: string) =>
    `${TOKEN}    companions:\n      - fact: client_id\n        pattern: 'id=(?<value>[0-9]{6})'\n        lines: 2\n${more}`;

  it.each([
    ['before', `id=123456\nsecret=acme_${MIXED}`, '123456'],
    ['behind, with CRLF', `secret=acme_${MIXED}\r\n\r\nid=123456\r\n`, '123456'],
    ['nearest first', `id=111111\n\nid=222222 acme_${MIXED} ${' '.repeat(30)}id=333333`, '222222'],
    ['on one line with others', `id=111111 acme_${MIXED}; and now id=222222 end`, '111111'],
  ])('are found %s', (_, text, id) => {
    expect(search(companion(''), text).map((secret) => secret.facts)).toEqual([{ client_id: id }]);
  });

  it.each([
    ['too far before', `id=123456\n\n\nacme_${MIXED}`],
    ['too far behind', `acme_${MIXED}\n\n\nid=123456`],
    ['part of a longer one', `id=1234567\nacme_${MIXED}`],
  ])('are missing %s: then there is no secret', (_, text) => {
    expect(search(companion(''), text)).toEqual([]);
    const [secret] = search(companion('        required: false\n'), text);
    expect(secret).toBeDefined();
    expect(secret?.facts).toBeUndefined();
  });
});

describe('name_is_vendor', () => {
  const fields = "    names: [adzuna, home_assistant]\n    name_is_vendor: true\n    value: '[A-Za-z0-9]{12}'\n";
  it('reports the vendor that the name says', () => {
    const text = `ADZUNA_KEY=${MIXED}\nHome_Assistant token: ${HEX}\n`;
    expect(search(fields, text).map(({ rule, vendor }) => [rule.id, vendor])).toEqual([
      ['acme/key', 'adzuna'],
      ['acme/key', 'home-assistant'],
    ]);
  });
});
