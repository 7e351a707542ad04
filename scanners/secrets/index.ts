import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { assetPath } from '../../src/assets.ts';
import { combineRules } from '../../src/scan/secrets/combine-rules.ts';
import { loadRules, type RuleFileText } from '../../src/scan/secrets/load-rules.ts';
import type { Rule } from '../../src/scan/secrets/rule.ts';
import { type SecretScanner, secretScanner } from '../../src/scan/secrets/secret-scanner.ts';
import { DEFAULT_SETTINGS, type SecretSettings } from '../../src/scan/secrets/secret-settings.ts';
import { storedRules } from '../../src/scan/secrets/stored-rules.ts';

/** What these say of a secret is worth less than what the vendor's own rules say: they come last. */
const LAST = ['services.yaml', 'generic.yaml'];

/** The rule files beside this one. */
export function readRuleFiles(): readonly RuleFileText[] {
  const names = readdirSync(assetPath('scanners', 'secrets')).filter((name) => name.endsWith('.yaml'));
  const ordered = [...names.filter((name) => !LAST.includes(name)).sort(), ...LAST];
  return ordered.map((name) => ({
    path: `scanners/secrets/${name}`,
    text: readFileSync(assetPath('scanners', 'secrets', name), 'utf8'),
  }));
}

/** What the build has made of the rule files; there is none beside the source. */
const STORED = fileURLToPath(new URL('./rules.json', import.meta.url));

/** The rules in this folder. */
export function builtInRules(): readonly Rule[] {
  const stored = existsSync(STORED) ? storedRules(readFileSync(STORED, 'utf8')) : undefined;
  return stored ?? loadRules(readRuleFiles());
}

/** Static secrets in files of any kind, by the rules in this folder and what a configuration says of them. */
export function secretsScannerWith(settings: SecretSettings): SecretScanner {
  return secretScanner(() => combineRules(builtInRules(), settings), settings);
}

/** Static secrets in files of any kind, by the rules in this folder. */
export const secretsScanner = secretsScannerWith(DEFAULT_SETTINGS);
