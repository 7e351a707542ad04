import { randomBytes, randomInt } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TestRepository, testRepository } from '../support/repository.ts';
import { runCli } from '../support/run-cli.ts';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

function pick(alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
}

/** Made anew for each run, so that none stands in a file. */
function awsKey(): { readonly id: string; readonly secret: string } {
  return { id: `AKIAY${pick(BASE32, 15)}`, secret: pick(ALPHANUMERIC, 40) };
}

function binding(name: string, account: string): string {
  return `apiVersion: v1
kind: ServiceAccount
metadata:
  name: ${account}
  namespace: ops
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: ${name}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: cluster-admin
subjects:
  - kind: ServiceAccount
    name: ${account}
    namespace: ops
`;
}

const WORKFLOW = `name: release
on: push
permissions: write-all
jobs:
  release:
    runs-on: ubuntu-latest
    steps:
      - run: make release
`;

const BASE = { 'README.md': '# shop\n', 'k8s/old.yaml': binding('old-admin', 'old') };

interface Reported {
  readonly id: string;
  readonly subject: string;
  readonly location: { readonly path: string; readonly line: number };
}

let repository: TestRepository;
beforeEach(() => {
  repository = testRepository(BASE);
  repository.git('checkout', '--quiet', '-b', 'change');
});
afterEach(() => repository.close());

async function check(...args: string[]) {
  const result = await runCli(['check', '--format', 'json', ...args], { cwd: repository.path });
  const report = result.stdout === '' ? undefined : JSON.parse(result.stdout);
  return { ...result, report, findings: (report?.findings ?? []) as Reported[] };
}

function addThreeProblems(): { readonly id: string; readonly secret: string } {
  const key = awsKey();
  repository.write({
    'deploy/settings.env': `REGION=eu-central-1\nAWS_ACCESS_KEY_ID=${key.id}\nAWS_SECRET_ACCESS_KEY=${key.secret}\n`,
    'k8s/deployer.yaml': binding('deployer-admin', 'deployer'),
    '.github/workflows/release.yml': WORKFLOW,
  });
  repository.commit('three problems');
  return key;
}

describe('lapse check', () => {
  it('names exactly what the change adds, one group per subject', async () => {
    const key = addThreeProblems();
    const { code, findings, stdout, stderr } = await check();
    expect(stderr).toContain('merge base with main');
    expect(findings.map(({ location }) => `${location.path}:${location.line}`).sort()).toEqual([
      '.github/workflows/release.yml:3',
      'deploy/settings.env:3',
      'k8s/deployer.yaml:11',
    ]);
    expect(findings.map(({ id }) => id).sort()).toEqual([
      'cluster-admin-service-account',
      'secret-in-code',
      'workflow-token-wide',
    ]);
    expect(code).toBe(1);
    expect(stdout).not.toContain(key.secret);
    expect(stdout).not.toContain('old-admin');
  });

  it('is clean for a change that adds nothing, though the base has problems', async () => {
    repository.write({ 'README.md': '# shop\n\nmore\n' });
    repository.commit('words');
    expect(await check()).toMatchObject({ code: 0, findings: [] });
  });

  it('sees what is not committed yet', async () => {
    repository.write({ '.github/workflows/release.yml': WORKFLOW });
    expect((await check()).findings.map(({ id }) => id)).toEqual(['workflow-token-wide']);
  });

  it('does not report a problem again that only moved', async () => {
    repository.remove('k8s/old.yaml');
    repository.write({ 'cluster/moved.yaml': `# moved\n${BASE['k8s/old.yaml']}` });
    repository.commit('move');
    expect(await check()).toMatchObject({ code: 0, findings: [] });
  });

  it('accepts what the baseline of the base accepts, and says so', async () => {
    addThreeProblems();
    const accept = ['--base', 'main', '--reason', 'known', '--owner', 'platform', '--expires', '2027-06-30'];
    expect((await runCli(['baseline', ...accept], { cwd: repository.path })).code).toBe(0);
    // A change cannot excuse itself …
    expect((await check()).code).toBe(1);
    // … whoever trusts the file names it, …
    const trusted = await check('--baseline', 'lapse-baseline.yaml');
    expect(trusted.findings.map(({ id, location }) => [id, location])).toEqual([]);
    expect(trusted.code).toBe(0);
    // … or it is part of the base.
    repository.git('checkout', '--quiet', 'main');
    repository.git('add', 'lapse-baseline.yaml');
    repository.git('commit', '--quiet', '--message', 'accept');
    repository.git('checkout', '--quiet', 'change');
    repository.git('merge', '--quiet', '--no-edit', 'main');
    const { code, report } = await check();
    expect(code).toBe(0);
    expect(report.accepted.length).toBeGreaterThanOrEqual(3);
    expect(report.accepted[0]).toMatchObject({ reason: 'known', owner: 'platform', expires: '2027-06-30' });
  });

  it('counts an accepted finding again when it got worse', async () => {
    addThreeProblems();
    const accept = ['--base', 'main', '--reason', 'known', '--owner', 'platform', '--expires', '2027-06-30'];
    await runCli(['baseline', ...accept], { cwd: repository.path });
    const file = join(repository.path, 'lapse-baseline.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('severity: critical', 'severity: low'));
    const { code, findings } = await check('--baseline', 'lapse-baseline.yaml');
    expect(code).toBe(1);
    expect(findings.map(({ id }) => id)).toEqual(['cluster-admin-service-account']);
  });

  it('names a file that nobody can read and that is accepted as such, and goes on', async () => {
    repository.git('checkout', '--quiet', 'main');
    repository.write({
      'lapse-baseline.yaml': `version: 1\nkey: ${'a'.repeat(64)}\naccepted: []\nunreadable:\n  - {path: k8s/broken.yaml, reason: a fixture, owner: platform, expires: 2027-06-30}\n`,
    });
    repository.commit('accept');
    repository.git('checkout', '--quiet', '-B', 'change');
    repository.write({ 'k8s/broken.yaml': 'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: [\n' });
    repository.commit('broken');
    const { code, report } = await check();
    expect(code).toBe(0);
    expect(report.notices).toContainEqual(expect.objectContaining({ message: expect.stringContaining('a fixture') }));
  });

  it('counts an entry again after its last day', async () => {
    addThreeProblems();
    const accept = ['--base', 'main', '--reason', 'known', '--owner', 'platform', '--expires', '2026-11-21'];
    await runCli(['baseline', ...accept], { cwd: repository.path });
    expect((await check('--baseline', 'lapse-baseline.yaml')).code).toBe(1);
  });

  it.each([
    ['configuration', { 'lapse.yaml': 'version: 1\ncheck:\n  threshold: none\n' }, 'lapse.yaml'],
    ['excludes', { 'lapse.yaml': 'version: 1\nscan:\n  exclude: ["*"]\n' }, 'lapse.yaml'],
    ['ignore rules', { '.lapseignore': '*\n' }, '.lapseignore'],
  ])('does not let the change relax the gate by its own %s, and reports it', async (_, files, path) => {
    addThreeProblems();
    repository.write(files);
    repository.commit('relax');
    const { code, findings, report } = await check();
    expect(code).toBe(1);
    expect(findings).toHaveLength(3);
    expect(report.notices).toContainEqual(expect.objectContaining({ location: { path } }));
  });

  it('does not let the change excuse a secret by a comment of its own', async () => {
    const { secret } = awsKey();
    repository.write({ 'a.env': `AWS_SECRET_ACCESS_KEY=${secret} # lapse:allow because I say so\n` });
    repository.commit('excused');
    expect((await check()).findings.map(({ id }) => id)).toContain('secret-in-code');
  });

  it('runs nothing that the repository configures', async () => {
    const marker = join(repository.path, '..', `${repository.path.split('/').at(-1)}-marker`);
    for (const key of [
      'core.fsmonitor',
      'diff.external',
      'core.pager',
      'filter.x.clean',
      'filter.x.smudge',
      'diff.x.textconv',
    ]) {
      repository.git('config', key, `touch ${marker}`);
    }
    repository.write({ '.gitattributes': '* filter=x diff=x\n', 'b.txt': 'b\n' });
    await check();
    expect(existsSync(marker)).toBe(false);
  });

  it.each([
    ['a NUL byte', (text: string) => Buffer.concat([Buffer.from(text), Buffer.from([0, 10])])],
    ['UTF-16 without a mark', (text: string) => Buffer.from(text, 'utf16le')],
    ['a program around it', (text: string) => Buffer.concat([randomBytes(4096), Buffer.from([0]), Buffer.from(text)])],
  ])('is not passed by with %s', async (_, encode) => {
    const { id, secret } = awsKey();
    const text = `\nAWS_ACCESS_KEY_ID=${id}\nAWS_SECRET_ACCESS_KEY=${secret}\n`;
    writeFileSync(join(repository.path, 'a.bin'), encode(text));
    repository.commit('hidden');
    expect((await check()).findings.map(({ id: rule, location }) => [rule, location.path])).toEqual([
      ['secret-in-code', 'a.bin'],
    ]);
  });

  it('is incomplete when a file of the change cannot be read, and still reports the rest', async () => {
    addThreeProblems();
    repository.write({ 'k8s/broken.yaml': 'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: [\n' });
    repository.commit('broken');
    const { code, findings, report } = await check();
    expect(code).toBe(3);
    expect(findings).toHaveLength(3);
    expect(report.problems[0].message).toMatch(/^k8s\/broken\.yaml:\d+:\d+: /);
  });

  it('says so when there is no repository or no such base', async () => {
    expect((await runCli(['check', '/'], { cwd: repository.path })).stderr).toContain('not in a git repository');
    const { code, stderr } = await check('--base', '--upload-pack=touch x');
    expect(code).toBe(2);
    expect(stderr).toContain('no commit is called');
  });

  it('takes policies from the base', async () => {
    repository.git('checkout', '--quiet', 'main');
    repository.write({
      'lapse.yaml': 'version: 1\npolicy:\n  data:\n    levels:\n      workflow-token-wide: "off"\n',
    });
    repository.commit('policy');
    repository.git('checkout', '--quiet', '-B', 'change');
    repository.write({ '.github/workflows/release.yml': WORKFLOW });
    repository.commit('write-all');
    expect((await check()).findings.map(({ id }) => id)).not.toContain('workflow-token-wide');
  });
});
