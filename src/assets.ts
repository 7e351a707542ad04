import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

let root: string | undefined;

/**
 * Path of a file that ships with lapse (`rego/`, `scanners/secrets/`, the compiler, migrations), from the package root.
 * Works from source, from `dist/`, from an installed package and from a path with spaces.
 *
 * @example
 * assetPath('rego', 'data.yaml');
 */
export function assetPath(...parts: readonly string[]): string {
  root ??= packageRoot(dirname(fileURLToPath(import.meta.url)));
  return join(root, ...parts);
}

/** The nearest folder at or above `start` whose package.json is lapse's own. */
function packageRoot(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    if (packageName(folder) === 'lapse') return folder;
    if (dirname(folder) === folder) throw new Error(`no package.json of lapse at or above ${start}`);
  }
}

function packageName(folder: string): unknown {
  let text: string;
  try {
    text = readFileSync(join(folder, 'package.json'), 'utf8');
  } catch {
    return undefined;
  }
  const manifest: unknown = JSON.parse(text);
  return typeof manifest === 'object' && manifest !== null && 'name' in manifest ? manifest.name : undefined;
}
