import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Baseline } from './baseline.ts';
import type { Config } from './config.ts';

/**
 * The baseline that a configuration names, as it is on the disk.
 *
 * @returns undefined when there is none.
 * @throws {AppError} ERR_BASELINE_INVALID with `file:line:column`.
 */
export async function readBaseline({ folder, check }: Pick<Config, 'folder' | 'check'>): Promise<Baseline | undefined> {
  const file = resolve(folder, check.baseline);
  if (!existsSync(file)) return undefined;
  const { parseBaseline } = await import('./baseline.ts');
  return parseBaseline(readFileSync(file, 'utf8'), check.baseline);
}
