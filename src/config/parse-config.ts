import type { z } from 'zod';
import { configSchema } from './config-schema.ts';
import { parseStrictYaml } from './strict-yaml.ts';

/**
 * Reads the text of a `lapse.yaml`.
 *
 * @param name - how messages call the file.
 * @throws {AppError} ERR_CONFIG_INVALID; see `parseStrictYaml`.
 */
export function parseConfig(text: string, name: string): z.output<typeof configSchema> {
  return parseStrictYaml(configSchema, { text, name, code: 'ERR_CONFIG_INVALID' });
}

/** What a configuration that says nothing comes to. */
export function defaultConfig(): z.output<typeof configSchema> {
  return parseConfig('version: 1', 'lapse.yaml');
}
