import { AppError } from '../../src/errors.ts';
import type { Location } from '../../src/model/location.ts';
import { limitError, syntaxError } from '../../src/scan/formats/format-error.ts';
import { jsonPieces } from '../../src/scan/formats/json.ts';
import { itemsAt, type Node, type Place, textAt } from '../../src/scan/formats/node.ts';
import { brokenByTemplate } from '../../src/scan/formats/template.ts';
import { textChunks } from '../../src/scan/formats/text-chunks.ts';
import { type Anchors, parseYaml, type YamlSource } from '../../src/scan/formats/yaml.ts';
import { type YamlPiece, yamlPieces } from '../../src/scan/formats/yaml-pieces.ts';
import type { SourceFile } from '../../src/scan/scanner.ts';
import { KINDS_READ } from './kinds.ts';
import type { ListDefaults } from './manifest-object.ts';
import type { KubernetesFormat } from './recognise.ts';

/** An object to look at, and the list that it is an element of. */
export interface FoundObject {
  readonly node: Node;
  readonly list: ListDefaults;
}

const JSON_FORMATS: ReadonlySet<KubernetesFormat> = new Set(['manifest-json', 'cluster-version']);

/**
 * The objects of a file of manifests, one at a time, those of lists singly. A document that cannot be read is told to
 * `broken`, and the next one is read; a list that was cut into pages is told, too. Templates are left out.
 *
 * @throws AppError ERR_SCAN_SYNTAX when nothing in the file can be read
 */
export async function* readObjects(
  file: SourceFile,
  format: KubernetesFormat,
  broken: (message: string, location: Location) => void,
): AsyncGenerator<FoundObject> {
  const incomplete = (place: Place) =>
    broken('the list goes on in another page, which is not here', { path: file.path, ...place });
  yield* JSON_FORMATS.has(format) ? fromJson(file, incomplete) : fromYaml(file, broken, incomplete);
}

async function* fromJson(file: SourceFile, incomplete: (place: Place) => void): AsyncGenerator<FoundObject> {
  for await (const { kind, node, around } of jsonPieces(textChunks(file.stream()), file.path)) {
    if (kind === 'item') yield { node, list: listDefaults(around) };
    else {
      if (isPaged(node)) incomplete(node.place);
      if (!isList(node)) yield { node, list: {} };
    }
  }
}

async function* fromYaml(
  file: SourceFile,
  broken: (message: string, location: Location) => void,
  incomplete: (place: Place) => void,
): AsyncGenerator<FoundObject> {
  let read = 0;
  let first: AppError | undefined;
  let anchors: Anchors = new Map();
  let list: ListDefaults = {};
  let document = -1;
  for await (const piece of yamlPieces(textChunks(file.stream()))) {
    if (piece.document !== document) {
      document = piece.document;
      anchors = new Map();
      list = {};
    }
    try {
      const node = parsePiece(piece, file.path, anchors);
      read++;
      if (node === undefined) continue;
      if (isPaged(node)) incomplete(node.place);
      if (piece.kind === 'rest') list = { ...list, ...listDefaults(node) };
      else
        for (const item of elements(node, piece)) yield { node: item, list: isList(node) ? listDefaults(node) : list };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      // The first one is thrown when there is nothing else in the file.
      if (first === undefined) first = error;
      else broken(error.message, locationOf(error, file.path));
    }
  }
  if (first === undefined) return;
  if (read === 0) throw first;
  broken(first.message, locationOf(first, file.path));
}

function parsePiece(piece: YamlPiece, path: string, anchors: Anchors): Node | undefined {
  const { text, line, top } = piece;
  const kind = top.get('kind');
  // Documents of other kinds hold nothing for us, whatever their syntax: definitions of resources are long.
  if (kind !== undefined && !KINDS_READ.has(kind) && !kind.endsWith('List')) return undefined;
  if (text === undefined) throw limitError(path, { line, column: 1 }, 'a document that is too long');
  const node = parseUnlessTemplate(text, { path, line, anchors });
  if (node !== undefined && node.kind === 'scalar' && kind !== undefined)
    throw syntaxError(path, node.place, 'a mapping is expected');
  return node;
}

function parseUnlessTemplate(text: string, source: YamlSource & { readonly line: number }): Node | undefined {
  try {
    return parseYaml(text, source);
  } catch (error) {
    if (brokenByTemplate(error, text, source.line)) return undefined;
    throw error;
  }
}

/** A piece that is an element stands in a list of one; a list that was not cut gives its elements here. */
function elements(node: Node, piece: YamlPiece): readonly Node[] {
  if (piece.kind === 'item') return itemsAt(node);
  return isList(node) ? itemsAt(node, 'items') : [node];
}

function isList(node: Node): boolean {
  const kind = textAt(node, 'kind');
  return kind?.endsWith('List') === true && node.kind === 'map' && node.entries.has('items');
}

function isPaged(node: Node): boolean {
  return Boolean(textAt(node, 'metadata', 'continue'));
}

function listDefaults(node: Node | undefined): ListDefaults {
  return { apiVersion: textAt(node, 'apiVersion'), kind: textAt(node, 'kind') };
}

function locationOf(error: AppError, path: string): Location {
  const location = error.details?.location;
  return typeof location === 'object' && location !== null ? { ...location, path } : { path };
}
