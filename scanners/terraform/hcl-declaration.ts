import type { HclBlock, HclBody, HclStep } from '../../src/scan/formats/hcl/syntax.ts';
import type { Place } from '../../src/scan/formats/node.ts';
import { type Bindings, type Evaluator, elementsOf } from './hcl-evaluate.ts';
import { scalar, textOfValue, type Value } from './hcl-value.ts';

/** A resource or data source as a file declares it. */
export interface Declaration {
  readonly mode: 'managed' | 'data';
  readonly type: string;
  readonly name: string;
  /** In its module: `aws_iam_role.ci`, `data.aws_iam_role.ci`. */
  readonly address: string;
  readonly body: HclBody;
  readonly place: Place;
  readonly end: Place;
  /** It has `count` or `for_each`. */
  readonly counted: boolean;
}

/** One of those that a declaration makes; `counted` where it is not known which there are, and it stands for all. */
export interface Instance extends Declaration {
  /** `["a"]`, `[0]`; empty without `count` and `for_each`. */
  readonly key: string;
  /** The key of a `for_each`. */
  readonly each?: string;
  /** No other has its address without the key. */
  readonly alone: boolean;
  readonly bindings: Bindings;
}

/** Instances that are told one by one; more of them are one that stands for all. */
const MAX_INSTANCES = 100;
const NONE: Bindings = new Map();

/** Attributes of any resource that make several of it, or none. */
const COUNTED: ReadonlySet<string> = new Set(['count', 'for_each']);

export function declarationOf({ type, labels, body, place, end }: HclBlock): Declaration | undefined {
  const [resource, name] = labels;
  if ((type !== 'resource' && type !== 'data') || resource === undefined || name === undefined) return undefined;
  const mode = type === 'data' ? 'data' : 'managed';
  const address = `${mode === 'data' ? 'data.' : ''}${resource.text}.${name.text}`;
  const counted = body.attributes.some((attribute) => COUNTED.has(attribute.name));
  return { mode, type: resource.text, name: name.text, address, body, place, end, counted };
}

/** Undefined where it is not known which there are, or they are too many. */
export function instancesOf(declaration: Declaration, evaluator: Evaluator): readonly Instance[] | undefined {
  const said = (name: string) => {
    const attribute = declaration.body.attributes.find((one) => one.name === name);
    return attribute === undefined ? undefined : evaluator.evaluate(attribute.value, NONE);
  };
  const count = said('count');
  if (count !== undefined) return counted(declaration, count);
  const over = said('for_each');
  return over === undefined
    ? [{ ...declaration, key: '', bindings: NONE, alone: true, counted: false }]
    : forEach(declaration, over);
}

function counted(declaration: Declaration, count: Value): readonly Instance[] | undefined {
  const number = count.kind === 'scalar' ? Number(count.value ?? Number.NaN) : Number.NaN;
  if (!Number.isInteger(number) || number < 0 || number > MAX_INSTANCES) return undefined;
  return Array.from({ length: number }, (_, index) => ({
    ...declaration,
    key: `[${index}]`,
    bindings: bound('count', { index: scalar(index, declaration.place) }, declaration.place),
    alone: number === 1,
    counted: false,
  }));
}

function forEach(declaration: Declaration, over: Value): readonly Instance[] | undefined {
  if (over.kind !== 'list' && over.kind !== 'map') return undefined;
  const elements = elementsOf(over).map(({ key, value }) => ({ name: over.kind === 'list' ? value : key, value }));
  if (elements.length > MAX_INSTANCES || elements.some(({ name }) => name.kind !== 'scalar')) return undefined;
  return elements.map(({ name, value }) => {
    const each = textOfValue(name) ?? '';
    return {
      ...declaration,
      key: `[${JSON.stringify(each)}]`,
      each,
      bindings: bound('each', { key: name, value }, declaration.place),
      alone: false,
      counted: false,
    };
  });
}

function bound(name: string, values: Readonly<Record<string, Value>>, place: Place): Bindings {
  const entries = new Map(Object.entries(values).map(([key, value]) => [key, { place: value.place, value }]));
  return new Map([[name, { kind: 'map', entries, place }]]);
}

/** Whether a step such as `["a"]` or `[0]` is that of an instance. */
export function same({ key, each }: Instance, step: HclStep | undefined): boolean {
  if (typeof step === 'number') return key === `[${step}]`;
  return typeof step === 'object' && (each === step.key || key === `[${step.key}]`);
}
