import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isThere, measure } from '../secrets-speed/measure.ts';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const LOADER = path('../../test/support/typescript-loader.mjs');
const ENTRYPOINT = 'lapse/findings/all';

/** What evaluations took. */
export interface Run {
  readonly evaluations: number;
  /** Of the clock, and of CPU time of the whole process. */
  readonly seconds: number;
  readonly cpu: number;
}

export interface EngineRun extends Run {
  readonly failed: number;
  /** Whether all subjects were answered as before. */
  readonly same: boolean;
  /** MB resident, before and after. */
  readonly memoryBefore: number;
  readonly memory: number;
}

/** What all are given: policies and data as files, subjects one a line. */
export interface Given {
  readonly folder: string;
  readonly subjects: string;
}

const pinned = (cores: number, command: string, args: readonly string[]) =>
  execFileSync('taskset', ['-c', cores === 1 ? '0' : '0,1', command, ...args], { encoding: 'utf8' });

/** lapse's engine with as many workers as cores. */
export function engine({ folder, subjects }: Given, evaluations: number, cores: number, ...mode: string[]): EngineRun {
  const args = ['--no-warnings', '--import', LOADER, path('./engine.ts'), subjects, String(evaluations), String(cores)];
  return JSON.parse(pinned(cores, process.execPath, [...args, join(folder, 'cache'), ...mode]));
}

/** Builds the program over OPA's library; `undefined` without Go. */
export function buildLibrary({ folder }: Given): string | undefined {
  if (!isThere('go')) return undefined;
  const program = join(folder, 'library');
  execFileSync('go', ['build', '-o', program, path('./library/main.go')], { cwd: path('../../rego/compiler') });
  return program;
}

/** OPA's library, with as many threads as cores. */
export function library(program: string, given: Given, evaluations: number, cores: number, answers?: string): Run {
  const files = ['modules.json', 'data.json'].map((name) => join(given.folder, name));
  const query = `data.${ENTRYPOINT.replaceAll('/', '.')}`;
  const args = [...files, given.subjects, query, String(evaluations), String(cores)];
  return JSON.parse(pinned(cores, program, answers === undefined ? args : [...args, answers]));
}

/**
 * `opa exec` over files, once with one and once with many: the difference is what evaluations take, since its start is that of a
 * program and not of a policy.
 */
export function exec({ folder, subjects }: Given, evaluations: number, cores: number): Run {
  const bundle = join(folder, 'bundle');
  const inputs = join(folder, 'inputs');
  mkdirSync(inputs, { recursive: true });
  const texts = readFileSync(subjects, 'utf8').trimEnd().split('\n');
  const names = Array.from({ length: evaluations }, (_, index) => join(inputs, `${index}.json`));
  for (const [index, name] of names.entries()) writeFileSync(name, texts[index % texts.length] ?? '');
  const run = (files: readonly string[]) => {
    const asked = ['exec', '--bundle', bundle, '--decision', ENTRYPOINT, ...files];
    return measure({ command: 'taskset', args: ['-c', cores === 1 ? '0' : '0,1', 'opa', ...asked] });
  };
  const [one, all] = [run(names.slice(0, 1)), run(names)];
  return { evaluations: evaluations - 1, seconds: all.wall - one.wall, cpu: all.cpu - one.cpu };
}
