import { describe, expect, it } from 'vitest';
import { parseCodeOwners } from '../../../src/scan/code-owners/code-owners.ts';
import { ownedByCode } from '../../../src/scan/code-owners/owned-by-code.ts';
import { principal } from '../../support/facts.ts';

const owners = (text: string, path: string) =>
  parseCodeOwners(text, 'CODEOWNERS')
    .ownersOf(path)
    .map(({ value }) => value);

describe('patterns (GitHub, "About code owners")', () => {
  it.each<[string, string, boolean]>([
    ['*', 'src/a.ts', true],
    ['*.js', 'src/a.js', true],
    ['*.js', 'src/a.jsx', false],
    ['/build/logs/', 'build/logs/today/a.log', true],
    ['/build/logs/', 'src/build/logs/a.log', false],
    ['docs/*', 'docs/getting-started.md', true],
    ['docs/*', 'docs/build-app/troubleshooting.md', false],
    ['apps/', 'src/apps/a.ts', true],
    ['apps/', 'apps', false],
    ['/docs/', 'docs/a.md', true],
    ['/scripts', 'scripts/a.sh', true],
    ['**/logs', 'deeply/nested/logs/a', true],
    ['**/logs', 'logs/a', true],
    ['/src/**/test', 'src/a/b/test/c.ts', true],
    ['/src/**', 'src/a/b.ts', true],
    ['/src/**', 'src', false],
    ['deploy/.env', 'deploy/.env', true],
    ['deploy/.env', 'other/deploy/.env', false],
    ['.env', 'deploy/.env', true],
    ['a?c.txt', 'abc.txt', true],
    ['a?c.txt', 'a/c.txt', false],
    ['Docs/', 'docs/a.md', false],
    ['a+b(c).txt', 'a+b(c).txt', true],
    ['/with\\ space/', 'with space/a', true],
    ['**', 'a/b/c', true],
  ])('%s %s: %s', (pattern, path, matches) => {
    expect(owners(`${pattern} @team`, path)).toEqual(matches ? ['@team'] : []);
  });

  it.each(['!docs/ @team', '[abc].txt @team', '[x] @team'])('%s is no pattern', (line) => {
    expect(owners(line, 'docs/a')).toEqual([]);
    expect(owners(line, 'a.txt')).toEqual([]);
  });
});

describe('lines', () => {
  it('the last one that matches counts, also with nobody', () => {
    const text = '* @all\n/apps/ @octocat @docs-team # both\n/apps/github\n';
    expect(owners(text, 'README.md')).toEqual(['@all']);
    expect(owners(text, 'apps/x/a.ts')).toEqual(['@octocat', '@docs-team']);
    expect(owners(text, 'apps/github/a.ts')).toEqual([]);
  });

  it('comments, empty lines and other line ends', () => {
    expect(owners('\ufeff# a\r\n\r\n   # b\r\n*.ts a@example.com\r\n', 'a.ts')).toEqual(['a@example.com']);
  });

  it('says which line says so', () => {
    expect(parseCodeOwners('# x\n* @a\n', '.github/CODEOWNERS').ownersOf('a')).toEqual([
      { value: '@a', source: 'codeowners', location: { path: '.github/CODEOWNERS', line: 2 } },
    ]);
  });

  it('sections of GitLab: one answer of each, and owners of their own', () => {
    const text = '* @all\n[Database][2] @dba\ndb/\ndb/keys @security\n^[Docs]\n*.md @writers\n';
    expect(owners(text, 'db/schema.sql')).toEqual(['@dba', '@all']);
    expect(owners(text, 'db/keys')).toEqual(['@security', '@all']);
    expect(owners(text, 'a.md')).toEqual(['@writers', '@all']);
  });

  it('no pattern takes long', () => {
    const start = performance.now();
    owners(`${'**/a*/'.repeat(8)}c @team`, `${'a/'.repeat(2_000)}b`);
    owners(`${'*a'.repeat(50)}c @team`, 'a'.repeat(4_000));
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});

describe('ownedByCode', () => {
  const code = parseCodeOwners('k8s/ @team @other', 'CODEOWNERS');
  const row = principal('kubernetes', 'service-account', 'c/ns/a', { locations: [{ path: 'k8s/a.yaml', line: 1 }] });
  const ownerOf = (body: typeof row) =>
    (ownedByCode({ kind: 'principal', body }, code).body as typeof row).owner?.value;

  it('names who answers for the file of a declaration', () => {
    expect(ownerOf(row)).toBe('@team @other');
  });

  it('leaves what says so itself, what is only named, and what stands elsewhere', () => {
    expect(ownerOf({ ...row, owner: { value: 'x', source: 'tag' } })).toBe('x');
    expect(ownerOf({ ...row, seen: 'referenced' })).toBeUndefined();
    expect(ownerOf({ ...row, locations: [{ path: 'a.yaml' }] })).toBeUndefined();
    expect(ownerOf({ ...row, locations: [{ path: 'k8s/a.yaml', commit: 'abc' }] })).toBeUndefined();
  });
});
