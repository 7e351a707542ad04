// Writes what a configuration that says nothing comes to beside the built code that loads one: part of `npm run build`.
import { writeFileSync } from 'node:fs';
import { defaultConfig } from '../dist/src/config/parse-config.js';

writeFileSync(new URL('../dist/src/config/defaults.json', import.meta.url), JSON.stringify(defaultConfig()));
