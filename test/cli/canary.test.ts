import { afterAll, beforeAll, expect, it } from 'vitest';
import { COMPLIANCE_REPORTERS } from '../../src/report/compliance/compliance-reporters.ts';
import { REPORTERS } from '../../src/report/reporters.ts';
import { type TestRepository, testRepository } from '../support/repository.ts';
import { runCli } from '../support/run-cli.ts';

/** Stands for a secret wherever one can be; nothing that is printed may have any part of it. */
const CANARY = ['Zq7vK2', 'mXw9R4', 'tB8nLs'].join('');
const PART = /Zq7vK2|mXw9R4|tB8nLs|WnE3dksy|5a7137764b/i;

const FILES = {
  'a.conf': `db_password = "${CANARY}!"\napi_token: ${CANARY}\nplaceholder_password = "your-${CANARY}"\n`,
  'b.yaml': `apiVersion: v1\nkind: Secret\nmetadata: {name: x}\ndata:\n  password: ${Buffer.from(CANARY).toString('base64')}\n`,
  'c.env': `URL=postgres://app:${CANARY}@db.acme.example/shop # lapse:allow\n`,
  'broken.yaml': `apiVersion: v1\nkind: Role\nmetadata: {name: "${CANARY}\n`,
};

let repository: TestRepository;
beforeAll(() => {
  repository = testRepository(FILES);
  repository.commit('all');
});
afterAll(() => repository.close());

it.each([
  ...REPORTERS.map(({ id }) => ['scan', '.', '--format', id]),
  ...REPORTERS.map(({ id }) => ['check', '--all', '--format', id]),
  ['scan', '--explain', 'a.conf'],
  ['scan', '--explain', 'b.yaml', '--format', 'json'],
  ['scan', '.', '--git-history', '--format', 'json'],
  ...COMPLIANCE_REPORTERS.map(({ id }) => ['report', '--framework=owasp-nhi', '--format', id]),
])(
  'prints no value: lapse %s %s %s %s',
  async (...argv) => {
    const { stdout, stderr } = await runCli(argv, { cwd: repository.path });
    expect(stdout.length).toBeGreaterThan(20);
    expect(stdout).not.toMatch(PART);
    expect(stderr).not.toMatch(PART);
  },
  60_000,
);

const RULE = `vendor: acme\nname: Acme\ndocs: https://acme.example/\nrules:\n  - {id: x, title: X, confidence: structured, keywords: [acme_], pattern: 'acme_[a-z]{20}', examples: {match: [x], ignore: [y]}}\n`;

it.each([
  ['an unknown key', { 'lapse.yaml': `version: 1\nscan: {token: ${CANARY}}\n` }, ['scan', '.']],
  ['a value of the wrong type', { 'lapse.yaml': `version: 1\nscan: {history: ${CANARY}}\n` }, ['scan', '.']],
  ['broken YAML', { 'lapse.yaml': `version: 1\nscan: {x: "${CANARY}\n` }, ['scan', '.']],
  [
    'a baseline',
    { 'lapse.yaml': 'version: 1\n', 'lapse-baseline.yaml': `version: 1\nkey: ${CANARY}\naccepted: []\n` },
    ['check', '--all'],
  ],
  ['a rule file that is broken', { 'rules.yaml': `${RULE}    x: "${CANARY}\n` }, ['rules', 'check', 'rules.yaml']],
  ['a value in a rule file', { 'rules.yaml': RULE.replace('structured', CANARY) }, ['rules', 'check', 'rules.yaml']],
])(
  'says nothing of the value in an error about %s',
  async (_, files, argv) => {
    repository.write(files);
    const { code, stdout, stderr } = await runCli(argv, { cwd: repository.path });
    expect(code).toBe(2);
    expect(stdout + stderr).not.toMatch(PART);
    expect(stderr).toMatch(/lapse: /);
  },
  60_000,
);
