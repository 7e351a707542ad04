import { relative, resolve } from 'node:path';
import type { Config } from '../../../config/config.ts';
import { AppError } from '../../../errors.ts';
import type { JsonObject } from '../../../model/json.ts';
import type { PolicySources } from '../../../policy/compiler/compiler.ts';
import { withLibrary } from '../../../policy/custom-policy.ts';
import { libraryFolder, libraryModules } from '../../../policy/library.ts';
import { mergeData } from '../../../policy/merge-data.ts';
import { loadPolicySources, mergePolicyFolders } from '../../../policy/policy-sources.ts';
import type { CliContext } from '../../context.ts';
import { accessData } from '../../daemon/access-data.ts';

/** Everything that decides, as source: lapse's policies and those of the configuration, with the data that they see. */
export interface ExplainedPolicies {
  readonly modules: PolicySources;
  readonly data: JsonObject;
  /** There are policies beside lapse's. */
  readonly custom: boolean;
}

/** A rule that answers with findings. */
export interface NamedRule {
  readonly id: string;
  readonly root: 'lapse' | 'custom';
  readonly packages: string;
  readonly family: 'findings' | 'alerts' | 'drift';
}

const FAMILIES: readonly (readonly [string, NamedRule['family']])[] = [
  ['rules', 'findings'],
  ['alert_rules', 'alerts'],
  ['drift_rules', 'drift'],
];

/** @throws {AppError} ERR_POLICY_NOT_FOUND, ERR_POLICY_INVALID of the policies of the configuration. */
export async function loadExplained({ policy, folder, issuer }: Config, cli: CliContext): Promise<ExplainedPolicies> {
  const paths = policy.paths.map((path) => resolve(folder, path));
  const own = mergePolicyFolders(
    await Promise.all(paths.map((path) => loadPolicySources(path, { name: relative(cli.cwd, path) }))),
  );
  const library = await libraryFolder();
  const custom = Object.keys(own.modules).length > 0;
  const access = issuer === undefined ? { rules: [], groups: {} } : accessData(issuer);
  return {
    modules: custom ? { ...library.modules, ...withLibrary(own.modules, await libraryModules()) } : library.modules,
    data: [library.data, own.data, { lapse: policy.data }, { lapse: { access } }].reduce(mergeData),
    custom,
  };
}

/** @throws {AppError} ERR_USAGE when no policy has a rule of that id. */
export function findRule({ modules }: ExplainedPolicies, id: string): NamedRule {
  const texts = Object.entries(modules).filter(([file]) => !file.endsWith('_test.rego'));
  for (const root of ['lapse', 'custom'] as const) {
    for (const [packages, family] of FAMILIES) {
      const clauses = [`package ${root}.${packages}["${id}"]`, `package ${root}.${packages}.${id}`];
      if (texts.some(([, text]) => text.split(/\r?\n/).some((line) => clauses.includes(line.trimEnd()))))
        return { id, root, packages, family };
    }
  }
  throw new AppError('ERR_USAGE', `no policy has the rule ${JSON.stringify(id)}`, {
    hint: 'rules are called as in reports: key-too-old; without a rule, --input explains an access decision',
  });
}

/** Everything that is no finding, and the one that is asked for: hundreds of others would be compiled only to be left out. */
export function withoutOtherFindings(modules: PolicySources, rule?: NamedRule): PolicySources {
  return Object.fromEntries(
    Object.entries(modules).filter(
      ([file]) =>
        !/(?:^|\/)rego\/findings\//.test(file) || (rule !== undefined && file.includes(`/findings/${rule.id}/`)),
    ),
  );
}
