import { mayHold } from '../../src/scan/formats/looks-like-yaml.ts';
import { itemsAt, type Node } from '../../src/scan/formats/node.ts';
import type { FileHead } from '../../src/scan/scanner.ts';
import { beginningOf } from './beginning.ts';
import { itemsOf } from './fields.ts';
import { kindOf, type RecordKind, WRAPPERS } from './record.ts';

/** Words of which each export has one near its beginning. */
const WORDS = [
  'googleapis.com',
  'gserviceaccount.com',
  'serviceAccounts/',
  'roles/',
  'denypolicies/',
  'workloadIdentityPools/',
  'insightTypes/',
  'projectNumber',
  'project_number',
  'folders/',
  'organizations/',
  'memberships/',
  'includedPermissions',
  'included_permissions',
  '"bindings"',
];

/** Which record a file begins with; undefined for any other file. Right on a beginning that is cut anywhere. */
export function recogniseGcp(file: FileHead): RecordKind | undefined {
  if (file.binary || !mayBeJson(file.head) || !WORDS.some((word) => mayHold(file, word))) return undefined;
  const document = beginningOf(file.text.replace(/^\uFEFF/, ''));
  if (document === undefined) return undefined;
  for (const record of firstRecords(document)) {
    const kind = kindOf(record, file.size > file.head.length);
    if (kind !== undefined) return kind;
  }
  return undefined;
}

/** The first record of each list in which records may come, else the document itself. */
function firstRecords(document: Node): readonly Node[] {
  if (document.kind === 'list') return itemsAt(document).slice(0, 1);
  return [document, ...WRAPPERS.flatMap((name) => itemsOf(document, name).slice(0, 1))];
}

/** By its first byte; a byte order mark may be in front. */
function mayBeJson(head: Uint8Array): boolean {
  const first = head.find((byte) => byte > 32);
  return first === 0x7b || first === 0x5b || (first !== undefined && first >= 0x80);
}
