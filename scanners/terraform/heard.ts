import type { ScanContext } from '../../src/scan/scanner.ts';
import type { FactSet } from './fact-set.ts';

/** A context for readers of exports whose facts are kept with the others of the file. */
export function heard(facts: FactSet, context: ScanContext): ScanContext {
  return {
    ...context,
    emit: (fact) => facts.add(fact),
    problem: ({ message, location: { path, line = 1, column = 1 } }) => facts.problem(message, { path, line, column }),
  };
}
