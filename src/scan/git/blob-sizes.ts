import type { GitRepository } from './open-repository.ts';
import { runGit } from './run-git.ts';

/** Hashes per question, so that neither it nor its answer is ever large. */
const AT_ONCE = 20_000;

/**
 * Sizes of blobs in bytes, without reading them. Those that the repository does not have are left out.
 *
 * @throws AppError ERR_SCAN_GIT
 */
export async function blobSizes(
  repository: GitRepository,
  hashes: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const sizes = new Map<string, number>();
  for (let start = 0; start < hashes.length; start += AT_ONCE) {
    const asked = hashes.slice(start, start + AT_ONCE);
    const input = asked.map((hash) => `${hash}\n`).join('');
    const output = await runGit(repository, ['cat-file', '--batch-check=%(objecttype) %(objectsize)'], input);
    const lines = output.toString('latin1').split('\n');
    asked.forEach((hash, index) => {
      const [type, size] = lines[index]?.split(' ') ?? [];
      if (type === 'blob') sizes.set(hash, Number(size));
    });
  }
  return sizes;
}
