import type { HclBlock, HclBody } from '../../src/scan/formats/hcl/syntax.ts';
import { type Bindings, type Evaluator, elementsOf } from './hcl-evaluate.ts';
import { type MapValue, referencesIn, unknown, type Value } from './hcl-value.ts';

/** Attributes and blocks that say something of Terraform and nothing of the resource. */
const META: ReadonlySet<string> = new Set([
  ...['count', 'for_each', 'provider', 'depends_on', 'lifecycle', 'provisioner', 'connection', 'timeouts'],
]);

/** What stands between the braces of a block, with blocks as lists, as states have them. */
export function bodyOf(body: HclBody, evaluator: Evaluator, bindings: Bindings): MapValue {
  const [first] = [...body.attributes, ...body.blocks];
  const place = first?.place ?? { line: 1, column: 1 };
  const entries = new Map<string, { place: typeof place; value: Value }>();
  for (const { name, place, value } of body.attributes)
    if (!META.has(name)) entries.set(name, { place, value: evaluator.evaluate(value, bindings) });
  for (const block of body.blocks) {
    const name = block.type === 'dynamic' ? (block.labels[0]?.text ?? '') : block.type;
    if (META.has(name)) continue;
    const known = entries.get(name);
    const before = known?.value.kind === 'list' ? known.value.items : [];
    const items =
      block.type === 'dynamic' ? dynamic(block, evaluator, bindings) : [innerOf(block, evaluator, bindings)];
    const value: Value = { kind: 'list', items: [...before, ...items], place: known?.place ?? block.place };
    entries.set(name, { place: known?.place ?? block.place, value: evaluator.bounded(value) });
  }
  return { kind: 'map', entries, place };
}

function innerOf(block: HclBlock, evaluator: Evaluator, bindings: Bindings): Value {
  return evaluator.bounded({ ...bodyOf(block.body, evaluator, bindings), place: block.place });
}

/** A block for each element of something; one that is not known where that is not known. */
function dynamic(block: HclBlock, evaluator: Evaluator, bindings: Bindings): readonly Value[] {
  const attribute = (name: string) => block.body.attributes.find((one) => one.name === name)?.value;
  const forEach = attribute('for_each');
  const content = block.body.blocks.find(({ type }) => type === 'content');
  const label = block.labels[0]?.text ?? '';
  if (forEach === undefined || content === undefined) return [unknown(block.place, `dynamic.${label}`)];
  const over = evaluator.evaluate(forEach, bindings);
  if (over.kind !== 'list' && over.kind !== 'map')
    return [unknown(block.place, `dynamic.${label}`, referencesIn(over))];
  const iterator = attribute('iterator');
  const name = iterator?.kind === 'reference' ? textOfStep(iterator.path[0]) : label;
  return elementsOf(over).map(({ key, value }) => {
    const each: Value = {
      kind: 'map',
      entries: new Map([
        ['key', { place: key.place, value: over.kind === 'list' ? value : key }],
        ['value', { place: value.place, value }],
      ]),
      place: block.place,
    };
    return innerOf({ ...content, place: block.place }, evaluator, new Map(bindings).set(name, each));
  });
}

function textOfStep(step: unknown): string {
  return typeof step === 'string' ? step : '';
}
