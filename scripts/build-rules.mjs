// Writes what the rule files of scanners/secrets/ come to, checked and compiled, beside the built scanner: the last step
// of `npm run build`. A rule that is wrong fails the build with its file, line and column.
import { writeFileSync } from 'node:fs';
import { readRuleFiles } from '../dist/scanners/secrets/index.js';
import { loadRules } from '../dist/src/scan/secrets/load-rules.js';
import { storeRules } from '../dist/src/scan/secrets/stored-rules.js';

writeFileSync(new URL('../dist/scanners/secrets/rules.json', import.meta.url), storeRules(loadRules(readRuleFiles())));
