import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TestRepository, testRepository } from '../support/repository.ts';
import { runCli } from '../support/run-cli.ts';

const password = (value: string) => `db_password = "${value}"\n`;
const ONE = ['Qz7', 'tR4vBx9'].join('!');
const OTHER = ['Wk3', 'mN8pLs2'].join('#');

let repository: TestRepository;
beforeEach(() => {
  repository = testRepository({ 'a.conf': `# one\n${password(ONE)}` });
  repository.commit('first');
});
afterEach(() => repository.close());

async function checkAll() {
  const { code, stdout } = await runCli(['check', '--all', '--format', 'json'], { cwd: repository.path });
  const report = JSON.parse(stdout);
  return {
    code,
    accepted: report.accepted.map(({ location }: { location: { path: string } }) => location.path),
    notices: report.notices.map(
      ({ message, location }: { message: string; location: { path: string; line?: number } }) =>
        `${location.path}${location.line === undefined ? '' : `:${location.line}`} ${message}`,
    ),
  };
}

describe('a baseline', () => {
  const accept = ['baseline', '--reason', 'retired', '--owner', 'platform', '--expires', '2027-01-01'];

  it('survives moves, renames, squashes and rebases, and accepts nothing else in the same place', async () => {
    await runCli(accept, { cwd: repository.path });
    repository.commit('accept');
    expect(await checkAll()).toEqual({ code: 0, accepted: ['a.conf'], notices: [] });

    // Moved, renamed, indented, with other lines around, in a history that is written anew.
    repository.write({ 'deploy/b.ini': `\n\n[db]\n  ${password(ONE)}\n` });
    repository.remove('a.conf');
    repository.commit('move');
    repository.git('reset', '--quiet', '--soft', 'HEAD~2');
    repository.git('commit', '--quiet', '--amend', '--message', 'all in one');
    expect(await checkAll()).toEqual({ code: 0, accepted: ['deploy/b.ini'], notices: [] });

    repository.write({ 'deploy/b.ini': `\n\n[db]\n  ${password(OTHER)}\n` });
    const changed = await checkAll();
    expect([changed.code, changed.accepted]).toEqual([1, []]);
    expect(changed.notices).toEqual([
      expect.stringMatching(
        /^lapse-baseline\.yaml accepts what is not there any more: secret-in-code, .* \([0-9a-f]{12}\)$/,
      ),
    ]);
  }, 120_000);
});

describe('what is of no use', () => {
  it('is told with its place, and changes no exit code', async () => {
    repository.write({
      'a.conf': `x = 1 # lapse:allow because\n// lapse:allow-next-line sample\n${password(ONE)}y = 2 ; lapse:allow\n`,
      '.lapseignore': '# comment\n*.log\n*.bak\n',
      'b.log': password(OTHER),
    });
    const { code, notices } = await checkAll();
    expect(code).toBe(0);
    expect(notices).toEqual([
      '.lapseignore:3 "*.bak" leaves nothing out',
      'a.conf:1 lapse:allow suppresses nothing: there is no secret on its line',
      'a.conf:4 lapse:allow without a reason suppresses nothing',
    ]);
    for (const format of ['terminal', 'sarif', 'markdown', 'github', 'jsonl', 'junit', 'csv']) {
      const { stdout } = await runCli(['scan', '.', '--format', format], { cwd: repository.path });
      expect({
        format,
        told: stdout.includes('lapse:allow without a reason') || stdout.includes('lapse\\:allow'),
      }).toEqual({
        format,
        told: true,
      });
    }
  }, 180_000);
});
