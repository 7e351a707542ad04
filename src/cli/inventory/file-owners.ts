import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Owner } from '../../model/principal.ts';
import { readCodeOwners } from '../../scan/code-owners/read-code-owners.ts';
import { openRepository } from '../../scan/git/open-repository.ts';
import { runGit } from '../../scan/git/run-git.ts';

/** Who is named for files of the repository at hand. */
export interface FileOwners {
  of(path: string, line: number | undefined): Promise<readonly Owner[]>;
  close(): void;
}

/**
 * Owners by CODEOWNERS, and, when asked, by who wrote the line: the weakest word of all, and one call of git for each. Of files
 * that are not in this repository nothing is said.
 */
export function fileOwners(folder: string, { blame }: { readonly blame: boolean }): FileOwners {
  const repository = openRepository(folder);
  if (repository === undefined || repository.bare) {
    return { of: async () => [], close: () => repository?.close() };
  }
  const { toplevel } = repository;
  const codeOwners = readCodeOwners(toplevel);
  return {
    async of(path, line) {
      if (!existsSync(join(toplevel, path))) return [];
      const named = codeOwners?.ownersOf(path) ?? [];
      if (named.length > 0 || !blame || line === undefined) return named;
      const author = await authorOf(path, line);
      return author === undefined ? [] : [{ value: author, source: 'blame', location: { path, line } }];
    },
    close: repository.close,
  };

  async function authorOf(path: string, line: number): Promise<string | undefined> {
    if (repository === undefined) return undefined;
    const args = ['blame', '--porcelain', '-L', `${line},${line}`, 'HEAD', '--', path];
    try {
      const said = (await runGit(repository, args)).toString('utf8');
      const [, name] = /^author (.+)$/m.exec(said) ?? [];
      const [, mail] = /^author-mail <([^>]+)>$/m.exec(said) ?? [];
      return mail ?? name;
    } catch {
      // Not committed yet, or shorter there.
      return undefined;
    }
  }
}
