#!/usr/bin/env node
// Compiles the policies of rego/ into dist/rego: policy.wasm, and policy.json with what the engine has to know of it.
// Runs after tsc, on the code in dist. Fails when an entry point or a rule is missing: a rule that is silently not loaded
// would be a pass.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { compileLibrary, ENTRYPOINTS, libraryFolder } = await import('../dist/src/policy/library.js');
const { createRegoCompiler } = await import('../dist/src/policy/compiler/compiler.js');
const { extractRules } = await import('../dist/src/policy/rule-metadata.js');

const compiler = createRegoCompiler();
const { compiled, data } = await compileLibrary({ compiler, cacheFolder: undefined }, await libraryFolder());
await compiler.close();
const { wasm, ...description } = compiled;

const missing = Object.values(ENTRYPOINTS).filter((entrypoint) => !compiled.entrypoints.includes(entrypoint));
if (missing.length > 0) fail(`rego/ does not define ${missing.join(', ')}`);

const rules = extractRules(compiled.modules);
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
writeFileSync(join(output, 'policy.wasm'), wasm);
writeFileSync(join(output, 'policy.json'), `${JSON.stringify({ ...description, data })}\n`);
console.log(`dist/rego/policy.wasm: ${rules.size} rules, ${wasm.length} bytes`);

function fail(message) {
  console.error(`build-policies: ${message}`);
  process.exit(1);
}
