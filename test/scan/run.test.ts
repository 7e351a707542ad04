import { rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scanners } from '../../scanners/index.ts';
import { AppError } from '../../src/errors.ts';
import type { StaticSecret } from '../../src/model/static-secret.ts';
import { filesFromExports } from '../../src/scan/files-from-exports.ts';
import { filesFromWorkingTree } from '../../src/scan/files-from-working-tree.ts';
import type { ScannedFact } from '../../src/scan/run.ts';
import type { Scanner } from '../../src/scan/scanner.ts';
import { readingScanner, scanAll, sourceOf } from './scan-all.ts';
import { temporaryTree } from './temporary-tree.ts';

const secret = (id: string): StaticSecret => ({
  id,
  rule: 'test/rule',
  vendor: 'test',
  title: 'test',
  confidence: 'generic',
  fingerprint: id,
  validity: 'unknown',
  inHead: true,
  locations: [],
});

/** Reads `*.fact` files: a fact for each line; `bad` fails, in one of several ways. */
const lineScanner: Scanner = {
  id: 'lines',
  title: 'lines',
  recognise: ({ path }) => (path.endsWith('.fact') ? 'line-file' : undefined),
  async read(file, context) {
    for (const line of (await file.readText()).split('\n')) {
      if (line === 'typed')
        throw new AppError('ERR_SCAN_SYNTAX', `${file.path}:2:3: expected a fact`, {
          details: { location: { path: file.path, line: 2, column: 3 } },
        });
      if (line === 'untyped') JSON.parse('{"password": "hunter2-not-quoted');
      if (line === 'part') context.problem({ message: 'odd line', location: { path: file.path, line: 1 } });
      else if (line !== '') context.emit({ kind: 'secret', body: secret(line) });
    }
  },
};

describe('a run', () => {
  it('gives each file to each scanner that recognises it, and counts', async () => {
    const base = temporaryTree({
      'a.fact': 'x\ny\n',
      'b.fact': 'z',
      'c.txt': 'text',
      'd.bin': new Uint8Array([0, 1, 2]),
    });
    const { facts, result } = await scanAll(
      [filesFromWorkingTree({ base })],
      [
        lineScanner,
        { ...readingScanner(() => undefined), recognise: ({ path }) => (path === 'b.fact' ? 'b' : undefined) },
      ],
    );
    expect(facts.map(({ unit, scanner, body }) => [unit, scanner, body.id])).toEqual([
      ['a.fact', 'lines', 'x'],
      ['a.fact', 'lines', 'y'],
      ['b.fact', 'lines', 'z'],
    ]);
    expect(result).toEqual({
      files: { seen: 4, read: 2, bytes: 5 },
      skipped: { 'not-recognised': 1, binary: 1 },
      scanners: {
        lines: { formats: { 'line-file': 2 }, files: 2, facts: { secret: 3 } },
        reader: { formats: { b: 1 }, files: 1, facts: {} },
      },
      problems: [],
      notices: [],
      used: [],
      whole: [],
      complete: true,
      scopes: [''],
    });
  });

  it('goes on after a broken file, and names what is broken', async () => {
    const base = temporaryTree({
      '1.fact': 'x',
      '2.fact': 'y\ntyped',
      '3.fact': 'untyped',
      '4.fact': 'part\nz',
      '5.fact': 'w',
    });
    const { facts, result } = await scanAll([filesFromWorkingTree({ base })], [lineScanner]);
    expect(facts.map((fact) => fact.body.id)).toEqual(['x', 'y', 'z', 'w']);
    expect(result.complete).toBe(false);
    expect(result.problems).toEqual([
      {
        code: 'ERR_SCAN_SYNTAX',
        message: '2.fact:2:3: expected a fact',
        location: { path: '2.fact', line: 2, column: 3 },
        unit: '2.fact',
        scanner: 'lines',
      },
      {
        code: 'ERR_INTERNAL',
        message: '3.fact: a scanner failed on this file (SyntaxError)',
        location: { path: '3.fact' },
        unit: '3.fact',
        scanner: 'lines',
      },
      {
        code: 'ERR_SCAN_SYNTAX',
        message: '4.fact:1: odd line',
        location: { path: '4.fact', line: 1 },
        unit: '4.fact',
        scanner: 'lines',
      },
    ]);
    expect(JSON.stringify(result)).not.toContain('hunter2');
  });

  it('survives a scanner that fails while it looks at the head', async () => {
    const broken: Scanner = {
      ...lineScanner,
      id: 'broken',
      recognise: () => {
        throw new TypeError('x');
      },
    };
    const { facts, result } = await scanAll(
      [filesFromWorkingTree({ base: temporaryTree({ 'a.fact': 'x' }) })],
      [broken, lineScanner],
    );
    expect(facts).toHaveLength(1);
    expect(result.problems).toMatchObject([{ code: 'ERR_INTERNAL', scanner: 'broken', unit: 'a.fact' }]);
  });

  it('reports a file that is gone when its turn comes, without a scanner', async () => {
    const base = temporaryTree({ 'a.fact': 'x', 'b.fact': 'y' });
    const remover = readingScanner(({ path }) => path === 'a.fact' && rmSync(join(base, 'b.fact')));
    const { result } = await scanAll([filesFromWorkingTree({ base })], [remover]);
    expect(result.problems).toEqual([
      {
        code: 'ERR_SCAN_UNREADABLE',
        message: 'b.fact: cannot be read (ENOENT)',
        location: { path: 'b.fact' },
        unit: 'b.fact',
      },
    ]);
    expect(result.skipped).toEqual({ unreadable: 1 });
  });

  it('hands facts on in batches, and waits for the sink also in the middle of a stream', async () => {
    const sizes: number[] = [];
    let open = 0;
    const scanner: Scanner = {
      id: 'stream',
      title: 'stream',
      recognise: () => 'stream',
      async read(file, context) {
        for await (const chunk of file.stream()) {
          deliveredBefore.push(total());
          for (let at = 0; at < chunk.length; at += 4 * 1024)
            context.emit({ kind: 'secret', body: secret(String(at)) });
        }
      },
    };
    const sink = async (batch: readonly ScannedFact[]) => {
      expect(++open).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      sizes.push(batch.length);
      open--;
    };
    const total = () => sizes.reduce((sum, size) => sum + size, 0);
    const deliveredBefore: number[] = [];
    // Streamed in pieces of 64 KiB, each of which gives 16 facts; the last one gives 4.
    const base = temporaryTree({ x: 'A'.repeat(2.25 * 64 * 1024) });
    await scanAll([filesFromWorkingTree({ base, maxFileSize: 1_000 })], [scanner], { sink, batchSize: 10 });
    expect(deliveredBefore).toEqual([0, 16, 32]);
    expect(total()).toBe(36);
    expect(Math.max(...sizes)).toBe(10);
  });

  it('ends with the failure of the sink', async () => {
    const failing = {
      sink: async () => {
        throw new Error('disk full');
      },
      batchSize: 1,
    };
    const base = temporaryTree({ 'a.fact': 'x\ny', 'b.fact': 'z' });
    await expect(scanAll([filesFromWorkingTree({ base })], [lineScanner], failing)).rejects.toThrow('disk full');
  });

  it('tells how far it is', async () => {
    const base = temporaryTree(Object.fromEntries(Array.from({ length: 600 }, (_, index) => [`${index}.txt`, 'x'])));
    const seen: number[] = [];
    await scanAll([filesFromWorkingTree({ base })], [readingScanner(() => undefined)], {
      onProgress: ({ files }) => void seen.push(files),
    });
    expect(seen).toEqual([256, 512]);
  });
});

describe('exports', () => {
  it('reads them from anywhere, under the path that was given', async () => {
    const folder = temporaryTree({ 'exports/iam.fact': 'x' });
    const source = filesFromExports([{ path: 'exports/iam.fact', scanner: 'lines' }], { cwd: folder });
    const { facts, result } = await scanAll([source], [lineScanner]);
    expect(facts.map((fact) => fact.unit)).toEqual(['exports/iam.fact']);
    expect(result.scopes).toEqual(['exports/iam.fact']);
  });

  it('says when the scanner that was named cannot read one, and when there is none', async () => {
    const folder = temporaryTree({ 'iam.txt': 'x' });
    const source = filesFromExports([{ path: 'iam.txt', scanner: 'lines' }, { path: 'gone.json' }, { path: '.' }], {
      cwd: folder,
    });
    const { result } = await scanAll([source], [lineScanner]);
    expect(result.problems.map(({ code, message }) => [code, message])).toEqual([
      ['ERR_SCAN_SYNTAX', 'iam.txt: is not an export that the lines scanner can read'],
      ['ERR_SCAN_UNREADABLE', 'gone.json: cannot be read (ENOENT)'],
      ['ERR_SCAN_UNREADABLE', '.: is not a file'],
    ]);
  });
});

describe('any bytes', () => {
  const starts = [
    '',
    '{',
    '[{"UserDetailList":[',
    'user,arn,user_creation_time\n',
    'apiVersion: v1\nkind: Role\n',
    'on: push\njobs:\n',
    '\ufeff',
    '&a [*a, *a]\n',
  ];
  const names = ['x.json', 'x.yaml', '.github/workflows/x.yml', 'x.csv', 'x', '.npmrc'];
  const content = fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    fc.string({ unit: 'binary', maxLength: 300 }).map((text) => Buffer.from(text)),
    fc.json().map((text) => Buffer.from(text)),
  );

  it('never make a built-in scanner fail in a way that it does not name', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), fc.constantFrom(...starts), content, async (path, start, bytes) => {
        const all = Buffer.concat([Buffer.from(start), bytes]);
        const { result } = await scanAll([sourceOf({ [path]: all })], scanners);
        expect(result.problems.filter((problem) => problem.code === 'ERR_INTERNAL')).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
