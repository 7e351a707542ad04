import { builtInRules } from '../../../scanners/secrets/index.ts';
import type { Config } from '../../config/config.ts';
import { readSecretSettings, settingsOf } from '../../gate/secret-settings.ts';
import { combineRules } from '../../scan/secrets/combine-rules.ts';
import type { RuleFileText } from '../../scan/secrets/load-rules.ts';
import type { Rule } from '../../scan/secrets/rule.ts';
import { readRulePaths } from '../../scan/secrets/rule-paths.ts';
import type { GlobalOptions } from '../command.ts';
import { configFor } from '../config-for.ts';
import type { CliContext } from '../context.ts';

export interface RulesOptions extends GlobalOptions {
  readonly format: 'terminal' | 'json';
}

/** Rules as a scan would run them. */
export interface LoadedRules {
  readonly all: readonly Rule[];
  /** Those of users' files. */
  readonly own: readonly Rule[];
  readonly files: readonly RuleFileText[];
}

/**
 * Loads the built-in rules with those of the paths, or of `scan.rules` where no path is given.
 *
 * @throws {AppError} ERR_CONFIG_NOT_FOUND; ERR_CONFIG_INVALID with file:line:column.
 */
export async function loadOwnRules(
  paths: readonly string[],
  options: GlobalOptions,
  cli: CliContext,
): Promise<LoadedRules> {
  const config: Config = await configFor(cli, options);
  const settings = paths.length === 0 ? readSecretSettings(config) : settingsOf(config, readRulePaths(cli.cwd, paths));
  const all = await combineRules(builtInRules(), settings);
  // Users' rules come before all others: see `combineRules`.
  return { all, own: all.filter(({ order }) => order < 0), files: settings.files };
}
