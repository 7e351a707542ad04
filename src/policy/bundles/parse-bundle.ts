import { createHash } from 'node:crypto';
import { isObject, type Json, type JsonObject } from '../../model/json.ts';
import { mergeData } from '../merge-data.ts';
import { isDataFile, mountData, parseData } from '../policy-data.ts';
import type { PolicyFolder } from '../policy-sources.ts';
import { bundleFault } from './bundle-fault.ts';
import type { BundleFiles } from './bundle-files.ts';
import { contains, type Manifest, parseManifest, precompiled } from './manifest.ts';
import { packagePath } from './package-path.ts';
import { SIGNATURES, type SignatureRule, verifySignature } from './verify-signature.ts';

/** A bundle that may be used: whole, of whom it should be, and within what users own. */
export interface Bundle {
  readonly name: string;
  /** As its makers call it, or the beginning of its digest. */
  readonly revision: string;
  /** SHA-256 over paths and contents, in hex. */
  readonly digest: string;
  readonly roots: readonly string[];
  /** Id of the key; absent where no signature is asked for. */
  readonly signedBy?: string;
  /** Without tests; names of files begin with that of the bundle. */
  readonly folder: PolicyFolder;
}

export interface BundleRules {
  readonly name: string;
  /** Whose signature it must have; a signature that nobody asks for is an error, unless `unsigned`. */
  readonly signature?: SignatureRule;
  readonly unsigned?: boolean;
  readonly now: Date;
}

const MANIFEST = '.manifest';

/**
 * Makes a bundle of its files, the signature first.
 *
 * @throws AppError ERR_POLICY_BUNDLE; ERR_POLICY_INVALID for data that cannot be read.
 */
export async function parseBundle(files: BundleFiles, rules: BundleRules): Promise<Bundle> {
  const signedBy = await signerOf(files, rules);
  refuseOtherForms(files);
  const manifest = parseManifest(files.get(MANIFEST)?.toString('utf8'));
  const modules: Record<string, string> = {};
  let data: JsonObject = {};
  for (const [path, content] of files) {
    const shown = `${rules.name}/${path}`;
    if (path.endsWith('.rego') && !path.endsWith('_test.rego')) {
      modules[shown] = content.toString('utf8');
      assertOwned(shown, modules[shown], manifest);
    } else if (isDataFile(path)) {
      const document = mountData(path, parseData(shown, content.toString('utf8')));
      refuseConflict(shown, data, document);
      data = mergeData(data, document);
    }
  }
  assertDataOwned(data, manifest);
  const digest = digestOf(files);
  return {
    name: rules.name,
    revision: manifest.revision === '' ? digest.slice(0, 12) : manifest.revision,
    digest,
    roots: manifest.roots,
    ...(signedBy === undefined ? {} : { signedBy }),
    folder: { modules, data },
  };
}

async function signerOf(files: BundleFiles, { signature, unsigned, now }: BundleRules): Promise<string | undefined> {
  if (signature !== undefined) return verifySignature(files, signature, now);
  if (files.has(SIGNATURES) && unsigned !== true)
    throw bundleFault(
      'is signed, and no key is configured to check it with',
      'name signature.keys, or say "unsigned: true" to have it without',
    );
  return undefined;
}

/** What OPA would do something with, and lapse would not. */
function refuseOtherForms(files: BundleFiles): void {
  for (const path of files.keys()) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (name.endsWith('.wasm') || name.startsWith('plan.')) throw precompiled(`${path}: is a compiled policy`);
    if (path === 'patch.json') throw bundleFault(`${path}: a bundle of changes only; expected whole bundles`);
    if (name === '.manifest.pb') throw bundleFault(`${path}: expected the manifest as JSON, in .manifest`);
    if (path !== name && (name === MANIFEST || name === SIGNATURES))
      throw bundleFault(
        `${path}: expected at the top of the bundle only`,
        'pack the folder itself, not the one above it',
      );
  }
}

function assertOwned(file: string, module: string, { roots }: Manifest): void {
  const path = packagePath(module);
  if (path === undefined)
    throw bundleFault(`${file}:1:1: the package cannot be told`, 'expected "package custom.…" first');
  if (!roots.some((root) => contains(root, path)))
    throw bundleFault(`${file}: package ${path.replaceAll('/', '.')} is outside of the roots ${JSON.stringify(roots)}`);
}

/** Values stand in the roots; above them are only maps. */
function assertDataOwned(data: JsonObject, { roots }: Manifest, at = ''): void {
  for (const [key, value] of Object.entries(data)) {
    const path = at === '' ? key : `${at}/${key}`;
    if (roots.some((root) => contains(root, path))) continue;
    if (!isObject(value) || !roots.some((root) => contains(path, root)))
      throw bundleFault(`data.${path.replaceAll('/', '.')} is outside of the roots ${JSON.stringify(roots)}`);
    assertDataOwned(value, { revision: '', roots }, path);
  }
}

function refuseConflict(file: string, before: JsonObject, added: JsonObject, at = 'data'): void {
  for (const [key, value] of Object.entries(added)) {
    const there: Json | undefined = Object.hasOwn(before, key) ? before[key] : undefined;
    if (there === undefined || value === undefined) continue;
    if (!isObject(there) || !isObject(value)) throw bundleFault(`${file}: ${at}.${key} is there twice`);
    refuseConflict(file, there, value, `${at}.${key}`);
  }
}

function digestOf(files: BundleFiles): string {
  const hash = createHash('sha256');
  for (const [path, content] of [...files].sort(([one], [other]) => (one < other ? -1 : 1)))
    hash.update(JSON.stringify([path, createHash('sha256').update(content).digest('hex')]));
  return hash.digest('hex');
}
