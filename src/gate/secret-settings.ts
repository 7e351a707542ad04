import type { Config } from '../config/config.ts';
import type { RuleFileText } from '../scan/secrets/load-rules.ts';
import { readRulePaths } from '../scan/secrets/rule-paths.ts';
import type { SecretSettings } from '../scan/secrets/secret-settings.ts';

/**
 * What a configuration says of the secrets scanner, with the users' rules as they are on the disk.
 *
 * @throws {AppError} ERR_CONFIG_NOT_FOUND when `scan.rules` names what is not there.
 */
export function readSecretSettings(config: Config): SecretSettings {
  return settingsOf(config, readRulePaths(config.folder, config.scan.rules));
}

/** The same, with rule files that were read elsewhere. */
export function settingsOf({ scan }: Config, files: readonly RuleFileText[]): SecretSettings {
  return {
    files,
    disable: scan.disable,
    ignore: scan.ignore.map(({ expires, ...entry }) => ({ ...entry, ...(expires === undefined ? {} : { expires }) })),
  };
}
