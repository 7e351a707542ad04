import { readdirSync, readFileSync } from 'node:fs';
import { assetPath } from '../../src/assets.ts';
import { loadRules, type RuleFileText } from '../../src/scan/secrets/load-rules.ts';
import { secretScanner } from '../../src/scan/secrets/secret-scanner.ts';

/** What these say of a secret is worth less than what the vendor's own rules say: they come last. */
const LAST = ['services.yaml', 'generic.yaml'];

/** The rule files beside this one. */
function readRuleFiles(): readonly RuleFileText[] {
  const names = readdirSync(assetPath('scanners', 'secrets')).filter((name) => name.endsWith('.yaml'));
  const ordered = [...names.filter((name) => !LAST.includes(name)).sort(), ...LAST];
  return ordered.map((name) => ({
    path: `scanners/secrets/${name}`,
    text: readFileSync(assetPath('scanners', 'secrets', name), 'utf8'),
  }));
}

/** Static secrets in files of any kind, by the rules in this folder. */
export const secretsScanner = secretScanner(() => loadRules(readRuleFiles()));
