// Writes what the rule files of scanners/secrets/ come to, checked and compiled, beside the built scanner, and the image of their
// keywords: part of `npm run build`. A rule that is wrong fails the build with its file, line and column.
import { writeFileSync } from 'node:fs';
import { readRuleFiles } from '../dist/scanners/secrets/index.js';
import { loadRules } from '../dist/src/scan/secrets/load-rules.js';
import { searchImage } from '../dist/src/scan/secrets/prefilter/search-image.js';
import { searchedKeywords } from '../dist/src/scan/secrets/rule-set.js';
import { storeImage, storeRules } from '../dist/src/scan/secrets/stored-rules.js';

const rules = loadRules(readRuleFiles());
const write = (name, content) => writeFileSync(new URL(`../dist/scanners/secrets/${name}`, import.meta.url), content);
write('rules.json', storeRules(rules));
const keywords = searchedKeywords(rules);
write(
  'keywords.bin',
  storeImage(
    searchImage(keywords),
    keywords.map(({ text }) => text),
  ),
);
