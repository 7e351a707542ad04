import { mayHold } from '../../src/scan/formats/looks-like-yaml.ts';
import type { FileHead } from '../../src/scan/scanner.ts';

/** `state`: as it is kept. `show-state` and `show-plan`: as `terraform show -json` prints them. */
export type TerraformFormat = 'state' | 'state-unsupported' | 'state-encrypted' | 'show-state' | 'show-plan';

/** Members with values that are no objects, as they stand before everything else in what Terraform writes. */
const SCALARS = String.raw`\s*\{(?:\s*"\w+"\s*:\s*(?:"(?:[^"\\]|\\.)*"|[\w.+-]+)\s*,)*\s*`;
const VALUES_NEXT = new RegExp(`^\\uFEFF?${SCALARS}"values"\\s*:`);
const HINTS = ['"terraform_version"', '"lineage"', '"root_module"', '"encrypted_data"'];
const VERSION = /"version"\s*:\s*(\d+)/;

/** Which form of a state or plan a file begins as, also when its members were sorted. */
export function recogniseTerraform(head: FileHead): TerraformFormat | undefined {
  // This is asked of all files.
  if (head.binary || !HINTS.some((hint) => mayHold(head, hint))) return undefined;
  const { text } = head;
  if (!/^\uFEFF?\s*\{\s*"/.test(text)) return undefined;
  const has = (name: string) => text.includes(`"${name}"`);
  if (has('encrypted_data') && has('encryption_version') && has('lineage')) return 'state-encrypted';
  if (has('format_version')) {
    if (has('planned_values') || has('resource_changes')) return 'show-plan';
    return VALUES_NEXT.test(text) || (has('values') && has('root_module')) ? 'show-state' : undefined;
  }
  // Sorted members: what says so comes last, and the configuration of a plan is long.
  if (has('root_module') && has('provider_config') && !has('lineage')) return 'show-plan';
  const isState = has('lineage')
    ? has('resources') || has('outputs') || has('modules')
    : has('modules') && has('tfstate');
  if (!isState && !(has('terraform_version') && has('serial'))) return undefined;
  const version = VERSION.exec(text)?.[1];
  const isOld = has('modules') && !has('resources') ? version !== '4' : version !== undefined && version !== '4';
  return isOld ? 'state-unsupported' : 'state';
}
