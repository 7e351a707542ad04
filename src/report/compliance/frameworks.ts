import { AppError } from '../../errors.ts';
import type { Framework } from './framework.ts';
import { cisAws } from './frameworks/cis-aws.ts';
import { iso27001 } from './frameworks/iso27001.ts';
import { nist80053 } from './frameworks/nist-800-53.ts';
import { owaspNhi } from './frameworks/owasp-nhi.ts';
import { soc2 } from './frameworks/soc2.ts';

/** Every framework that there is a report for. */
export const FRAMEWORKS: readonly Framework[] = [owaspNhi, cisAws, soc2, iso27001, nist80053];

/** @throws {AppError} ERR_USAGE when there is no such framework. */
export function findFramework(id: string): Framework {
  const framework = FRAMEWORKS.find((candidate) => candidate.id === id);
  if (framework !== undefined) return framework;
  throw new AppError('ERR_USAGE', `unknown framework ${JSON.stringify(id)}`, {
    hint: `one of ${FRAMEWORKS.map((known) => known.id).join(', ')}`,
  });
}
