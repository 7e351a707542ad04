import { limitError, syntaxError } from '../../src/scan/formats/format-error.ts';
import { parseHclTemplate } from '../../src/scan/formats/hcl/parse-hcl.ts';
import type { HclAttribute, HclBlock, HclBody, HclExpression, HclProblem } from '../../src/scan/formats/hcl/syntax.ts';
import { jsonPieces } from '../../src/scan/formats/json.ts';
import { type Entry, entriesAt, type MapNode, type Node, type Place } from '../../src/scan/formats/node.ts';
import { textChunks } from '../../src/scan/formats/text-chunks.ts';
import type { SourceFile } from '../../src/scan/scanner.ts';
import { isMapped } from './map-resources.ts';

/** Texts with templates in one file. */
const MAX_TEMPLATES = 20_000;

interface JsonSource {
  readonly body: HclBody;
  readonly problems: readonly HclProblem[];
}

/**
 * A source in the JSON form, as far as it says something of identities. What is a block there and what an attribute only the
 * provider knows, so all are attributes; a list of objects is the same either way.
 *
 * Source: Terraform language documentation, "JSON Configuration Syntax".
 *
 * @throws AppError ERR_SCAN_SYNTAX or ERR_SCAN_LIMIT with `path:line:column`
 */
export async function readHclJson(file: SourceFile): Promise<JsonSource> {
  const reader = new Reader(file.path);
  for await (const { node } of jsonPieces(textChunks(file.stream()), file.path)) {
    if (node.kind !== 'map') throw syntaxError(file.path, node.place, 'a source of Terraform that is not an object');
    await reader.document(node);
  }
  return { body: { attributes: [], blocks: reader.blocks }, problems: reader.problems };
}

class Reader {
  readonly blocks: HclBlock[] = [];
  readonly problems: HclProblem[] = [];
  readonly #path: string;
  readonly #templates = new Map<string, HclExpression>();

  constructor(path: string) {
    this.#path = path;
  }

  async document(document: MapNode): Promise<void> {
    for (const mode of ['resource', 'data']) {
      for (const [type, types] of members(document, mode)) {
        if (!isMapped(type) && type !== 'aws_iam_policy_document') continue;
        for (const [name, { place, value }] of members({ ...document, entries: new Map([['', types]]) }, ''))
          await this.#block(mode, [type, name], place, value);
      }
    }
    for (const type of ['variable', 'module', 'output']) {
      for (const [name, { place, value }] of members(document, type)) await this.#block(type, [name], place, value);
    }
    for (const { place, value } of listed(document.entries.get('locals')))
      await this.#block('locals', [], place, value);
  }

  async #block(type: string, labels: readonly string[], place: Place, value: Node): Promise<void> {
    for (const one of value.kind === 'list' ? value.items : [value]) {
      const attributes: HclAttribute[] = [];
      for (const [name, entry] of entriesAt(one)) attributes.push(...(await this.#attributes(name, entry, type)));
      this.blocks.push({
        type,
        labels: labels.map((text) => ({ text, place, end: place })),
        body: { attributes, blocks: [] },
        place,
        end: place,
      });
    }
  }

  async #attributes(name: string, { place, value }: Entry, block: string): Promise<readonly HclAttribute[]> {
    if (name === '//') return [];
    // What a dynamic block gives is not worked out in this form.
    if (name === 'dynamic')
      return entriesAt(value).map(([label]) => ({ name: label, place, end: place, value: notKnown(place) }));
    const isPlain = block === 'variable' || (block === 'module' && name === 'source');
    const expression = await this.#expression(value, !isPlain);
    const inList: HclExpression =
      name === 'inline_policy' && expression.kind === 'object'
        ? { kind: 'list', items: [expression], place, end: place }
        : expression;
    return [{ name, place, end: place, value: inList }];
  }

  async #expression(node: Node, templates: boolean): Promise<HclExpression> {
    const { place } = node;
    const at = { place, end: place };
    if (node.kind === 'list') {
      const items: HclExpression[] = [];
      for (const item of node.items) items.push(await this.#expression(item, templates));
      return { kind: 'list', items, ...at };
    }
    if (node.kind === 'map') {
      const entries: { key: HclExpression; value: HclExpression }[] = [];
      for (const [name, entry] of node.entries) {
        if (name === '//') continue;
        const key: HclExpression = { kind: 'literal', value: name, place: entry.place, end: entry.place };
        entries.push({ key, value: await this.#expression(entry.value, templates) });
      }
      return { kind: 'object', entries, ...at };
    }
    const { value } = node;
    return templates && typeof value === 'string' && /[$%]\{/.test(value)
      ? await this.#template(value, place)
      : { kind: 'literal', value, ...at };
  }

  async #template(text: string, place: Place): Promise<HclExpression> {
    let known = this.#templates.get(text);
    if (known === undefined) {
      if (this.#templates.size >= MAX_TEMPLATES) throw limitError(this.#path, place, 'too many templates');
      const { expression, problems } = await parseHclTemplate(text, this.#path);
      for (const { message } of problems) this.problems.push({ message, place });
      known = expression;
      this.#templates.set(text, known);
    }
    return placed(known, place);
  }
}

/** Places in a template count from its beginning, and a text of JSON has only one. */
function placed<T>(value: T, place: Place): T {
  if (Array.isArray(value)) return value.map((item) => placed(item, place)) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [
    key,
    key === 'place' || key === 'end' ? place : placed(inner, place),
  ]);
  return Object.fromEntries(entries) as T;
}

/** The members of a member, which may be written as several objects in a list. */
function members(node: MapNode, name: string): readonly (readonly [string, Entry])[] {
  return listed(node.entries.get(name)).flatMap(({ value }) => entriesAt(value));
}

function listed(entry: Entry | undefined): readonly Entry[] {
  if (entry === undefined) return [];
  const { place, value } = entry;
  return value.kind === 'list' ? value.items.map((item) => ({ place, value: item })) : [entry];
}

function notKnown(place: Place): HclExpression {
  return { kind: 'unknown', what: 'dynamic', place, end: place };
}
