import { readdirSync, readFileSync } from 'node:fs';
import { assetPath } from '../../src/assets.ts';
import { loadRules } from '../../src/scan/secrets/load-rules.ts';
import { secretScanner } from '../../src/scan/secrets/secret-scanner.ts';

/** The rule files beside this one, in the order of their names. */
function readRuleFiles() {
  const folder = assetPath('scanners', 'secrets');
  const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  return names.sort().map((name) => ({
    path: `scanners/secrets/${name}`,
    text: readFileSync(assetPath('scanners', 'secrets', name), 'utf8'),
  }));
}

/** Static secrets in files of any kind, by the rules in this folder. */
export const secretsScanner = secretScanner(() => loadRules(readRuleFiles()));
