import { mayHold } from '../../src/scan/formats/looks-like-yaml.ts';
import type { FileHead, Scanner } from '../../src/scan/scanner.ts';
import { FactSet } from '../terraform/fact-set.ts';
import { Resources } from '../terraform/map-resources.ts';
import { problemsOf } from '../terraform/problems-of.ts';
import { readStack } from './read-stack.ts';

/** States of Pulumi; docs/sources/pulumi.md says what is read and what is not. */
export const pulumiScanner: Scanner = {
  id: 'pulumi',
  title: 'Pulumi states',
  recognise,
  async read(file, context) {
    const problem = problemsOf(file, context);
    const resources = new Resources();
    try {
      await readStack(file, (resource) => resources.add(resource), problem);
    } finally {
      const facts = new FactSet(file.path, context.fingerprint, problem);
      resources.tell(file.path, facts, context, STACK_VALUE);
      for (const fact of facts.all()) context.emit(fact);
    }
  },
};

const STACK_VALUE = { rule: 'pulumi/stack-value', vendor: 'pulumi', title: 'Secret in the state of Pulumi' } as const;

/** `stack-export`, or `checkpoint` where it is as a backend keeps it. */
function recognise(head: FileHead): string | undefined {
  // This is asked of all files.
  if (head.binary || !(mayHold(head, '"deployment"') || mayHold(head, '"checkpoint"'))) return undefined;
  const { text } = head;
  if (!/^\uFEFF?\s*\{\s*"/.test(text) || !/"urn:pulumi:|"manifest"|"secrets_providers"/.test(text)) return undefined;
  if (/"deployment"\s*:\s*\{/.test(text)) return 'stack-export';
  return /"checkpoint"\s*:\s*\{/.test(text) && text.includes('"latest"') ? 'checkpoint' : undefined;
}
