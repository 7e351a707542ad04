import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { assetPath } from '../../src/assets.ts';

/** Failure classes that the page must have a row for, and what the name of a test of that row must say. */
const CLASSES: readonly (readonly [string, ...string[]])[] = [
  ['sub wildcard', 'sub wildcard'],
  ['audience', 'another audience'],
  ['issuer mix-up', 'issuer mix-up'],
  ['algorithm confusion', 'algorithm confusion'],
  ['none', 'alg none'],
  ['expired', 'expired'],
  ['not yet valid', 'not yet valid'],
  ['skew', 'skew'],
  ['replay by jti', 'replay', 'jti'],
  ['JWKS with hostile URL', 'hostile URL'],
  ['redirect', 'a redirect'],
  ['huge or slow answer', 'huge answer', 'slow answer'],
  ['key rotation', 'key rotation'],
  ['confused deputy', 'confused deputy'],
  ['self-approval', 'self-approval'],
  ['double counting', 'double counting'],
  ['approval of a changed request', 'approval of a changed request'],
  ['revoked while approving', 'revoked while approving'],
  ['SQL and shell quoting in names', 'SQL quoting', 'shell quoting'],
  ['name normalisation', 'name normalisation'],
  ['tenant mix-up', 'tenant mix-up'],
  ['error path that mints', 'error path that mints'],
  ['audit failure', 'audit failure'],
  ['lease flood', 'lease flood'],
  ['request smuggling', 'request smuggling'],
  ['body limits', 'body limits'],
  ['header floods', 'header floods'],
  ['slow clients', 'slow clients'],
  ['XSS in names', 'XSS in names'],
  ['CSRF', 'CSRF'],
  ['session fixation', 'session fixation'],
  ['open redirect', 'open redirect'],
  ['path traversal', 'path traversal'],
];

interface Row {
  readonly threat: string;
  readonly guard: string;
  /** File below `test/`, and the names that the page quotes of it. */
  readonly tests: readonly { readonly file: string; readonly names: readonly string[] }[];
}

/** Rows of the tables whose last column is headed "Test". */
function threats(page: string): readonly Row[] {
  const rows: Row[] = [];
  let inTable = false;
  for (const line of page.split('\n')) {
    if (!line.startsWith('|')) inTable = false;
    else if (/\| Test \|$/.test(line)) inTable = true;
    else if (inTable && !line.startsWith('| ---')) {
      const [threat = '', guard = '', cell = ''] = line
        .slice(1, -1)
        .split('|')
        .map((part) => part.trim());
      const tests = [...cell.matchAll(/`([^`]+)`:((?:,? "[^"]+")+)/g)].map(([, file = '', names = '']) => ({
        file,
        names: [...names.matchAll(/"([^"]+)"/g)].map(([, name = '']) => name),
      }));
      rows.push({ threat, guard, tests });
    }
  }
  return rows;
}

/** The file without its comments. */
function code(path: string): string {
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.filter((line) => !/^\s*(\/\/|\/?\*)/.test(line)).join('\n');
}

describe('docs/threat-model.md', () => {
  const rows = threats(readFileSync(assetPath('docs', 'threat-model.md'), 'utf8'));

  it.each(CLASSES)('has the class %s, with a test that is named so', (what, ...phrases) => {
    const row = rows.find(({ threat }) => threat.startsWith(`**${what}**`));
    const names = row?.tests.flatMap((test) => test.names) ?? [];
    for (const phrase of phrases)
      expect(names.filter((name) => name.toLowerCase().includes(phrase.toLowerCase()))).not.toEqual([]);
  });

  it('names something against each threat, and a test', () => {
    expect(rows.length).toBeGreaterThan(CLASSES.length);
    expect(rows.filter(({ guard, tests }) => guard === '' || tests.length === 0)).toEqual([]);
  });

  const files = [...new Set(rows.flatMap(({ tests }) => tests.map(({ file }) => file)))];
  it.each(files)('names tests that test/%s has', (file) => {
    const path = assetPath('test', ...file.split('/'));
    expect(existsSync(path)).toBe(true);
    const there = code(path);
    const quoted = rows.flatMap(({ tests }) =>
      tests.filter((test) => test.file === file).flatMap(({ names }) => names),
    );
    expect(quoted.filter((name) => !there.includes(`'${name}'`))).toEqual([]);
  });
});
