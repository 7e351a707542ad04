import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { assetPath } from '../../assets.ts';
import { AppError } from '../../errors.ts';

/**
 * Writes the starter configuration and its policies into a folder. What is there already stays as it is.
 *
 * @param configFile - where the configuration goes; the policies go beside it.
 * @returns paths of what was written.
 */
export function writeStarter(configFile: string, operator: string): readonly string[] {
  const root = assetPath('examples', 'starter');
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.flatMap((entry) => {
    const from = join(entry.parentPath, entry.name);
    const inside = from.slice(root.length + 1);
    const to = inside === 'lapse.yaml' ? configFile : join(dirname(configFile), inside);
    return writeNew(to, readFileSync(from, 'utf8').replaceAll('$OPERATOR', operator)) ? [to] : [];
  });
}

function writeNew(file: string, text: string): boolean {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { flag: 'wx' });
    return true;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') return false;
    throw new AppError('ERR_USAGE', `${file}: cannot be written`, { cause });
  }
}
