import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expandExample } from '../../src/scan/secrets/expand-example.ts';
import { type TestRepository, testRepository } from '../support/repository.ts';
import { runCli } from '../support/run-cli.ts';

const SECRET = ['Qz7', 'tR4vBx9'].join('!');

let repository: TestRepository;
beforeAll(() => {
  repository = testRepository({
    'lapse.yaml': 'version: 1\nscan: {exclude: [gen/]}\n',
    '.gitignore': 'build/\n',
    '.lapseignore': '\n*.log\n',
    'a.conf': `password = "changeme"\ndb_password = "${SECRET}"\nold_password = "${SECRET}" # lapse:allow retired\n`,
    credentials: expandExample(
      '[default]\naws_access_key_id = AKIA{base32:16}\naws_secret_access_key = {[A-Za-z0-9+/]:40}\n',
      'explain',
    ),
    'b.log': `db_password = "${SECRET}"\n`,
    'build/c.conf': 'x\n',
    'gen/d.conf': 'x\n',
    'empty.conf': '',
  });
  symlinkSync('a.conf', join(repository.path, 'link.conf'));
});
afterAll(() => repository.close());

async function explain(place: string, ...argv: readonly string[]) {
  return runCli(['scan', '--explain', place, ...argv], { cwd: repository.path });
}

describe('lapse scan --explain', () => {
  it('says of each place what became of it, and never shows a value', async () => {
    const { code, stdout, stderr } = await explain('a.conf', '--format', 'json');
    const { considered, read_as: readAs, left_out: leftOut } = JSON.parse(stdout);
    expect([code, readAs, leftOut]).toEqual([0, ['text'], null]);
    expect(
      considered
        .filter(({ rule }: { rule: string }) => rule === 'generic/password')
        .map(
          ({ line, column, reason }: { line: number; column: number; reason: string }) => `${line}:${column} ${reason}`,
        ),
    ).toEqual(expect.arrayContaining(['1:13 placeholder', '2:16 kept', '3:17 allowed-by-comment']));
    expect(stdout + stderr).not.toMatch(/changeme|tR4v/);
  });

  it('tells of one line, with everything that was tried there', async () => {
    const { stdout } = await explain('a.conf:1');
    expect(stdout).toContain('1:13-21  generic/password  placeholder');
    expect(stdout).not.toContain('kept');
    expect((await explain('a.conf:2:18')).stdout).toContain('2:16-27  generic/password  kept\n      reported\n');
  });

  it('tells of a pair where its id stands, too', async () => {
    const told = expect.stringMatching(/3:25-65 \(its id: 2\) {2}aws\/access-key {2}kept/);
    for (const line of [2, 3]) expect((await explain(`credentials:${line}`)).stdout).toEqual(told);
    expect((await explain('credentials:1')).stdout).not.toContain('aws/access-key ');
  });

  it.each([
    ['b.log', 'left out by .lapseignore:2 "*.log"'],
    ['build/c.conf', 'left out by .gitignore:1 "build/"'],
    ['gen/d.conf', 'left out by scan.exclude:1 "gen/"'],
    ['link.conf', 'a link: '],
    ['.git/HEAD', "part of git's own folder"],
    ['empty.conf', 'empty'],
  ])('says why a scan of everything does not read %s', async (path, reason) => {
    expect((await explain(path)).stdout).toContain(`in a scan of everything: ${reason}`);
  });

  it('says what would be found in a file that is left out', async () => {
    expect((await explain('b.log')).stdout).toContain('1:16-27  generic/password  kept');
  });

  it.each([
    ['nowhere.txt', 2, 'no such file'],
    ['build', 2, 'is a folder'],
  ])('refuses %s', async (path, exit, message) => {
    expect(await explain(path)).toMatchObject({ code: exit, stderr: expect.stringContaining(message) });
  });

  it('refuses formats that it has not', async () => {
    expect(await explain('a.conf', '--format', 'sarif')).toMatchObject({ code: 2 });
  });
});
