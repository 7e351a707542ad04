import { AppError } from '../../src/errors.ts';
import { parseHcl } from '../../src/scan/formats/hcl/parse-hcl.ts';
import type { HclBody, HclExpression } from '../../src/scan/formats/hcl/syntax.ts';
import type { Entry, Node, Place } from '../../src/scan/formats/node.ts';

/** What a program would have to put there. */
const COMPUTED = '(computed)';

/** A policy in HCL in the form that JSON has; problems are told with their places in the text. */
export async function hclPolicy(
  text: string,
  file: string,
  broken: (message: string, place: Place) => void,
): Promise<Node> {
  try {
    const { body, problems } = await parseHcl(text, file);
    for (const { message, place } of problems) broken(message, place);
    return bodyNode(body, { line: 1, column: 1 });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    broken(error.message, { line: 1, column: 1 });
    return { kind: 'map', entries: new Map(), place: { line: 1, column: 1 } };
  }
}

/** Blocks of one type become one member: by their label, or as what is in them. */
function bodyNode(body: HclBody, place: Place): Node {
  const entries = new Map<string, Entry>(
    body.attributes.map(({ name, value, place: at }) => [name, { place: at, value: valueNode(value) }]),
  );
  const labelled = new Map<string, Map<string, Entry>>();
  for (const block of body.blocks) {
    const [label] = block.labels;
    const inside = bodyNode(block.body, block.place);
    if (label === undefined) entries.set(block.type, { place: block.place, value: inside });
    else {
      const members = labelled.get(block.type) ?? new Map<string, Entry>();
      labelled.set(block.type, members);
      const known = members.get(label.text)?.value;
      const items = known === undefined ? [inside] : [...(known.kind === 'list' ? known.items : [known]), inside];
      members.set(label.text, {
        place: members.get(label.text)?.place ?? block.place,
        value: { kind: 'list', items, place: block.place },
      });
    }
  }
  for (const [type, members] of labelled) entries.set(type, { place, value: { kind: 'map', entries: members, place } });
  return { kind: 'map', entries, place };
}

function valueNode(expression: HclExpression): Node {
  const { place } = expression;
  switch (expression.kind) {
    case 'literal':
      return {
        kind: 'scalar',
        value: expression.value,
        text: expression.value === null ? '' : String(expression.value),
        place,
      };
    case 'list':
      return { kind: 'list', items: expression.items.map(valueNode), place };
    case 'object':
      return {
        kind: 'map',
        entries: new Map(
          expression.entries.map(({ key, value }) => [textOf(key), { place: key.place, value: valueNode(value) }]),
        ),
        place,
      };
    default:
      // Vault evaluates nothing: such a policy is a template of something else.
      return { kind: 'scalar', value: COMPUTED, text: COMPUTED, place };
  }
}

function textOf(expression: HclExpression): string {
  return expression.kind === 'literal' ? String(expression.value) : COMPUTED;
}
