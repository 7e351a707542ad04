import type { ScanContext, Scanner, SourceFile } from '../../src/scan/scanner.ts';
import { AwsAccounts } from './aws-accounts.ts';
import { FactSet } from './fact-set.ts';
import { type HclFormat, readHcl, recogniseHcl } from './hcl.ts';
import { terraformSources } from './hcl-gathering.ts';
import { Resources } from './map-resources.ts';
import { planFacts } from './plan-facts.ts';
import { problemsOf } from './problems-of.ts';
import { readShow } from './read-show.ts';
import { readState } from './read-state.ts';
import { recogniseTerraform, type TerraformFormat } from './recognise.ts';

/** States and plans of Terraform and OpenTofu; docs/sources/terraform.md says what is read and what is not. */
export const terraformScanner: Scanner = {
  id: 'terraform',
  title: 'Terraform states, plans and sources',
  gathers: terraformSources,
  recognise: (head) => recogniseHcl(head) ?? recogniseTerraform(head),
  async read(file, context) {
    const format = recogniseHcl(file) ?? recogniseTerraform(file);
    if (format !== undefined) await READERS[format](file, context);
  },
};

type Reader = (file: SourceFile, context: ScanContext) => Promise<void>;

const READERS: Readonly<Record<TerraformFormat | HclFormat, Reader>> = {
  hcl: readHcl,
  'hcl-json': readHcl,
  'hcl-values': async () => undefined,
  state: readStateFacts,
  'show-state': (file, context) => readShown(file, context, false),
  'show-plan': (file, context) => readShown(file, context, true),
  'state-unsupported': async (file, context) =>
    context.problem({
      message:
        'a state of a version that is not supported, and was not looked at: only 4 is, to which any Terraform since 0.12 upgrades',
      location: { path: file.path, line: 1, column: 1 },
    }),
  'state-encrypted': async (file, context) =>
    context.problem({
      message: 'a state that is encrypted, which was not looked at: export it with `tofu state pull`',
      location: { path: file.path, line: 1, column: 1 },
    }),
};

/** What the secret engine calls values in a state. */
const STATE_VALUE = {
  rule: 'terraform/state-value',
  vendor: 'terraform',
  title: 'Secret in the state of Terraform',
} as const;

async function readStateFacts(file: SourceFile, context: ScanContext): Promise<void> {
  const problem = problemsOf(file, context);
  const resources = new Resources();
  try {
    await readState(file, (resource) => resources.add(resource), problem);
  } finally {
    const facts = new FactSet(file.path, context.fingerprint, problem);
    resources.tell(file.path, facts, context, STATE_VALUE);
    for (const fact of facts.all()) context.emit(fact);
  }
}

async function readShown(file: SourceFile, context: ScanContext, isPlan: boolean): Promise<void> {
  const problem = problemsOf(file, context);
  const accounts = new AwsAccounts();
  const current = new Resources(accounts);
  const planned = new Resources(accounts);
  try {
    await readShow(file, {
      current: (resource) => current.add(resource),
      planned: (resource) => planned.add(resource),
      problem,
    });
  } finally {
    const now = new FactSet(file.path, context.fingerprint, problem);
    current.tell(file.path, now, context, STATE_VALUE);
    const later = new FactSet(file.path, context.fingerprint, problem);
    planned.tell(file.path, later, context, STATE_VALUE);
    for (const fact of planFacts(now.all(), isPlan ? later.all() : undefined)) context.emit(fact);
  }
}
