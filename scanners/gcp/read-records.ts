import { type JsonSelection, jsonPieces } from '../../src/scan/formats/json.ts';
import type { MapNode, Node } from '../../src/scan/formats/node.ts';
import { textChunks } from '../../src/scan/formats/text-chunks.ts';
import type { SourceFile } from '../../src/scan/scanner.ts';
import { textOf } from './fields.ts';
import { WRAPPERS } from './record.ts';

/** Names of lists in both spellings. */
const LISTS: ReadonlySet<string> = new Set(
  WRAPPERS.flatMap((name) => [name, name.replaceAll(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`)]),
);

const RECORDS: JsonSelection = (path) =>
  path.length === 0 || (path.length === 1 && LISTS.has(path[0] ?? '')) ? 'items' : undefined;

/**
 * The records of a file one at a time: one document per line (`gcloud asset export`), lists (`gcloud … --format json`), and the
 * APIs' own answers. A page that says that it goes on is told to `goesOn`, unless another document follows it in the file.
 *
 * @throws AppError ERR_SCAN_SYNTAX or ERR_SCAN_LIMIT with `path:line:column`, after everything before was handed on
 */
export async function* readRecords(file: SourceFile, goesOn: (page: Node) => void): AsyncGenerator<Node> {
  let open: MapNode | undefined;
  for await (const { kind, node } of jsonPieces(textChunks(file.stream()), file.path, RECORDS)) {
    if (kind === 'item') yield node;
    else {
      open = node.kind === 'map' && textOf(node, 'nextPageToken') !== undefined ? node : undefined;
      if (node.kind === 'map') yield node;
    }
  }
  if (open !== undefined) goesOn(open);
}
