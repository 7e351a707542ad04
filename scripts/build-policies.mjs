#!/usr/bin/env node
// Compiles the policies of rego/ into dist/rego: policy.wasm, and policy.json with what the engine has to know of it.
// Runs after tsc, on the code in dist. Fails when an entry point or a rule is missing: a rule that is silently not loaded
// would be a pass.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { compileLibrary, ENTRYPOINTS, libraryFolder, storeLibrary } = await import('../dist/src/policy/library.js');
const { createRegoCompiler } = await import('../dist/src/policy/compiler/compiler.js');

const compiler = createRegoCompiler();
const library = await compileLibrary({ compiler, cacheFolder: undefined }, await libraryFolder());
await compiler.close();
const { compiled, rules } = library;

const missing = Object.values(ENTRYPOINTS).filter((entrypoint) => !compiled.entrypoints.includes(entrypoint));
if (missing.length > 0) fail(`rego/ does not define ${missing.join(', ')}`);

const loaded = compiled.modules.filter((module) => module.package[1] === 'rules' && module.package.length === 3);
const loadedIds = new Set(loaded.map((module) => module.package[2]));
const folders = readdirSync(join(root, 'rego', 'findings'), { withFileTypes: true }).filter((entry) =>
  entry.isDirectory(),
);
const lost = folders.map(({ name }) => name).filter((name) => !loadedIds.has(name) || !rules.has(name));
if (lost.length > 0) fail(`rego/findings: no rule is loaded from ${lost.join(', ')}`);
if (loadedIds.size !== folders.length) fail(`rego/findings has ${folders.length} folders and ${loadedIds.size} rules`);

const output = join(root, 'dist', 'rego');
mkdirSync(output, { recursive: true });
writeFileSync(join(output, 'policy.wasm'), compiled.wasm);
writeFileSync(join(output, 'policy.json'), storeLibrary(library));
console.log(`dist/rego/policy.wasm: ${rules.size} rules, ${compiled.wasm.length} bytes`);

function fail(message) {
  console.error(`build-policies: ${message}`);
  process.exit(1);
}
