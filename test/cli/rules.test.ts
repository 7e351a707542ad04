import { afterEach, describe, expect, it } from 'vitest';
import { testRepository } from '../support/repository.ts';
import { runCli } from '../support/run-cli.ts';

const RULES = `vendor: acme-internal
name: Acme's own
docs: https://acme.example/tokens
opens: deploys anything of Acme
rules:
  - id: deploy-token
    title: Acme deploy token
    confidence: structured
    keywords: [acmedep_]
    pattern: 'acmedep_[a-z0-9]{24}'
    examples:
      match: ['DEPLOY=acmedep_{lower:24}']
      ignore: ['acmedep_{lower:8}']
`;
const TOKEN = ['acmedep', 'q7x2m9k4w8e1r5t3y6u0p2z9'].join('_');
const CONFIG = 'version: 1\nscan: {rules: [security/rules]}\n';

let repository: ReturnType<typeof testRepository>;
afterEach(() => repository.close());

async function lapse(argv: readonly string[]) {
  const result = await runCli(argv, { cwd: repository.path });
  return { ...result, json: () => JSON.parse(result.stdout) };
}

describe("users' rules of lapse.yaml", () => {
  it('are run by a scan, and say what they say in the report', async () => {
    repository = testRepository({ 'lapse.yaml': CONFIG, 'security/rules/acme.yaml': RULES, 'a.env': `T=${TOKEN}\n` });
    const { json, code } = await lapse(['scan', '.', '--format', 'json']);
    expect(code).toBe(1);
    expect(json().secrets).toMatchObject([
      {
        rule: 'acme-internal/deploy-token',
        vendor: 'acme-internal',
        confidence: 'structured',
        path: 'a.env',
        line: 1,
        column: 3,
        opens: 'deploys anything of Acme',
        docs: 'https://acme.example/tokens',
      },
    ]);
  });

  it.each([
    ['a key that is none', RULES.replace('title:', 'titel:'), /security\/rules\/acme.yaml:6:\d+: rules.0.title/],
    ['a pattern that runs away', RULES.replace('{24}', '{1,40}[a-z]{1,40}[a-z]{1,40}[a-z]{1,40}!'), /too many ways/],
    [
      'an id that is taken',
      RULES.replace('acme-internal', 'github').replace('deploy-token', 'personal-access-token'),
      /stands in a built-in file already/,
    ],
  ])('are refused with their place: %s', async (_, rules, message) => {
    repository = testRepository({ 'lapse.yaml': CONFIG, 'security/rules/acme.yaml': rules });
    for (const argv of [
      ['scan', '.'],
      ['rules', 'check'],
      ['check', '--all'],
    ]) {
      const { code, stderr } = await lapse(argv);
      expect({ argv, code, stderr }).toMatchObject({ argv, code: 2, stderr: expect.stringMatching(message) });
    }
  });

  it('that are named and not there are an error, and never silently none', async () => {
    repository = testRepository({ 'lapse.yaml': CONFIG });
    const { code, stderr } = await lapse(['scan', '.']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('"security/rules" names no rule file')]);
  });

  it('count in a check as the base has them: a change cannot drop them', async () => {
    repository = testRepository({ 'lapse.yaml': CONFIG, 'security/rules/acme.yaml': RULES });
    repository.commit('rules');
    repository.write({
      'lapse.yaml': 'version: 1\n',
      'security/rules/acme.yaml': RULES.replaceAll('acmedep_', 'nothing_'),
      'a.env': `T=${TOKEN}\n`,
    });
    const { json, code } = await lapse(['check', '--format', 'json']);
    expect(code).toBe(1);
    expect(json().secrets.map(({ rule }: { rule: string }) => rule)).toEqual(['acme-internal/deploy-token']);
    const noticed = json().notices.map(({ location }: { location: { path: string } }) => location.path);
    expect(noticed).toEqual(expect.arrayContaining(['lapse.yaml', 'security/rules/acme.yaml']));
  });

  it('in a change find nothing for it yet', async () => {
    repository = testRepository({ 'a.txt': 'x\n' });
    repository.commit('first');
    repository.write({ 'lapse.yaml': CONFIG, 'security/rules/acme.yaml': RULES, 'a.env': `T=${TOKEN}\n` });
    const { json } = await lapse(['check', '--format', 'json']);
    expect(json().secrets.map(({ rule }: { rule: string }) => rule)).not.toContain('acme-internal/deploy-token');
  });
});

describe('scan.disable and scan.ignore', () => {
  const password = `db_password = "${['Qz7', 'tR4vBx9'].join('!')}"\n`;
  const rulesOf = (report: { secrets: readonly { rule: string; path: string }[] }) =>
    report.secrets.map(({ rule, path }) => `${rule} ${path}`);

  it('leave out rules, and findings of rules in some files', async () => {
    repository = testRepository({ 'a.conf': password, 'legacy/b.conf': password.replace('Qz7', 'Wk3') });
    expect(rulesOf((await lapse(['scan', '.', '--format', 'json'])).json())).toEqual([
      'generic/password a.conf',
      'generic/password legacy/b.conf',
    ]);
    repository.write({
      'lapse.yaml': 'version: 1\nscan: {ignore: [{rule: generic/*, paths: [legacy/**], reason: samples of tests}]}\n',
    });
    const ignored = (await lapse(['scan', '.', '--format', 'json'])).json();
    expect([rulesOf(ignored), ignored.notices]).toEqual([['generic/password a.conf'], []]);
    repository.write({ 'lapse.yaml': 'version: 1\nscan: {disable: [generic/password]}\n' });
    expect(rulesOf((await lapse(['scan', '.', '--format', 'json'])).json())).toEqual([]);
  });

  it('are told where they are of no use, and where they have expired, and then count no more', async () => {
    repository = testRepository({
      'a.conf': password,
      'lapse.yaml':
        'version: 1\nscan:\n  exclude: [gone/]\n  disable: [acme/no-such]\n  ignore:\n' +
        '    - {rule: generic/*, paths: [legacy/**], reason: samples}\n' +
        '    - {rule: generic/*, paths: [a.conf], reason: samples, expires: 2026-01-01}\n',
    });
    for (const argv of [
      ['scan', '.', '--format', 'json'],
      ['check', '--all', '--format', 'json'],
    ]) {
      const report = (await lapse(argv)).json();
      expect(rulesOf(report)).toEqual(['generic/password a.conf']);
      expect(report.notices.map(({ message }: { message: string }) => message)).toEqual([
        'scan.exclude: "gone/" leaves nothing out',
        'scan.ignore: generic/* in legacy/** leaves nothing out',
        'scan.ignore: generic/* in a.conf has expired on 2026-01-01',
        'scan.disable: no built-in rule is called acme/no-such',
      ]);
    }
  });

  it.each([
    ['without a reason', 'scan: {ignore: [{rule: generic/*, paths: [a]}]}', 'scan.ignore[0].reason'],
    ['of what is no id', 'scan: {disable: [everything]}', 'scan.disable[0]: expected vendor/rule'],
  ])('are refused %s', async (_, text, message) => {
    repository = testRepository({ 'lapse.yaml': `version: 1\n${text}\n` });
    const { code, stderr } = await lapse(['scan', '.']);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});

describe('lapse rules', () => {
  it('lists all rules with what they open', async () => {
    repository = testRepository({ 'lapse.yaml': CONFIG, 'security/rules/acme.yaml': RULES });
    const { rules } = (await lapse(['rules', 'list', '--format', 'json'])).json();
    expect(rules.length).toBeGreaterThan(200);
    expect(rules.find(({ own }: { own: boolean }) => own)).toMatchObject({
      id: 'acme-internal/deploy-token',
      opens: 'deploys anything of Acme',
    });
    expect(rules.every(({ docs }: { docs: string }) => docs.startsWith('https://'))).toBe(true);
    expect((await lapse(['rules', 'list'])).stdout).toContain('(your own)\n');
  });

  it('tests examples, and says which fail', async () => {
    repository = testRepository({ 'lapse.yaml': CONFIG, 'security/rules/acme.yaml': RULES });
    expect(await lapse(['rules', 'test'])).toMatchObject({
      code: 0,
      stdout: '1 rules in 1 files, 2 examples, 0 failures\n',
    });
    repository.write({
      'security/rules/acme.yaml': RULES.replace('acmedep_{lower:24}', 'acmedep_{lower:20}').replace(
        '{lower:8}',
        '{lower:24}',
      ),
    });
    const { code, json } = await lapse(['rules', 'test', 'security', '--format', 'json']);
    expect([code, json().failures.map(({ message }: { message: string }) => message)]).toEqual([
      1,
      ['nothing is found in an example to match', 'finds an example to ignore'],
    ]);
  });

  it('wants rules to check', async () => {
    repository = testRepository({});
    expect(await lapse(['rules', 'check'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no rules of your own'),
    });
  });
});
