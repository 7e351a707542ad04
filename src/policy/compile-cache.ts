import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { canonicalJson } from '../model/canonical-json.ts';
import { compilerManifest } from './compiler/artifact.ts';
import type { CompiledPolicy, PolicySources, RegoCompiler } from './compiler/compiler.ts';
import { moduleDescriptionSchema } from './compiler/module-description.ts';

/** What compiles policies: a compiler that starts with its first call, and what it gave before. */
export interface CachingCompiler {
  readonly compiler: Pick<RegoCompiler, 'compile'>;
  /** Made when it is not there; `undefined` compiles anew each time. */
  readonly cacheFolder: string | undefined;
}

/**
 * Compiles policies, or takes what was compiled before from the same sources by the same compiler; then the compiler is
 * not even loaded.
 *
 * @throws AppError `ERR_POLICY_INVALID`.
 */
export async function compileCached(
  { compiler, cacheFolder }: CachingCompiler,
  sources: PolicySources,
  entrypoints: readonly string[],
): Promise<CompiledPolicy> {
  const file = cacheFolder === undefined ? undefined : join(cacheFolder, `${cacheKey(sources, entrypoints)}.json`);
  const cached = file === undefined ? undefined : await readEntry(file);
  if (cached !== undefined) return cached;
  const compiled = await compiler.compile(sources, entrypoints);
  if (cacheFolder !== undefined && file !== undefined) await writeEntry(cacheFolder, file, compiled);
  return compiled;
}

/** Hash of everything that the result depends on. */
function cacheKey(sources: PolicySources, entrypoints: readonly string[]): string {
  const facts = { compiler: compilerManifest().wasm_sha256, entrypoints: [...entrypoints].sort(), sources };
  return createHash('sha256').update(canonicalJson(facts)).digest('hex');
}

const entrySchema = z.object({
  wasm: z.base64(),
  entrypoints: z.array(z.string()),
  modules: z.array(moduleDescriptionSchema),
});

/** An entry is its own SHA-256 in hex, a line feed, and JSON. One that is cut short or altered counts as absent. */
async function readEntry(file: string): Promise<CompiledPolicy | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const payload = text.slice(65);
  if (text.slice(0, 65) !== `${checksum(payload)}\n`) return undefined;
  const entry = entrySchema.safeParse(JSON.parse(payload));
  return entry.success ? { ...entry.data, wasm: Buffer.from(entry.data.wasm, 'base64') } : undefined;
}

/** A cache that cannot be written (read-only disk, full disk) costs time, nothing else. */
async function writeEntry(folder: string, file: string, compiled: CompiledPolicy): Promise<void> {
  const payload = JSON.stringify({ ...compiled, wasm: Buffer.from(compiled.wasm).toString('base64') });
  const temporary = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(temporary, `${checksum(payload)}\n${payload}`, { mode: 0o600 });
    await rename(temporary, file);
  } catch {
    await rm(temporary, { force: true }).catch(() => {});
  }
}

function checksum(payload: string): string {
  return createHash('sha256').update(payload).digest('hex');
}
