import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectFingerprint } from '../../gate/project-fingerprint.ts';
import { secretId } from '../../model/id.ts';
import { filesFromWorkingTree } from '../../scan/files-from-working-tree.ts';
import { openRepository } from '../../scan/git/open-repository.ts';
import { runScan } from '../../scan/run.ts';
import type { CliContext } from '../context.ts';
import { discoverOptions } from '../discover-options.ts';
import type { Workspace } from '../workspace.ts';

/**
 * The ids that static secrets have in a baseline, by those that they have in the inventory: their fingerprints have another key there,
 * and neither can be had from the other without the value. So the files that have them are read once more; of a secret that does not
 * stand there any more nothing is said.
 *
 * @param units - files relative to the top of the repository.
 * @param key - the baseline's.
 */
export async function projectIds(
  workspace: Workspace,
  { units, key }: { readonly units: Iterable<string>; readonly key: string },
  cli: CliContext,
): Promise<ReadonlyMap<string, string>> {
  const { folder } = workspace.config;
  const repository = openRepository(folder);
  try {
    const base = repository?.toplevel ?? folder;
    const paths = [...units].filter((unit) => existsSync(join(base, unit)));
    if (paths.length === 0) return new Map();
    const { options, secrets } = await discoverOptions(workspace, { paths, exports: [], archives: true }, cli);
    const ids = new Map<string, string>();
    const ofProject = projectFingerprint(key);
    await runScan({
      sources: [
        filesFromWorkingTree({
          base,
          paths,
          maxFileSize: options.maxFileSize,
          ...(repository === undefined ? {} : { repository }),
        }),
      ],
      scanners: [secrets],
      ...(options.archives === undefined ? {} : { archives: options.archives }),
      context: {
        now: options.now,
        cluster: options.cluster,
        fingerprint(value) {
          const own = workspace.fingerprint(value);
          ids.set(secretId(own), secretId(ofProject(value)));
          return own;
        },
      },
      sink: async () => undefined,
    });
    return ids;
  } finally {
    repository?.close();
  }
}
