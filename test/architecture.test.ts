import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastGlob from 'fast-glob';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Which area may import which (docs/architecture.md draws it). An area is a folder of `src`, a file directly in `src`, or
 * `scanners`. Its own files and `errors` are open to every area.
 */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  assets: [],
  tar: [],
  wasm: [],
  model: [],
  net: ['model'],
  config: ['model'],
  iam: ['model'],
  drift: ['model'],
  graph: ['model', 'iam'],
  scan: ['tar', 'wasm', 'assets', 'model'],
  scanners: ['scan', 'iam', 'model', 'assets'],
  verify: ['scan', 'model'],
  policy: ['tar', 'wasm', 'model', 'assets'],
  judge: ['graph', 'iam', 'policy', 'model'],
  gate: ['judge', 'scan', 'scanners', 'graph', 'policy', 'config', 'model'],
  report: ['model', 'graph', 'drift'],
  store: ['model'],
  brokers: ['model'],
  issuer: ['brokers', 'policy', 'store', 'config', 'net', 'model'],
  notify: ['jobs', 'issuer', 'store', 'net', 'model'],
  jobs: ['issuer', 'scan', 'scanners', 'verify', 'judge', 'store', 'config', 'model'],
  console: ['report', 'model'],
  http: ['console', 'issuer', 'config', 'store', 'net', 'model', 'assets'],
  cli: [
    'notify',
    'net',
    'gate',
    'http',
    'jobs',
    'issuer',
    'brokers',
    'scanners',
    'verify',
    'scan',
    'iam',
    'judge',
    'report',
    'drift',
    'graph',
    'policy',
    'store',
    'config',
    'model',
    'assets',
  ],
};

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\b[^'"]*?\bfrom\s*'(\.[^']+)'|\bimport\(\s*'(\.[^']+)'\s*\)|(?:^|\n)import\s*'(\.[^']+)'/g;

function areaOf(file: string): string {
  const [top, second = ''] = file.split('/');
  return top === 'scanners' ? 'scanners' : second.replace(/\.ts$/, '');
}

function importsOf(file: string): readonly string[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(IMPORT)].flatMap((match) => {
    const target = match[1] ?? match[2] ?? match[3];
    return target === undefined ? [] : [relative(root, resolve(root, dirname(file), target)).replaceAll('\\', '/')];
  });
}

const files = fastGlob.sync(['src/**/*.ts', 'scanners/**/*.ts'], { cwd: root }).sort();

describe('the arrows between the areas', () => {
  it('has a row in the table for every area', () => {
    expect([...new Set(files.map(areaOf))].filter((area) => ALLOWED[area] === undefined)).toEqual([]);
  });

  it.each([...new Set(files.map(areaOf))])('%s imports only what it may', (area) => {
    const open = new Set([area, 'errors', ...(ALLOWED[area] ?? [])]);
    const wrong = files
      .filter((file) => areaOf(file) === area)
      .flatMap((file) =>
        importsOf(file).flatMap((target) => (open.has(areaOf(target)) ? [] : [`${file} → ${target}`])),
      );
    expect(wrong).toEqual([]);
  });

  it('reads imports at all', () => {
    expect(importsOf('src/graph/access-graph.ts')).toContain('src/model/answer.ts');
  });
});
