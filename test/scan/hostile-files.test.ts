import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FileSource } from '../../src/scan/file-source.ts';
import { filesFromWorkingTree } from '../../src/scan/files-from-working-tree.ts';
import type { Scanner } from '../../src/scan/scanner.ts';
import { loadRules } from '../../src/scan/secrets/load-rules.ts';
import { ruleSet } from '../../src/scan/secrets/rule-set.ts';
import { secretScanner } from '../../src/scan/secrets/secret-scanner.ts';
import { scanAll } from './scan-all.ts';
import { temporaryTree } from './temporary-tree.ts';

const PASSWORD = `db_password = "${['Qz7', 'tR4v', '91x'].join('!')}"\n`;
const scanner = secretScanner(() =>
  ruleSet(
    loadRules([
      {
        path: 'generic.yaml',
        text: `vendor: generic
name: Generic
docs: https://acme.example/docs
rules:
  - {id: password, title: Password, assignment: password, examples: {match: [x], ignore: [y]}}
  - id: token
    title: Token
    confidence: structured
    keywords: [acme_]
    pattern: 'acme_[a-z0-9]{20}'
    examples: {match: [x], ignore: [y]}
`,
      },
    ]),
  ),
);
const MEGABYTE = 1024 * 1024;

/** Where secrets were found, what was told, and how much memory that took beyond what was in use. */
async function scanned(source: FileSource) {
  const before = process.memoryUsage.rss();
  let most = 0;
  const look = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss() - before);
  }, 5);
  const { facts, result } = await scanAll([source], [scanner]).finally(() => clearInterval(look));
  most = Math.max(most, process.memoryUsage.rss() - before);
  const places = facts.flatMap((fact) =>
    fact.kind === 'secret' ? fact.body.locations.map(({ path, line, column }) => `${path}:${line}:${column}`) : [],
  );
  return { places, problems: result.problems.map(({ code, message }) => `${code} ${message}`), result, most };
}

describe('a scan survives, and reads what can be read', () => {
  it('a sparse file of 2 GB with a secret at its end', async () => {
    const base = temporaryTree({ 'z.txt': PASSWORD });
    const file = openSync(join(base, 'sparse'), 'w');
    ftruncateSync(file, 2048 * MEGABYTE);
    writeSync(file, `\n${['acme', 'x7k2m9q4w8e1r5t3y6u0'].join('_')}\n`, 2048 * MEGABYTE);
    closeSync(file);
    const { places, problems, result, most } = await scanned(filesFromWorkingTree({ base }));
    expect(places).toEqual(['sparse:2:1', 'z.txt:1:16']);
    expect(problems).toEqual([]);
    expect(result.files.bytes).toBeGreaterThan(2048 * MEGABYTE);
    expect(most).toBeLessThan(200 * MEGABYTE);
  });

  it('100 MB on one line, with a secret at its end', async () => {
    const base = temporaryTree();
    const file = openSync(join(base, 'line.js'), 'w');
    const part = Buffer.from('var a=function(b){return b+1};'.repeat(35_000));
    for (let written = 0; written < 100 * MEGABYTE; written += part.length) writeSync(file, part);
    writeSync(file, PASSWORD);
    closeSync(file);
    const { places, problems, most } = await scanned(filesFromWorkingTree({ base }));
    expect(places).toEqual([`line.js:1:${Math.ceil((100 * MEGABYTE) / part.length) * part.length + 16}`]);
    expect(problems).toEqual([]);
    expect(most).toBeLessThan(200 * MEGABYTE);
  });

  it('pipes, devices and links to them', async () => {
    const base = temporaryTree({ 'z.txt': PASSWORD });
    execFileSync('mkfifo', [join(base, 'pipe')]);
    symlinkSync('/dev/zero', join(base, 'zero'));
    symlinkSync(join(base, 'pipe'), join(base, 'to-pipe'));
    expect((await scanned(filesFromWorkingTree({ base }))).places).toEqual(['z.txt:1:16']);
    const named = await scanned(filesFromWorkingTree({ base, paths: [join(base, 'pipe'), join(base, 'z.txt')] }));
    expect(named.places).toEqual(['z.txt:1:16']);
  });

  it('directories as deep as paths can be', async () => {
    const base = temporaryTree({ 'z.txt': PASSWORD });
    const deep = Array.from({ length: 700 }, () => 'd').join('/');
    mkdirSync(join(base, deep), { recursive: true });
    writeFileSync(join(base, deep, 'x.txt'), PASSWORD);
    expect((await scanned(filesFromWorkingTree({ base }))).places).toEqual([`${deep}/x.txt:1:16`, 'z.txt:1:16']);
  });

  it.each([
    ['shrinks', (file: string) => truncateSync(file, 20)],
    ['grows', (file: string) => writeFileSync(file, PASSWORD.repeat(100))],
    ['becomes a directory', (file: string) => execFileSync('sh', ['-c', 'rm "$0" && mkdir "$0"', file])],
    ['goes away', (file: string) => execFileSync('rm', [file])],
  ])('a file that %s while the others are read', async (_, change) => {
    const base = temporaryTree({ 'a.txt': PASSWORD, 'b.txt': `${'x\n'.repeat(500)}${PASSWORD}`, 'c.txt': PASSWORD });
    const source = filesFromWorkingTree({ base });
    const { places } = await scanned({
      ...source,
      async *files(report) {
        for await (const ref of source.files(report)) {
          if (ref.path === 'b.txt') change(join(base, 'b.txt'));
          yield ref;
        }
      },
    });
    expect(places.filter((place) => !place.startsWith('b.txt'))).toEqual(['a.txt:1:16', 'c.txt:1:16']);
  });

  it('a large file that shrinks while it is streamed', async () => {
    const base = temporaryTree({ 'a.txt': 'filler line\n'.repeat(600_000) });
    let read = 0;
    const streaming: Scanner = {
      id: 'streaming',
      title: 'streams',
      recognise: () => 'text',
      async read(file) {
        for await (const piece of file.stream()) {
          read += piece.length;
          truncateSync(join(base, 'a.txt'), 3 * MEGABYTE);
        }
      },
    };
    const { result } = await scanAll([filesFromWorkingTree({ base, maxFileSize: MEGABYTE })], [streaming]);
    expect(read).toBe(3 * MEGABYTE);
    expect(result.problems).toEqual([]);
  });

  it('files and directories without permission', async (test) => {
    if (process.getuid?.() === 0) test.skip('root may read everything');
    const base = temporaryTree({ 'a.txt': PASSWORD, 'b.txt': PASSWORD });
    chmodSync(join(base, 'a.txt'), 0);
    const { places, problems } = await scanned(filesFromWorkingTree({ base }));
    expect(places).toEqual(['b.txt:1:16']);
    expect(problems).toEqual(['ERR_SCAN_UNREADABLE a.txt: cannot be read (EACCES)']);
  });
});
