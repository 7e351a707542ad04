/**
 * Where a path leads that is written in a folder of the scan. Undefined for one that leaves the scan, and for an absolute one.
 *
 * @param folder - relative to the root of the scan; `.` for the root.
 */
export function pathFrom(folder: string, path: string): string | undefined {
  if (path.startsWith('/') || path.includes('\\') || path.includes('\0')) return undefined;
  const parts: string[] = [];
  for (const part of `${folder}/${path}`.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.length === 0 ? '.' : parts.join('/');
}

/** The path of one folder as another writes it: `.`, `./modules/ci`, `../ci`. */
export function pathBetween(from: string, to: string): string {
  const [here, there] = [partsOf(from), partsOf(to)];
  let common = 0;
  while (common < here.length && common < there.length && here[common] === there[common]) common++;
  const steps = [...here.slice(common).map(() => '..'), ...there.slice(common)];
  if (steps.length === 0) return '.';
  return steps[0] === '..' ? steps.join('/') : `./${steps.join('/')}`;
}

/** The folder of a file; `.` for the outermost. */
export function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '.';
}

function partsOf(folder: string): readonly string[] {
  return folder === '.' ? [] : folder.split('/');
}
