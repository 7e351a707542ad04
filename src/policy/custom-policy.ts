import { type CachingCompiler, compileCached } from './compile-cache.ts';
import type { CompiledPolicy, PolicySources } from './compiler/compiler.ts';
import type { ModuleDescription } from './compiler/module-description.ts';
import { CUSTOM_ENTRYPOINTS } from './custom-entrypoints.ts';
import { invalidPolicy } from './invalid-policy.ts';
import type { PolicyFolder } from './policy-sources.ts';

/**
 * Composes the rules of users as `rego/main.rego` composes ours: same levels, same allow-list. A finding is that of the
 * package it stands in, whatever id it gives itself, and so is what an access policy answers. What is no set would be iterated zero times, and pass in silence: it is a
 * fault instead (see `parseFindings`).
 */
const MAIN = `package lapse.custom

import data.lapse.lib.reporting
import data.lapse.lib.settings

findings contains reporting.leveled(reporting.told(finding, data.lapse.allowed, input.now), settings.levels(finding)) if {
	some id
	some raw in data.custom.rules[id].finding
	finding := object.union(raw, {"id": id})
	not reporting.switched_off(finding, settings.levels(finding))
	not reporting.allowed(finding, data.lapse.allowed, input.now)
}

findings contains {"fault": sprintf("custom.rules[%q] has no set called finding", [id])} if {
	some id, rule in data.custom.rules
	not is_set(rule.finding)
}

${composed('alerts', 'alert_rules')}
${composed('drift', 'drift_rules')}
policies contains object.union(answer, {"id": id}) if {
	some id
	answer := data.custom.access[id].answer
}
`;

/** What is said of an event or of a change has no owner or environment by which levels could differ. */
function composed(answer: string, family: string): string {
  return `${answer} contains reporting.leveled(finding, data.lapse.levels) if {
	some id
	some raw in data.custom.${family}[id].finding
	finding := object.union(raw, {"id": id})
	not reporting.switched_off(finding, data.lapse.levels)
	not reporting.allowed(finding, data.lapse.allowed, input.now)
}

${answer} contains {"fault": sprintf("custom.${family}[%q] has no set called finding", [id])} if {
	some id, rule in data.custom.${family}
	not is_set(rule.finding)
}
`;
}

/**
 * Modules of users beside the part of the library that they may import, and the composition of their rules.
 *
 * @throws AppError `ERR_POLICY_INVALID` for two files of the same name.
 */
export function withLibrary(modules: PolicySources, library: PolicySources): PolicySources {
  const merged: Record<string, string> = { ...library, '(lapse)/custom.rego': MAIN };
  for (const [file, text] of Object.entries(modules)) {
    if (Object.hasOwn(merged, file))
      throw invalidPolicy([{ code: 'lapse_file_error', message: 'a file of lapse has this name', file }]);
    merged[file] = text;
  }
  return merged;
}

/**
 * Users own `data.custom`, and nothing else: a module below `data.lapse` could redefine what a finding is.
 *
 * @throws AppError `ERR_POLICY_INVALID` with the place of the package clause, or the name of the data.
 */
export function assertCustomOnly(folder: PolicyFolder, modules: readonly ModuleDescription[]): void {
  for (const module of modules) {
    if (!Object.hasOwn(folder.modules, module.file) || module.package[0] === 'custom') continue;
    const { file, line, column } = module;
    const message = `package ${module.package.join('.')} is not below custom`;
    throw invalidPolicy(
      [{ code: 'lapse_package_error', message, file, line, column }],
      'a finding is a package custom.rules["<id>"], an access policy is package custom.access',
    );
  }
  assertAnswering(folder, modules);
  const foreign = Object.keys(folder.data).find((key) => key !== 'custom');
  if (foreign !== undefined)
    throw invalidPolicy(
      [{ code: 'lapse_data_error', message: `data.${foreign} of the policy folder is not below custom` }],
      'values of data.lapse are overridden by policy.data in lapse.yaml',
    );
}

/** What a package below `custom` must define for lapse to hear of it. */
const ANSWERING = {
  rules: {
    rule: 'finding',
    hint: 'a finding is "finding contains {…} if {…}"; helpers have their place in package custom.lib',
  },
  alert_rules: {
    rule: 'finding',
    hint: 'an alert is "finding contains {…} if {…}"; helpers have their place in package custom.lib',
  },
  drift_rules: {
    rule: 'finding',
    hint: 'a rule about drift is "finding contains {…} if {…}"; helpers have their place in package custom.lib',
  },
  access: {
    rule: 'answer',
    hint: 'an access policy is "answer := {…} if {…}"; helpers have their place in package custom.lib',
  },
} as const;

/** `custom.access` itself answers for every request. */
const DECIDING = {
  rule: 'decision',
  hint: 'package custom.access answers by "decision := {…} if {…}"; helpers have their place in package custom.lib',
} as const;

/** A misspelt name would be a rule that never says anything. */
function assertAnswering(folder: PolicyFolder, modules: readonly ModuleDescription[]): void {
  const packages = modules.filter(({ package: path, file }) => path[0] === 'custom' && !file.endsWith('_test.rego'));
  for (const [family, expected] of Object.entries(ANSWERING))
    assertNamed(
      folder,
      packages.filter(({ package: path }) => path[1] === family && (family !== 'access' || path.length > 2)),
      expected,
    );
  assertNamed(
    folder,
    packages.filter(({ package: path }) => path[1] === 'access' && path.length === 2),
    DECIDING,
  );
}

function assertNamed(
  folder: PolicyFolder,
  packages: readonly ModuleDescription[],
  { rule, hint }: { readonly rule: string; readonly hint: string },
): void {
  // In formatted Rego nothing but a rule begins a line with its name.
  const named = new RegExp(`^\\s*(?:default )?${rule}\\b`, 'm');
  const answering = new Set(
    packages.filter(({ file }) => named.test(folder.modules[file] ?? '')).map(({ package: path }) => path.join('.')),
  );
  const silent = packages.find(({ package: path }) => !answering.has(path.join('.')));
  if (silent === undefined) return;
  const { file, line, column } = silent;
  const message = `package ${silent.package.join('.')} has no rule called ${rule}`;
  throw invalidPolicy([{ code: 'lapse_rule_error', message, file, line, column }], hint);
}

export async function compileCustom(
  compiler: CachingCompiler,
  folder: PolicyFolder,
  library: PolicySources,
): Promise<CompiledPolicy> {
  const sources = withLibrary(folder.modules, library);
  const compiled = await compileCached(compiler, sources, Object.values(CUSTOM_ENTRYPOINTS));
  assertCustomOnly(folder, compiled.modules);
  return compiled;
}
