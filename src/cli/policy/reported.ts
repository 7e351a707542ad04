import type { PolicySources } from '../../policy/compiler/compiler.ts';
import type { CliContext } from '../context.ts';
import { EXIT } from '../context.ts';
import { describeProblems, problemsOf } from './problems.ts';

/**
 * Runs `work`; of policies that are wrong it shows each mistake with its line and a caret.
 *
 * @returns the exit code of `work`, or 3.
 */
export async function reported(sources: PolicySources, cli: CliContext, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    const problems = problemsOf(error);
    if (problems === undefined) throw error;
    cli.stderr.write(describeProblems(problems, Object.keys(sources).length, sources));
    return EXIT.incomplete;
  }
}
