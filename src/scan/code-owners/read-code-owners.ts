import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type CodeOwners, parseCodeOwners } from './code-owners.ts';

/** Where hosts look, in their order; the first that is there counts. The last one is GitLab's. */
const PLACES = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS', '.gitlab/CODEOWNERS'];

/** GitHub takes no larger one. */
const MOST_BYTES = 3 * 1024 * 1024;

/** The CODEOWNERS file of a work tree; undefined where there is none that can be read. */
export function readCodeOwners(toplevel: string): CodeOwners | undefined {
  for (const place of PLACES) {
    const file = join(toplevel, place);
    const stat = statSync(file, { throwIfNoEntry: false });
    if (!stat?.isFile() || stat.size > MOST_BYTES) continue;
    try {
      return parseCodeOwners(readFileSync(file, 'utf8'), place);
    } catch {
      return undefined;
    }
  }
  return undefined;
}
