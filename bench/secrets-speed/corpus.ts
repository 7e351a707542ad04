import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Packages with a version each, so that the corpus is the same tomorrow. Together well above 500 MB. */
const PACKAGES = {
  go: [
    'k8s.io/kubernetes@v1.31.0',
    'github.com/hashicorp/terraform@v1.9.0',
    'github.com/hashicorp/vault@v1.17.0',
    'github.com/grafana/grafana@v5.4.5+incompatible',
    'github.com/moby/moby@v26.1.0+incompatible',
    'github.com/prometheus/prometheus@v0.53.0',
  ],
  npm: ['next@14.2.5', 'typescript@5.5.4', 'antd@5.20.0', 'three@0.167.0', 'webpack@5.93.0', '@types/node@20.14.0'],
  pypi: [
    'ansible==10.2.0',
    'Django==5.0.7',
    'apache-airflow==2.9.2',
    'sympy==1.13.0',
    'kubernetes==30.1.0',
    'sentry-sdk==2.10.0',
  ],
} as const;

const FETCH: Readonly<Record<keyof typeof PACKAGES, (name: string, target: string, scratch: string) => void>> = {
  go(name, target, scratch) {
    const environment = { ...process.env, GOMODCACHE: join(scratch, 'go'), GOFLAGS: '-modcacherw' };
    const output = run('go', ['mod', 'download', '-json', name], { env: environment });
    const { Dir } = JSON.parse(output) as { readonly Dir: string };
    cpSync(Dir, target, { recursive: true });
  },
  npm(name, target, scratch) {
    const file = run('npm', ['pack', '--silent', '--pack-destination', scratch, name]).trim().split('\n').at(-1);
    run('tar', ['-xzf', join(scratch, file ?? ''), '-C', target]);
  },
  // Wheels: nothing of a package is run to unpack one.
  pypi(name, target, scratch) {
    const wheels = join(scratch, 'wheels');
    const what = ['--quiet', '--no-deps', '--only-binary', ':all:', '--python-version', '3.11'];
    run('python3', ['-m', 'pip', 'download', ...what, '--dest', wheels, name]);
    for (const wheel of readdirSync(wheels)) run('python3', ['-m', 'zipfile', '-e', join(wheels, wheel), target]);
  },
};

/**
 * The corpus, in a folder of the cache; fetched and unpacked when it is not there. What cannot be fetched is told and left
 * out.
 */
export function corpusIn(cache: string): string {
  const corpus = join(cache, 'corpus');
  for (const registry of ['go', 'npm', 'pypi'] as const) {
    for (const name of PACKAGES[registry]) {
      const target = join(corpus, registry, name.replaceAll(/[^\w.@-]+/g, '-'));
      if (existsSync(target)) continue;
      mkdirSync(join(corpus, registry), { recursive: true });
      const scratch = mkdtempSync(join(cache, 'fetch-'));
      try {
        const unpacked = join(scratch, 'unpacked');
        mkdirSync(unpacked);
        FETCH[registry](name, unpacked, scratch);
        renameSync(unpacked, target);
      } catch (error) {
        console.error(
          `left out: ${registry} ${name}: ${error instanceof Error ? error.message.split('\n')[0] : error}`,
        );
      } finally {
        rmSync(scratch, { recursive: true, force: true });
      }
    }
  }
  return corpus;
}

/** Files below a folder, and their bytes. */
export function sizeOf(folder: string): { readonly files: number; readonly bytes: number } {
  let files = 0;
  let bytes = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    files++;
    bytes += statSync(join(entry.parentPath, entry.name)).size;
  }
  return { files, bytes };
}

function run(command: string, args: readonly string[], options: { readonly env?: NodeJS.ProcessEnv } = {}): string {
  return execFileSync(command, args, { ...options, encoding: 'utf8', maxBuffer: 64 * 1024 ** 2 });
}
