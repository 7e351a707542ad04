import { z } from 'zod';
import { bundleFault } from './bundle-fault.ts';

/** https://www.openpolicyagent.org/docs/management-bundles#bundle-file-format; what is not named here is OPA's alone. */
const manifestSchema = z.object({
  revision: z.string().max(200).default(''),
  roots: z.array(z.string()).min(1).default(['']),
  rego_version: z.number().default(1),
  file_rego_versions: z.record(z.string(), z.number()).default({}),
  wasm: z.array(z.unknown()).default([]),
});

export interface Manifest {
  /** As its makers call it; empty when they did not. */
  readonly revision: string;
  /** Paths below `data` that the bundle owns, without slashes around them. */
  readonly roots: readonly string[];
}

/** Users own `data.custom`; everything else is lapse's. */
const OWNED_BY_USERS = 'custom';

/**
 * Reads `.manifest`. A bundle without one owns everything, as OPA has it, and so does not get past this.
 *
 * @throws AppError ERR_POLICY_BUNDLE
 */
export function parseManifest(text: string | undefined): Manifest {
  const manifest = manifestSchema.safeParse(text === undefined ? {} : parseJson(text));
  if (!manifest.success) {
    const [issue] = manifest.error.issues;
    throw bundleFault(`.manifest: ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const { revision, rego_version, file_rego_versions, wasm } = manifest.data;
  if (wasm.length > 0) throw precompiled('.manifest: names WebAssembly modules');
  if ([rego_version, ...Object.values(file_rego_versions)].some((version) => version !== 1))
    throw bundleFault('.manifest: names another Rego version than 1', 'rewrite the policies with "opa fmt --v0-v1"');
  if (/[\p{Cc}\p{Cs}]/u.test(revision)) throw bundleFault('.manifest: the revision holds what is no text');
  const roots = manifest.data.roots.map((root) => root.replace(/^\/+|\/+$/g, ''));
  const foreign = roots.find((root) => !contains(OWNED_BY_USERS, root));
  if (foreign !== undefined)
    throw bundleFault(
      foreign === '' || contains('lapse', foreign)
        ? `.manifest: root ${JSON.stringify(foreign)} takes in data.lapse, which no bundle may define`
        : `.manifest: root ${JSON.stringify(foreign)} is not below "${OWNED_BY_USERS}"`,
      'expected roots such as ["custom"] or ["custom/rules/key-in-production", "custom/access"]',
    );
  const overlap = roots.find((root, index) => roots.some((other, at) => at !== index && contains(other, root)));
  if (overlap !== undefined) throw bundleFault(`.manifest: root "${overlap}" lies in another root`);
  return { revision, roots };
}

/** For what only OPA can run: rules that were compiled are no longer among the sources, and would be missing in silence. */
export function precompiled(what: string): Error {
  return bundleFault(what, 'lapse compiles policies itself: build the bundle without "-t wasm" and "-t plan"');
}

/** Whether a path below `data` lies at or below a root. */
export function contains(root: string, path: string): boolean {
  return root === path || path.startsWith(`${root}/`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw bundleFault('.manifest: is no JSON', undefined, cause);
  }
}
