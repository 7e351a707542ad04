import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { temporaryFolder } from '../store/temporary-folder.ts';
import { type TestRepository, testRepository } from '../support/repository.ts';
import { runCli } from '../support/run-cli.ts';

const password = (name: string) => `db_password = "${['Qz7', name, '!tR4v'].join('')}"\n`;

function repositoryWith(files: Readonly<Record<string, string>>): TestRepository {
  const test = testRepository(files);
  onTestFinished(() => test.close());
  return test;
}

async function places(test: TestRepository, ...args: string[]) {
  const { code, stdout } = await runCli(['scan', ...args, '--format', 'json'], { cwd: test.path });
  const report = JSON.parse(stdout) as { secrets: { locations: { path: string }[] }[]; notices: { message: string }[] };
  return {
    code,
    paths: report.secrets.flatMap(({ locations }) => locations.map(({ path }) => path)).sort(),
    notices: report.notices.map(({ message }) => message),
  };
}

describe('a look at a part', () => {
  it('tells what is staged, and not what the file had before', async () => {
    const test = repositoryWith({ 'old.env': password('a') });
    test.write({ 'old.env': `# more\n${password('a')}`, 'new.env': password('b'), 'later.env': password('c') });
    test.git('add', 'old.env', 'new.env');
    expect(await places(test, '--staged')).toEqual({ code: 1, paths: ['new.env'], notices: [] });
    expect((await places(test, '--working-tree')).paths).toEqual(['later.env', 'new.env']);
    expect(existsSync(join(test.path, '.lapse'))).toBe(false);
  }, 120_000);

  it('says that nothing is staged, and reads files whole that are named all the same', async () => {
    const test = repositoryWith({ 'old.env': password('a') });
    const none = await places(test, '--staged');
    expect(none).toMatchObject({ code: 0, paths: [], notices: [expect.stringContaining('nothing is staged')] });
    expect(await places(test, '--staged', 'old.env')).toMatchObject({ code: 1, paths: ['old.env'] });
  }, 120_000);

  it('tells what the commits of a range brought', async () => {
    const test = repositoryWith({ 'old.env': password('a') });
    test.write({ 'b.env': password('b') });
    test.commit('second');
    test.remove('b.env');
    test.commit('third');
    expect((await places(test, '--range', 'HEAD~2..HEAD', '--fail-on', 'low')).paths).toEqual(['b.env']);
    expect((await places(test, '--range', 'HEAD~1..HEAD')).paths).toEqual([]);
  }, 120_000);

  it.each([[['--range', 'HEAD']], [['--since', 'yesterday']], [['--staged', '--working-tree']]])(
    'refuses %j',
    async (args) => {
      const test = repositoryWith({});
      expect((await runCli(['scan', ...args], { cwd: test.path })).code).toBe(2);
    },
  );
});

it('tells of a folder that is named what it tells of it as a whole: findings about credentials too', async () => {
  const root = temporaryFolder();
  const report = fileURLToPath(new URL('../fixtures/scanners/aws/credential-report/input', import.meta.url));
  cpSync(report, join(root, 'exports'), { recursive: true });
  const found = async (...argv: string[]) => {
    const { stdout } = await runCli(['scan', ...argv, '--store', join(root, `${argv.length}.db`), '--format', 'json'], {
      cwd: root,
      now: new Date('2026-11-23T12:00:00Z'),
    });
    const { findings } = z
      .object({ findings: z.array(z.object({ id: z.string(), subject: z.string() })) })
      .parse(JSON.parse(stdout));
    return findings.map(({ id, subject }) => `${id} ${subject}`).sort();
  };
  const whole = await found();
  expect(whole.join('\n')).toMatch(/ aws:access-key:/);
  expect(await found('exports')).toEqual(whole);
});
