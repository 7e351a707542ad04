import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load-config.ts';
import type { GlobalOptions } from './command.ts';
import type { CliContext } from './context.ts';

/**
 * The configuration that a command runs with: the one that its options name, or else the one of where it runs.
 *
 * @throws {AppError} ERR_CONFIG_NOT_FOUND; ERR_CONFIG_INVALID with file:line:column.
 */
export function configFor(cli: CliContext, { config }: GlobalOptions): Promise<Config> {
  return loadConfig({ cwd: cli.cwd, ...(config === undefined ? {} : { path: config }) });
}
