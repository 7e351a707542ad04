import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { bundleFault } from './bundle-fault.ts';
import { type BundleFiles, BundleFilesDraft, type BundleLimits, bundlePath } from './bundle-files.ts';

/** Of version control, and where Kubernetes keeps the generations of a mounted ConfigMap. */
const SKIPPED = /^(?:\.git$|\.\.)/;

/**
 * Reads a bundle that lies unpacked in a folder. Links count where they lead to a file in the same folder, as those of a mounted
 * ConfigMap do.
 *
 * @throws AppError ERR_POLICY_BUNDLE
 */
export async function readFolder(folder: string, limits: BundleLimits): Promise<BundleFiles> {
  const root = await realpath(folder);
  const draft = new BundleFilesDraft(limits);
  const visit = async (below: string): Promise<void> => {
    const entries = await readdir(join(root, below), { withFileTypes: true });
    for (const entry of entries.sort((one, other) => (one.name < other.name ? -1 : 1))) {
      if (SKIPPED.test(entry.name)) continue;
      const path = bundlePath(Buffer.from(below === '' ? entry.name : `${below}/${entry.name}`));
      if (entry.isDirectory()) await visit(path);
      else await addFile(draft, root, path);
    }
  };
  await visit('');
  return draft.files;
}

async function addFile(draft: BundleFilesDraft, root: string, path: string): Promise<void> {
  const real = await realpath(join(root, path)).catch(() => undefined);
  if (real === undefined || !real.startsWith(root + sep)) throw bundleFault(`${path}: a link out of the folder`);
  const found = await stat(real);
  if (!found.isFile()) throw bundleFault(`${path}: neither a file nor a folder, or a link to a folder`);
  draft.expect(path, found.size);
  draft.add(path, await readFile(real));
}
