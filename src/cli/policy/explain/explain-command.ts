import { AppError } from '../../../errors.ts';
import { createRegoCompiler, type PolicySchema } from '../../../policy/compiler/compiler.ts';
import { librarySchemas } from '../../../policy/library.ts';
import type { GlobalOptions } from '../../command.ts';
import { configFor } from '../../config-for.ts';
import type { CliContext } from '../../context.ts';
import { withWorkspace } from '../../workspace.ts';
import { reported } from '../reported.ts';
import { explainPolicy } from './explain-policy.ts';
import { findRule, loadExplained, type NamedRule } from './explained-policies.ts';
import { inventoryInput } from './inventory-input.ts';
import { parseInput, readInputFile } from './read-input.ts';

export interface ExplainOptions extends GlobalOptions {
  readonly input?: string;
  readonly all?: boolean;
  readonly format: string;
}

/** `lapse policy explain`: of a finding in the inventory, or of an input from a file. */
export async function explain(
  rule: string | undefined,
  subject: string | undefined,
  options: ExplainOptions,
  cli: CliContext,
): Promise<number> {
  const policies = await loadExplained(await configFor(cli, options), cli);
  const how = { format: options.format, all: options.all === true };
  if (options.input === undefined) {
    if (rule === undefined)
      throw new AppError('ERR_USAGE', 'explain needs a rule and a subject, a finding, or --input FILE');
    const found = await withWorkspace(cli, options, (workspace) => inventoryInput(rule, subject, workspace, cli));
    const named = findRule(policies, found.rule);
    // Of a principal everything is told, of what belongs to one only what is said of that.
    const own = isAbout(found.input, found.subject) ? {} : { subject: found.subject };
    return explainPolicy(policies, { input: found.input, rule: named, ...own, ...how }, cli);
  }
  if (subject !== undefined) throw new AppError('ERR_USAGE', '--input brings its subject along');
  const named = rule === undefined ? undefined : findRule(policies, rule);
  const file = await readInputFile(options.input, cli);
  const compiler = createRegoCompiler();
  try {
    return await reported({ [file.name]: file.text }, cli, async () => {
      const defaults = named === undefined ? { policies: [] } : {};
      const input = await parseInput(file, await schemaFor(named), defaults, compiler);
      return explainPolicy(policies, { input, ...(named === undefined ? {} : { rule: named }), ...how }, cli);
    });
  } finally {
    await compiler.close();
  }
}

function isAbout(input: object, subject: string): boolean {
  const row = 'principal' in input && 'credentials' in input ? input.principal : undefined;
  return typeof row === 'object' && row !== null && 'id' in row && row.id === subject;
}

const INPUTS = { findings: 'finding-input', alerts: 'alert-input', drift: 'drift-input' } as const;

async function schemaFor(rule: NamedRule | undefined): Promise<PolicySchema> {
  const name = rule === undefined ? 'access-input' : INPUTS[rule.family];
  const schema = (await librarySchemas()).find(({ path }) => path[0] === name);
  if (schema === undefined) throw new AppError('ERR_INTERNAL', `schemas has no ${name}`);
  return schema;
}
