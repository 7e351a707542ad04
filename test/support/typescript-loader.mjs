// Lets `node --import` run our TypeScript as it is, where Node cannot yet do so itself (before 22.18): in the worker
// threads and child processes that tests start from source. vitest.config.ts names it in execArgv, which they inherit.
import { readFileSync } from 'node:fs';
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';

if (!process.features.typescript) register(import.meta.url);

/** A module hook: strips the types of `.ts` files. */
export async function load(url, context, nextLoad) {
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return nextLoad(url, context);
  const { transformSync } = await import('rolldown/utils');
  const path = fileURLToPath(url);
  const { code, errors } = transformSync(path, readFileSync(path, 'utf8'), { sourcemap: false });
  if (errors.length > 0) throw new SyntaxError(`${path}: ${errors[0].message}`);
  return { format: 'module', source: code, shortCircuit: true };
}
