#!/usr/bin/env node
// Compiles what the secret engine has in AssemblyScript to WebAssembly, and writes it as a constant beside its source, so that
// it is found wherever the code runs. With --check nothing is written: fails when a constant is not what its source gives.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const FOLDER = new URL('../src/scan/secrets/', import.meta.url);
const SOURCES = [
  { folder: 'prefilter', name: 'keyword-search', options: [] },
  { folder: 'encodings', name: 'long-runs', options: ['--enable', 'simd'] },
];

for (const { folder, name, options } of SOURCES) {
  const place = new URL(`${folder}/`, FOLDER);
  const target = fileURLToPath(new URL(`${name}-wasm.ts`, place));
  const wasm = await compile(readFileSync(new URL(`${name}.as`, place), 'utf8'), name, options);
  const text = `/** WebAssembly of ${name}.as, in base64: written by scripts/build-prefilter.mjs. */
export const ${name.toUpperCase().replaceAll('-', '_')}_WASM =
  '${Buffer.from(wasm).toString('base64')}';
`;
  if (process.argv.includes('--check')) {
    if (readFileSync(target, 'utf8') !== text) fail(`${name}-wasm.ts is not what ${name}.as gives`);
    console.log(`${name}-wasm.ts is what ${name}.as gives`);
  } else {
    writeFileSync(target, text);
    console.log(`${name}-wasm.ts: ${wasm.length} bytes`);
  }
}

async function compile(source, name, options) {
  let wasm;
  const { error, stderr } = await asc.main(
    [
      `${name}.ts`,
      ...['--outFile', `${name}.wasm`],
      ...['-O3', '--noAssert', '--runtime', 'stub', '--initialMemory', '1', '--use', 'abort='],
      ...options,
    ],
    {
      readFile: (file) => (file === `${name}.ts` ? source : null),
      writeFile: (_, content) => {
        wasm = content;
      },
      listFiles: () => [],
    },
  );
  if (error || wasm === undefined) fail(`${error?.message ?? 'nothing was written'}\n${stderr.toString()}`);
  return wasm;
}

function fail(message) {
  console.error(`build-prefilter: ${message}`);
  process.exit(1);
}
