import { jsonPieces } from '../../src/scan/formats/json.ts';
import { type Entry, type Node, type Place, valueAt } from '../../src/scan/formats/node.ts';
import { brokenByTemplate } from '../../src/scan/formats/template.ts';
import { textChunks } from '../../src/scan/formats/text-chunks.ts';
import { parseYaml } from '../../src/scan/formats/yaml.ts';
import type { SourceFile } from '../../src/scan/scanner.ts';
import { mapNode } from '../terraform/nodes.ts';
import type { CloudFormationFormat } from './recognise.ts';

/**
 * The templates of a file, with functions in their long form whatever they are written in (CloudFormation User Guide,
 * "Intrinsic function reference").
 *
 * @throws AppError ERR_SCAN_SYNTAX or ERR_SCAN_LIMIT with `path:line:column`
 */
export async function* readTemplates(file: SourceFile, format: CloudFormationFormat): AsyncGenerator<Node> {
  if (format === 'template-yaml') {
    const node = await fromYaml(file);
    if (node !== undefined) yield node;
    return;
  }
  for await (const { node } of jsonPieces(textChunks(file.stream()), file.path, () => undefined)) {
    const body = format === 'template-answer' ? valueAt(node, 'TemplateBody') : node;
    if (body?.kind === 'scalar') {
      const inner = parseYaml(body.text, { path: file.path, line: body.place.line }, longForm);
      if (inner !== undefined) yield placedAt(inner, body.place);
    } else if (body !== undefined) yield body;
  }
}

async function fromYaml(file: SourceFile): Promise<Node | undefined> {
  const text = await file.readText();
  try {
    return parseYaml(text, { path: file.path }, longForm);
  } catch (error) {
    // A template of a template becomes one when it is rendered.
    if (brokenByTemplate(error, text, 1)) return undefined;
    throw error;
  }
}

/** `!Ref X` is `{Ref: X}`, `!Sub X` is `{Fn::Sub: X}`. */
function longForm(tag: string, value: Node): Node {
  const name = tag.slice(1);
  return mapNode(value.place, { [name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`]: value });
}

/** What stands in a text stands where the text does. */
function placedAt(node: Node, place: Place): Node {
  if (node.kind === 'scalar') return { ...node, place };
  if (node.kind === 'list') return { ...node, items: node.items.map((item) => placedAt(item, place)), place };
  const entries = [...node.entries].map(([key, { value }]): [string, Entry] => [
    key,
    { place, value: placedAt(value, place) },
  ]);
  return { ...node, entries: new Map(entries), place };
}
