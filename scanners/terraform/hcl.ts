import type { FileHead, GatheredFile, ScanContext, SourceFile } from '../../src/scan/scanner.ts';
import { gathered } from './hcl-folders.ts';
import { readAlone } from './hcl-gathering.ts';

export type HclFormat = 'hcl' | 'hcl-json' | 'hcl-values';

/** By its name; other files that end in `.hcl` are Packer's, Nomad's or Vault's. */
export function recogniseHcl(head: FileHead): HclFormat | undefined {
  const { path, binary } = head;
  if (binary) return undefined;
  if (gathered(path) === 'read')
    return /\.tfvars(?:\.json)?$/.test(path) ? 'hcl-values' : path.endsWith('.json') ? 'hcl-json' : 'hcl';
  // Most files of a scan are decoded by nobody.
  return path.endsWith('.hcl') && RESOURCE.test(head.text) ? 'hcl' : undefined;
}

const RESOURCE = /^[ \t]*resource[ \t]+"?\w+"?[ \t]+"?[\w-]+"?[ \t]*\{/m;

/**
 * Reads one file by itself, as one that ends in `.hcl` is. What it names and does not declare is not known.
 *
 * @throws AppError ERR_SCAN_LIMIT as `parseHcl` does
 */
export async function readHcl(file: SourceFile, context: ScanContext): Promise<void> {
  const alone: GatheredFile = { path: file.path, use: (read) => read(file) };
  await readAlone(alone, context);
}
