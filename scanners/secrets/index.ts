import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { assetPath } from '../../src/assets.ts';
import { combineRules, withoutDisabled } from '../../src/scan/secrets/combine-rules.ts';
import type { RuleFileText } from '../../src/scan/secrets/load-rules.ts';
import type { Rule } from '../../src/scan/secrets/rule.ts';
import { type RuleFacts, type RuleSet, ruleSet, storedRuleSet } from '../../src/scan/secrets/rule-set.ts';
import { type SecretScanner, secretScanner } from '../../src/scan/secrets/secret-scanner.ts';
import { DEFAULT_SETTINGS, type SecretSettings } from '../../src/scan/secrets/secret-settings.ts';
import { storedImage, storedRules } from '../../src/scan/secrets/stored-rules.ts';

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

/** What the build has made of the rule files, and of their keywords; there is none beside the source. */
const STORED = fileURLToPath(new URL('./rules.json', import.meta.url));
const STORED_SEARCH = fileURLToPath(new URL('./keywords.bin', import.meta.url));

/** What reads rule files takes longer to load than a small tree to scan: only the source needs it. */
const source = existsSync(STORED) ? undefined : await import('../../src/scan/secrets/load-rules.ts');

/** The rules in this folder. */
export function builtInRules(): readonly Rule[] {
  if (source !== undefined) return source.loadRules(readRuleFiles());
  return readStored().all();
}

function readStored(): RuleFacts {
  const stored = storedRules(readFileSync(STORED, 'utf8'));
  if (stored === undefined) throw new TypeError(`${STORED} is of another version: build again`);
  return stored;
}

function ready(disable: SecretSettings['disable']): RuleSet {
  if (source !== undefined) return ruleSet(withoutDisabled(builtInRules(), disable));
  const stored = readStored();
  const image = storedImage(readFileSync(STORED_SEARCH), stored.keywords);
  if (image !== undefined && disable.length === 0) return storedRuleSet(stored, image);
  const rules = stored.all();
  return ruleSet(withoutDisabled(rules, disable), image && { rules, image });
}

/**
 * Static secrets in files of any kind, by the rules in this folder and what a configuration says of them.
 *
 * @throws AppError ERR_CONFIG_INVALID for a user's rule, before anything is read with it.
 */
export async function secretsScannerWith(settings: SecretSettings): Promise<SecretScanner> {
  if (settings.files.length === 0) return secretScanner(() => ready(settings.disable), settings);
  const rules = await combineRules(builtInRules(), settings);
  return secretScanner(() => ruleSet(rules), settings);
}

/** Static secrets in files of any kind, by the rules in this folder. */
export const secretsScanner = secretScanner(() => ready(DEFAULT_SETTINGS.disable));
