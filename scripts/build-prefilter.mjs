#!/usr/bin/env node
// Compiles src/scan/secrets/prefilter/keyword-search.as to WebAssembly and writes it as a constant beside it, so that it is
// found wherever the code runs. With --check nothing is written: fails when the constant is not what the source gives.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const folder = new URL('../src/scan/secrets/prefilter/', import.meta.url);
const target = fileURLToPath(new URL('keyword-search-wasm.ts', folder));
const source = readFileSync(new URL('keyword-search.as', folder), 'utf8');

let wasm;
const { error, stderr } = await asc.main(
  [
    'keyword-search.ts',
    ...['--outFile', 'keyword-search.wasm'],
    ...['-O3', '--noAssert', '--runtime', 'stub', '--initialMemory', '1', '--use', 'abort='],
  ],
  {
    readFile: (name) => (name === 'keyword-search.ts' ? source : null),
    writeFile: (_, content) => {
      wasm = content;
    },
    listFiles: () => [],
  },
);
if (error || wasm === undefined) fail(`${error?.message ?? 'nothing was written'}\n${stderr.toString()}`);

const base64 = Buffer.from(wasm).toString('base64');
const text = `/** WebAssembly of keyword-search.as, in base64: written by scripts/build-prefilter.mjs. */
export const KEYWORD_SEARCH_WASM =
  '${base64}';
`;
if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== text) fail('keyword-search-wasm.ts is not what keyword-search.as gives');
  console.log('keyword-search-wasm.ts is what keyword-search.as gives');
} else {
  writeFileSync(target, text);
  console.log(`keyword-search-wasm.ts: ${wasm.length} bytes`);
}

function fail(message) {
  console.error(`build-prefilter: ${message}`);
  process.exit(1);
}
