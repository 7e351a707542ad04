import { isObject, type Json, type JsonObject } from '../../model/json.ts';
import type { PolicySources } from '../compiler/compiler.ts';
import { mergeData } from '../merge-data.ts';
import type { PolicyFolder } from '../policy-sources.ts';
import { bundleFault } from './bundle-fault.ts';
import { contains } from './manifest.ts';
import { packagePath } from './package-path.ts';
import type { Bundle } from './parse-bundle.ts';

/**
 * Policies of the user from all places as one. What a bundle owns is its alone.
 *
 * @param folder - what `policy.paths` names.
 * @throws AppError ERR_POLICY_BUNDLE
 */
export function combineBundles(folder: PolicyFolder, bundles: readonly Bundle[]): PolicyFolder {
  for (const [index, one] of bundles.entries()) for (const other of bundles.slice(index + 1)) refuseOverlap(one, other);
  const modules: Record<string, string> = { ...folder.modules };
  for (const bundle of bundles) {
    refuseForeign(folder.modules, bundle);
    refuseForeignData(folder.data, bundle);
    for (const [file, text] of Object.entries(bundle.folder.modules)) {
      if (Object.hasOwn(modules, file))
        throw bundleFault(`${file}: another policy has this name`, 'name the bundle otherwise');
      modules[file] = text;
    }
  }
  return {
    modules,
    data: [folder, ...bundles.map((bundle) => bundle.folder)].map(({ data }) => data).reduce(mergeData),
  };
}

function refuseOverlap(one: Bundle, other: Bundle): void {
  const shared = one.roots.find((root) => other.roots.some((their) => contains(root, their) || contains(their, root)));
  if (shared === undefined) return;
  throw bundleFault(
    `bundles ${one.name} and ${other.name} both own "${shared}"`,
    'give each roots of its own, such as ["custom/rules/<id>"]',
  );
}

function refuseForeign(modules: PolicySources, { name, roots }: Bundle): void {
  for (const [file, text] of Object.entries(modules)) {
    const path = packagePath(text);
    const root = roots.find((each) => path !== undefined && contains(each, path));
    if (root !== undefined)
      throw bundleFault(
        `${file}: package ${path?.replaceAll('/', '.')} belongs to bundle ${name}, which owns "${root}"`,
        'narrow the roots of the bundle, or name the package otherwise',
      );
  }
}

function refuseForeignData(data: JsonObject, { name, roots }: Bundle): void {
  for (const root of roots) {
    let value: Json | undefined = data;
    for (const part of root.split('/')) value = isObject(value) && Object.hasOwn(value, part) ? value[part] : undefined;
    if (value !== undefined)
      throw bundleFault(`data.${root.replaceAll('/', '.')} of a policy folder belongs to bundle ${name}`);
  }
}
