import { z } from 'zod';
import type { AppError } from '../errors.ts';
import { SEVERITIES } from '../model/finding.ts';
import type { ModuleDescription } from './compiler/module-description.ts';
import { invalidPolicy } from './invalid-policy.ts';
import type { RuleFamily, RuleMetadata } from './metadata.ts';

/** Packages whose members are rules: `data.lapse.rules[<id>]`. */
const RULE_PACKAGES: Readonly<Record<string, RuleFamily>> = {
  'lapse.rules': 'finding',
  'custom.rules': 'finding',
  'lapse.alert_rules': 'alert',
  'custom.alert_rules': 'alert',
  'lapse.drift_rules': 'drift',
  'custom.drift_rules': 'drift',
};

const customSchema = z.object({
  id: z.string(),
  severity: z.enum(SEVERITIES),
  message: z.string().optional(),
  nhi: z.string().default(''),
  platforms: z.array(z.string()).default([]),
  needs: z.array(z.string()).default([]),
  controls: z.record(z.string(), z.array(z.coerce.string())).default({}),
  depends_on: z.array(z.string()).default([]),
  remediation: z.union([z.string(), z.object({ summary: z.string() }).transform(({ summary }) => summary)]).default(''),
});

/**
 * What METADATA says of each rule, by id. Every package that is a rule must carry a block (`scope: package`) with `title`,
 * `custom.id` (that of the package) and `custom.severity`.
 *
 * @param taken - rules of lapse, whose ids no other rule may have.
 * @throws AppError `ERR_POLICY_INVALID` with the place of the package, or for two rules with one id.
 */
export function extractRules(
  modules: readonly ModuleDescription[],
  taken: ReadonlyMap<string, RuleMetadata> = new Map(),
): ReadonlyMap<string, RuleMetadata> {
  const rules = new Map<string, RuleMetadata>();
  const seen = new Map<string, ModuleDescription>();
  for (const module of modules) {
    const id = ruleId(module);
    if (id === undefined) continue;
    const other = seen.get(id);
    const rule = readRule(id, module);
    if (rule === undefined) continue;
    if (taken.has(id)) throw invalid(module, `rule "${id}" is one of lapse already`);
    if (other !== undefined) throw invalid(module, `rule "${id}" is also declared in ${other.file}`);
    seen.set(id, module);
    rules.set(id, rule);
  }
  for (const module of modules) {
    const id = ruleId(module);
    if (id !== undefined && !rules.has(id)) throw invalid(module, `rule "${id}" has no METADATA of scope package`);
  }
  return rules;
}

function ruleId(module: ModuleDescription): string | undefined {
  const [, , id, ...rest] = module.package;
  return rest.length === 0 && familyOf(module) !== undefined ? id : undefined;
}

function familyOf({ package: [root, kind] }: ModuleDescription): RuleFamily | undefined {
  return RULE_PACKAGES[`${root}.${kind}`];
}

/** A rule may be spread over several files; one of them has the block. */
function readRule(id: string, module: ModuleDescription): RuleMetadata | undefined {
  const block = module.annotations.find(({ annotations }) => annotations.scope === 'package')?.annotations;
  if (block === undefined) return undefined;
  const custom = customSchema.safeParse(block.custom ?? {});
  if (!custom.success) {
    const [issue] = custom.error.issues;
    throw invalid(module, `METADATA of rule "${id}": custom.${issue?.path.join('.')}: ${issue?.message}`);
  }
  if (custom.data.id !== id)
    throw invalid(module, `METADATA of rule "${id}" has custom.id "${custom.data.id}", expected that of the package`);
  if (block.title === undefined) throw invalid(module, `METADATA of rule "${id}" has no title`);
  const { depends_on: dependsOn, message = block.title, ...facts } = custom.data;
  return {
    ...facts,
    family: familyOf(module) ?? 'finding',
    dependsOn,
    message,
    title: block.title,
    description: block.description ?? '',
  };
}

function invalid(module: ModuleDescription, message: string): AppError {
  const { file, line, column } = module;
  return invalidPolicy([{ code: 'lapse_metadata_error', message, file, line, column }]);
}
