import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { assetPath } from '../../assets.ts';
import type { Config } from '../../config/config.ts';
import { AppError } from '../../errors.ts';
import type { JsonObject } from '../../model/json.ts';
import type { PolicySources } from '../../policy/compiler/compiler.ts';
import { withLibrary } from '../../policy/custom-policy.ts';
import { libraryFolder, libraryModules } from '../../policy/library.ts';
import { mergeData } from '../../policy/merge-data.ts';
import { loadPolicySources, mergePolicyFolders, type PolicyFolder } from '../../policy/policy-sources.ts';
import type { GlobalOptions } from '../command.ts';
import { configFor } from '../config-for.ts';
import type { CliContext } from '../context.ts';

/** What a `lapse policy` command works on. */
export interface PolicySet {
  /** `custom` for policies of users, `lapse` for the policies that ship with lapse. */
  readonly kind: 'custom' | 'lapse';
  /** What the paths hold, with tests. */
  readonly own: PolicyFolder;
  /** Everything that is needed to compile it: beside policies of users, lapse's library. */
  readonly modules: PolicySources;
  /** The data that policies see: lapse's, their own, and that of the configuration. */
  readonly data: JsonObject;
}

/**
 * Reads the policies at the paths; without any, those that the configuration names, else `rego/` of the current folder.
 *
 * @throws AppError `ERR_POLICY_NOT_FOUND`, `ERR_POLICY_INVALID`, and those of the configuration.
 */
export async function loadPolicySet(
  paths: readonly string[],
  options: GlobalOptions,
  cli: CliContext,
): Promise<PolicySet> {
  const config = await configFor(cli, options);
  const absolute = policyPaths(paths, config, cli);
  const folders = absolute.map((path) => loadPolicySources(path, { name: relative(cli.cwd, path), tests: true }));
  const own = mergePolicyFolders(await Promise.all(folders));
  if (Object.keys(own.modules).length === 0)
    throw new AppError(
      'ERR_POLICY_NOT_FOUND',
      `${absolute.map((path) => relative(cli.cwd, path) || '.').join(', ')}: no policies`,
      {
        hint: 'policies are files that end in .rego; lapse policy new makes one',
      },
    );
  if (await isLibrary(absolute)) return { kind: 'lapse', own, modules: own.modules, data: own.data };
  const library = await libraryFolder();
  return {
    kind: 'custom',
    own,
    modules: withLibrary(own.modules, await libraryModules()),
    data: [library.data, own.data, { lapse: config.policy.data }].reduce(mergeData),
  };
}

/** Where `lapse policy new` begins, when the configuration names no place. */
export const DEFAULT_FOLDER = 'policies';

/**
 * What a command works on: what it was given, else what the configuration names, else `rego/` of the current folder, or
 * `policies/` where that is not there.
 */
export function policyPaths(paths: readonly string[], { policy, folder }: Config, cli: CliContext): readonly string[] {
  if (paths.length > 0) return paths.map((path) => resolve(cli.cwd, path));
  if (policy.paths.length > 0) return policy.paths.map((path) => resolve(folder, path));
  const rego = resolve(cli.cwd, 'rego');
  return [existsSync(rego) ? rego : resolve(folder, DEFAULT_FOLDER)];
}

/** Those who work on lapse itself check its `rego/` as what it is, not as policies of a user. */
async function isLibrary(paths: readonly string[]): Promise<boolean> {
  const [path, ...rest] = paths;
  if (path === undefined || rest.length > 0) return false;
  const [asked, shipped] = await Promise.all([realpath(path), realpath(assetPath('rego'))]);
  return asked === shipped;
}
