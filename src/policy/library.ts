import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { assetPath } from '../assets.ts';
import type { Json, JsonObject } from '../model/json.ts';
import type { CachingCompiler } from './compile-cache.ts';
import type { CompiledPolicy, PolicySchema, PolicySources } from './compiler/compiler.ts';
import type { RuleMetadata } from './metadata.ts';
import { loadPolicySources, type PolicyFolder } from './policy-sources.ts';

/** What `lapse` ships of policy, compiled, with its data. */
export interface PolicyLibrary {
  readonly compiled: Pick<CompiledPolicy, 'wasm' | 'entrypoints'>;
  /** What METADATA says of each rule, by id. */
  readonly rules: ReadonlyMap<string, RuleMetadata>;
  readonly data: JsonObject;
}

/** The entry points that `rego/` answers, by what they are asked for. */
export const ENTRYPOINTS = {
  findings: 'lapse/findings/all',
  decision: 'lapse/access/decision',
  alerts: 'lapse/alerts/all',
  drift: 'lapse/drift/all',
} as const;

/** What the build keeps beside the compiled policies. */
interface StoredLibrary {
  readonly entrypoints: readonly string[];
  readonly rules: readonly RuleMetadata[];
  readonly data: JsonObject;
}

/**
 * As `loadLibrary` reads it; the build writes it.
 *
 * @public
 */
export function storeLibrary({ compiled, rules, data }: PolicyLibrary): string {
  const stored: StoredLibrary = { entrypoints: compiled.entrypoints, rules: [...rules.values()], data };
  return `${JSON.stringify(stored)}\n`;
}

/**
 * The policies of `rego/`: as `npm run build` compiled them, or, when lapse runs from source, compiled from `rego/` through
 * the cache. What was built was checked then, and stands beside the program: it is as trusted as that.
 */
export async function loadLibrary(compiler: () => Promise<CachingCompiler>): Promise<PolicyLibrary> {
  if (import.meta.url.endsWith('.ts')) return compileLibrary(await compiler(), await libraryFolder());
  const [wasm, description] = await Promise.all([
    readFile(assetPath('dist', 'rego', 'policy.wasm')),
    readFile(assetPath('dist', 'rego', 'policy.json'), 'utf8'),
  ]);
  const { entrypoints, rules, data }: StoredLibrary = JSON.parse(description);
  return { compiled: { wasm, entrypoints }, rules: new Map(rules.map((rule) => [rule.id, rule])), data };
}

/** Sources and data of `rego/`, without tests, and without the templates, which become policies of users. */
export async function libraryFolder(): Promise<PolicyFolder> {
  const { modules, data } = await loadPolicySources(assetPath('rego'), { name: 'rego' });
  const { templates: _templates, ...own } = data;
  const ours = Object.entries(modules).filter(([file]) => !file.startsWith('rego/templates/'));
  return { modules: Object.fromEntries(ours), data: own };
}

/** `rego/lib`, which policies of users may import. */
export async function libraryModules(): Promise<PolicySources> {
  return (await loadPolicySources(assetPath('rego', 'lib'), { name: 'rego/lib' })).modules;
}

/** JSON schemas of our inputs, which METADATA names as `schema["<file>"]`. */
export async function librarySchemas(): Promise<readonly PolicySchema[]> {
  const folder = assetPath('schemas');
  const files = (await readdir(folder)).filter((file) => file.endsWith('.json')).sort();
  return Promise.all(
    files.map(async (file) => ({
      path: [basename(file, '.json')],
      schema: JSON.parse(await readFile(join(folder, file), 'utf8')) as Json,
    })),
  );
}

export async function compileLibrary(compiler: CachingCompiler, folder: PolicyFolder): Promise<PolicyLibrary> {
  const [{ compileCached }, { extractRules }] = await Promise.all([
    import('./compile-cache.ts'),
    import('./rule-metadata.ts'),
  ]);
  const compiled = await compileCached(compiler, folder.modules, Object.values(ENTRYPOINTS));
  return { compiled, rules: extractRules(compiled.modules), data: folder.data };
}
