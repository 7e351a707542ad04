import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { SCAFFOLDS } from '../../src/cli/policy/scaffolds.ts';
import { createPolicyEngine } from '../../src/policy/create-policy-engine.ts';
import { loadPolicySources } from '../../src/policy/policy-sources.ts';
import { runCli } from '../support/run-cli.ts';

const KINDS = Object.keys(SCAFFOLDS);

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lapse new-'));
  writeFileSync(join(folder, 'lapse.yaml'), 'version: 1\npolicy: {paths: [mine]}\n');
  for (const kind of KINDS) {
    expect(await lapse('policy', 'new', kind, `a-new-${kind}`)).toEqual({
      code: 0,
      stdout: `mine/a-new-${kind}/a-new-${kind}.rego\nmine/a-new-${kind}/a-new-${kind}_test.rego\n`,
      stderr: 'next: lapse policy test mine\n',
    });
  }
  await lapse('policy', 'new', 'finding', 'short');
});
afterAll(() => rmSync(folder, { recursive: true }));

const lapse = (...argv: readonly string[]) => runCli(argv, { cwd: folder });

describe('lapse policy new', () => {
  it('makes policies that pass check, fmt and tests that reach each line', async () => {
    for (const argv of [['check'], ['fmt', '--check'], ['test', '--threshold', '100']]) {
      const { code, stdout, stderr } = await lapse('policy', ...argv);
      expect(code, `${argv.join(' ')}: ${stdout}${stderr}`).toBe(0);
    }
  });

  it('makes policies that are asked', async () => {
    const engine = await createPolicyEngine({
      custom: await loadPolicySources(join(folder, 'mine')),
    });
    try {
      const row = { kind: 'added', entity: 'principal', id: 'p', name: 'ci', fields: [], sources: ['aws'] };
      const changes = await engine.drift({ now: '2026-03-01T00:00:00Z', row });
      expect(changes.map(({ id }) => id)).toContain('a-new-drift');
      const event = {
        chain: 'main',
        seq: 1,
        at: '2026-03-01T00:00:00Z',
        event: 'request.denied',
        actor: 'ci',
        detail: {},
      };
      const alerts = await engine.alerts({ now: '2026-03-01T00:00:00Z', event, history: {} });
      expect(alerts.map(({ id }) => id)).toContain('a-new-alert');
      expect(engine.rules.get('a-new-alert')).toMatchObject({ family: 'alert', title: 'A new alert' });
    } finally {
      await engine.close();
    }
  });

  it('says how lapse hears of another folder', async () => {
    const { code, stderr } = await lapse('policy', 'new', 'drift', 'x', '--in', 'other');
    expect([code, stderr]).toEqual([
      0,
      'next: lapse policy test other\nlapse asks it once lapse.yaml says: policy: {paths: [other]}\n',
    ]);
  });

  it('copies a template, which passes check and its own tests', async () => {
    const { code, stdout } = await lapse('policy', 'new', '--template', 'ci-deploy', '--in', 'copies');
    expect([code, stdout]).toEqual([0, expect.stringContaining('copies/custom/access/ci-deploy/ci-deploy.rego\n')]);
    for (const argv of [['check'], ['test']]) {
      const { code, stdout, stderr } = await lapse('policy', ...argv, 'copies');
      expect(code, `${argv.join(' ')}: ${stdout}${stderr}`).toBe(0);
    }
    expect(await lapse('policy', 'new', '--template', '../lib')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/there is no template "\.\.\/lib" .*\n.*there are agent-tool-call, /),
    });
  });

  it('is found by the other commands where there is no configuration', async () => {
    const bare = mkdtempSync(join(tmpdir(), 'lapse bare-'));
    onTestFinished(() => rmSync(bare, { recursive: true }));
    await runCli(['policy', 'new', 'finding', 'x'], { cwd: bare });
    expect(await runCli(['policy', 'check'], { cwd: bare })).toMatchObject({ code: 0 });
    expect((await runCli(['policy', 'test'], { cwd: bare })).stdout).toContain('3 pass');
  });

  it('leaves alone what is there', async () => {
    const file = join(folder, 'mine/short/short.rego');
    writeFileSync(file, 'mine');
    expect(await lapse('policy', 'new', 'alert', 'short')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('mine/short/short.rego: is there already'),
    });
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });

  it.each(['Big', 'a_b', '../up', '-a', 'a--b', ''])('refuses the id "%s"', async (id) => {
    expect(await lapse('policy', 'new', 'finding', '--', id)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('is no id of a rule'),
    });
  });
});
