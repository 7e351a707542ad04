import type { HclExpression, HclStep } from '../../src/scan/formats/hcl/syntax.ts';
import type { Place } from '../../src/scan/formats/node.ts';
import { FUNCTIONS, textValue } from './hcl-functions.ts';
import { isKnown, jsonOfValue, referencesIn, scalar, textOfValue, unknown, type Value } from './hcl-value.ts';

/** What a name stands for, such as `local.name` or `aws_iam_role.ci.arn`; `*` is a splat. */
export type Lookup = (path: readonly HclStep[], place: Place) => Value;

/** Names that a `for`, a dynamic block or an instance brings. */
export type Bindings = ReadonlyMap<string, Value>;

/** Nothing that people write is nested deeper through names. */
const MAX_DEPTH = 800;
/** Elements, and pieces of text, of one value: `[a, a]` of `[b, b]` of … grows without end. */
const MAX_SIZE = 20_000;
const TEXT_PIECE = 64;
/** Sizes of all values of a configuration. */
export const MAX_EFFORT = 4_000_000;

/** What an evaluator has beside names. */
export interface EvaluatorHost {
  /** What may still be worked out, and how deep it is in names now, by this one and others. */
  readonly effort: { left: number; depth: number };
  /** What a file holds, by its path as it is written; undefined where that is not known. */
  text(path: string): { readonly text: string; readonly path: string } | undefined;
  template(path: string): HclExpression | undefined;
  isThere(path: string): boolean | undefined;
}

/**
 * Says what expressions come to, as far as a file says. What it cannot say is unknown, never nothing; the work is bounded.
 */
export class Evaluator {
  readonly #lookup: Lookup;
  readonly #host: EvaluatorHost;
  readonly #sizes = new WeakMap<Value, number>();

  constructor(lookup: Lookup, host: EvaluatorHost) {
    this.#lookup = lookup;
    this.#host = host;
  }

  /** Whether it gave up: what came after that is unknown. */
  get exhausted(): boolean {
    return this.#host.effort.left < 0;
  }

  evaluate(expression: HclExpression, bindings: Bindings): Value {
    if (this.#host.effort.depth > MAX_DEPTH || this.exhausted) return unknown(expression.place);
    this.#host.effort.depth++;
    try {
      return this.bounded(this.#evaluate(expression, bindings));
    } finally {
      this.#host.effort.depth--;
    }
  }

  /** The value, or an unknown one where it is larger than any that people write. */
  bounded(value: Value): Value {
    const size = this.#size(value);
    this.#host.effort.left -= size;
    return size > MAX_SIZE ? unknown(value.place) : value;
  }

  #size(value: Value): number {
    const known = this.#sizes.get(value);
    if (known !== undefined) return known;
    let size = 1;
    if (value.kind === 'unknown') size += value.text.length / TEXT_PIECE + value.references.length;
    else if (value.kind === 'scalar') size += String(value.value).length / TEXT_PIECE;
    else if (value.kind === 'list') for (const item of value.items) size += this.#size(item);
    else for (const [key, entry] of value.entries) size += key.length / TEXT_PIECE + this.#size(entry.value);
    this.#sizes.set(value, size);
    return size;
  }

  #evaluate(expression: HclExpression, bindings: Bindings): Value {
    const { place } = expression;
    switch (expression.kind) {
      case 'literal':
        return withBlock(scalar(expression.value, place), expression.block);
      case 'template':
        return withBlock(this.#template(expression.parts, bindings, place), expression.block);
      case 'join':
        return this.#join(this.evaluate(expression.of, bindings), place);
      case 'list':
        return { kind: 'list', items: expression.items.map((item) => this.evaluate(item, bindings)), place };
      case 'object':
        return this.#object(expression, bindings);
      case 'reference':
      case 'get':
      case 'index':
        return this.#steps(expression, bindings);
      case 'splat':
        return this.#splat(expression, bindings);
      case 'item':
        return bindings.get(ITEM) ?? unknown(place);
      case 'call':
        return this.#call(expression, bindings);
      case 'conditional':
        return this.#conditional(expression, bindings);
      case 'operation':
        return this.#operation(expression, bindings);
      case 'for':
        return this.#for(expression, bindings);
      case 'unknown':
        return unknown(place, expression.what);
    }
  }

  #template(parts: readonly HclExpression[], bindings: Bindings, place: Place): Value {
    const values = parts.map((part) => this.evaluate(part, bindings));
    return textValue(values.map((value) => textOfValue(value) ?? '').join(''), values, place);
  }

  #join(of: Value, place: Place): Value {
    if (of.kind !== 'list') return unknown(place, 'template', referencesIn(of));
    return textValue(of.items.map((item) => textOfValue(item) ?? '').join(''), of.items, place);
  }

  #object({ entries, place }: HclExpression & { kind: 'object' }, bindings: Bindings): Value {
    const values = entries.map(({ key, value }) => ({
      key: this.evaluate(key, bindings),
      value: this.evaluate(value, bindings),
    }));
    const unnamed = values.find(({ key }) => key.kind !== 'scalar');
    // A key of a condition that holds a variable of the file is still that condition.
    if (unnamed !== undefined && values.some(({ key }) => textOfValue(key) === undefined))
      return unknown(place, 'object', referencesIn(...values.flatMap(({ key, value }) => [key, value])));
    return {
      kind: 'map',
      entries: new Map(values.map(({ key, value }) => [textOfValue(key) ?? '', { place: key.place, value }])),
      place,
    };
  }

  /** Names with steps, also through positions that are not known: which instance of a resource it is says little here. */
  #steps(expression: HclExpression, bindings: Bindings): Value {
    const path = staticPath(expression, (key) => this.#step(key, bindings));
    if (path !== undefined && !bindings.has(stepText(path[0]))) return this.#lookup(path, expression.place);
    if (expression.kind === 'reference') {
      const [root, ...steps] = expression.path;
      return walk(bindings.get(stepText(root)) ?? unknown(expression.place), steps, expression.place);
    }
    if (expression.kind === 'get')
      return walk(this.evaluate(expression.of, bindings), expression.path, expression.place);
    if (expression.kind !== 'index') return unknown(expression.place);
    const of = this.evaluate(expression.of, bindings);
    const key = this.evaluate(expression.key, bindings);
    const step = key.kind === 'scalar' && key.value !== null ? String(key.value) : undefined;
    if (step !== undefined && of.kind !== 'unknown') return walk(of, [step], expression.place);
    const name = staticPath(expression.of, () => undefined)
      ?.map(stepText)
      .join('.');
    return unknown(expression.place, name, referencesIn(of, key));
  }

  /** The step that a key in brackets is, where it is known. */
  #step(key: HclExpression, bindings: Bindings): HclStep | undefined {
    const value = this.evaluate(key, bindings);
    if (value.kind !== 'scalar' || value.value === null) return undefined;
    return typeof value.value === 'number' ? value.value : { key: String(value.value) };
  }

  #splat({ of, each, place }: HclExpression & { kind: 'splat' }, bindings: Bindings): Value {
    const path = staticPath(of, () => undefined);
    // The attributes of a resource, also where it is not known how many there are of it.
    if (path !== undefined && isResource(path) && each.kind === 'get' && each.of.kind === 'item') {
      const items = this.#lookup([...path, '*', ...each.path], place);
      return items.kind === 'list' ? items : { kind: 'list', items: [items], place };
    }
    const value = this.evaluate(of, bindings);
    if (value.kind === 'unknown') return unknown(place, path?.map(stepText).join('.'), value.references);
    const items = value.kind === 'list' ? value.items : value.kind === 'scalar' && value.value === null ? [] : [value];
    return {
      kind: 'list',
      items: items.map((item) => this.evaluate(each, new Map([...bindings, [ITEM, item]]))),
      place,
    };
  }

  #call({ name, args, expands, place }: HclExpression & { kind: 'call' }, bindings: Bindings): Value {
    const values = args.map((argument) => this.evaluate(argument, bindings));
    const last = values.at(-1);
    if (expands === true && last !== undefined) {
      if (last.kind !== 'list') return unknown(place, name, referencesIn(...values));
      values.splice(-1, 1, ...last.items);
    }
    const called = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name]?.(values, place) : this.#file(name, values, place);
    return called ?? unknown(place, name, referencesIn(...values));
  }

  /** The functions that read a file. */
  #file(name: string, [first, second]: readonly Value[], place: Place): Value | undefined {
    const path = first?.kind === 'scalar' ? textOfValue(first) : undefined;
    if (path === undefined) return undefined;
    if (name === 'fileexists') {
      const isThere = this.#host.isThere(path);
      return isThere === undefined ? undefined : scalar(isThere, place);
    }
    const file = name === 'file' || name === 'templatefile' ? this.#host.text(path) : undefined;
    if (file === undefined) return undefined;
    const written = { block: { line: 1, column: 1, path: file.path } };
    if (name === 'file') return { ...scalar(file.text, place), written };
    const template = this.#host.template(path);
    if (template === undefined || second?.kind !== 'map') return undefined;
    const variables = new Map([...second.entries].map(([name, { value }]) => [name, value]));
    const value = this.evaluate(template, variables);
    return value.kind === 'scalar' || value.kind === 'unknown' ? { ...value, place, written } : undefined;
  }

  #conditional(expression: HclExpression & { kind: 'conditional' }, bindings: Bindings): Value {
    const condition = this.evaluate(expression.condition, bindings);
    if (condition.kind === 'scalar' && typeof condition.value === 'boolean')
      return this.evaluate(condition.value ? expression.whenTrue : expression.whenFalse, bindings);
    const both = [this.evaluate(expression.whenTrue, bindings), this.evaluate(expression.whenFalse, bindings)] as const;
    const [one, other] = both;
    if (both.every(isKnown) && JSON.stringify(jsonOfValue(one)) === JSON.stringify(jsonOfValue(other))) return one;
    return unknown(expression.place, 'conditional', referencesIn(...both));
  }

  #operation({ operator, operands, place }: HclExpression & { kind: 'operation' }, bindings: Bindings): Value {
    const values = operands.map((operand) => this.evaluate(operand, bindings));
    const result = operate(
      operator,
      values.map((value) => (value.kind === 'scalar' ? value.value : undefined)),
    );
    return result === undefined ? unknown(place, 'condition', referencesIn(...values)) : scalar(result, place);
  }

  #for(expression: HclExpression & { kind: 'for' }, bindings: Bindings): Value {
    const { keyName, valueName, key, value, condition, groups, place } = expression;
    const of = this.evaluate(expression.of, bindings);
    if (of.kind === 'unknown' || of.kind === 'scalar') return unknown(place, 'for', referencesIn(of));
    const elements = elementsOf(of);
    const items: Value[] = [];
    const entries = new Map<string, { place: Place; value: Value }>();
    for (const element of elements) {
      const inner = new Map(bindings).set(valueName, element.value);
      if (keyName !== undefined) inner.set(keyName, element.key);
      const holds = condition === undefined ? undefined : this.evaluate(condition, inner);
      if (holds !== undefined && (holds.kind !== 'scalar' || typeof holds.value !== 'boolean'))
        return unknown(place, 'for', referencesIn(of, holds));
      if (holds?.value === false) continue;
      const result = this.evaluate(value, inner);
      if (key === undefined) {
        items.push(result);
        continue;
      }
      const name = textOfValue(this.evaluate(key, inner));
      if (name === undefined || groups === true) return unknown(place, 'for', referencesIn(of, result));
      entries.set(name, { place: result.place, value: result });
    }
    return key === undefined ? { kind: 'list', items, place } : { kind: 'map', entries, place };
  }
}

function withBlock(value: Value, block: Place | undefined): Value {
  return block === undefined || value.kind === 'list' || value.kind === 'map'
    ? value
    : { ...value, written: { block } };
}

/** No name that a file can bind. */
const ITEM = '*';

/** What a `for` or a dynamic block goes over. */
export function elementsOf(value: Value): readonly { readonly key: Value; readonly value: Value }[] {
  if (value.kind === 'list') return value.items.map((item, index) => ({ key: scalar(index, item.place), value: item }));
  if (value.kind !== 'map') return [];
  return [...value.entries].map(([name, entry]) => ({ key: scalar(name, entry.place), value: entry.value }));
}

export function stepText(step: HclStep | undefined): string {
  return typeof step === 'object' ? step.key : String(step);
}

function walk(value: Value, steps: readonly HclStep[], place: Place): Value {
  let at = value;
  for (const step of steps) {
    if (at.kind === 'unknown') return at;
    const inner =
      at.kind === 'map'
        ? at.entries.get(stepText(step))?.value
        : at.kind === 'list'
          ? at.items[Number(stepText(step))]
          : undefined;
    if (inner === undefined) return unknown(place);
    at = inner;
  }
  return at;
}

/** A name and its steps, with the instance that an expression in brackets gives where that is known. */
function staticPath(
  expression: HclExpression,
  stepOf: (key: HclExpression) => HclStep | undefined,
): readonly HclStep[] | undefined {
  if (expression.kind === 'reference') return expression.path;
  if (expression.kind !== 'get') return undefined;
  if (expression.of.kind !== 'index') {
    const path = staticPath(expression.of, stepOf);
    return path === undefined ? undefined : [...path, ...expression.path];
  }
  const path = staticPath(expression.of.of, stepOf);
  if (path === undefined || !(isResource(path) || isModule(path))) return undefined;
  const step = stepOf(expression.of.key);
  return [...path, ...(step === undefined ? [] : [step]), ...expression.path];
}

/** Whether a path names a call of a module as a whole: `module.ci`. */
function isModule(path: readonly HclStep[]): boolean {
  return path[0] === 'module' && path.length === 2;
}

const NO_RESOURCES: ReadonlySet<string> = new Set([
  'local',
  'var',
  'module',
  'each',
  'count',
  'path',
  'self',
  'terraform',
]);

/** Whether a path names a resource as a whole: `aws_iam_role.ci`, `data.aws_iam_role.ci`. */
function isResource(path: readonly HclStep[]): boolean {
  return path[0] === 'data' ? path.length === 3 : path.length === 2 && !NO_RESOURCES.has(stepText(path[0]));
}

type Plain = string | number | boolean | null | undefined;

function operate(operator: string, [left, right]: readonly Plain[]): boolean | number | undefined {
  switch (operator) {
    case '==':
      return left === undefined || right === undefined ? undefined : same(left, right);
    case '!=':
      return left === undefined || right === undefined ? undefined : !same(left, right);
    case '&&':
      if (left === false || right === false) return false;
      return left === true && right === true ? true : undefined;
    case '||':
      if (left === true || right === true) return true;
      return left === false && right === false ? false : undefined;
    case '!':
      return typeof left === 'boolean' ? !left : undefined;
    case '-':
      if (right !== undefined) return typeof left === 'number' && typeof right === 'number' ? left - right : undefined;
      return typeof left === 'number' ? -left : undefined;
    default:
      return typeof left === 'number' && typeof right === 'number' ? calculate(operator, left, right) : undefined;
  }
}

function calculate(operator: string, left: number, right: number): boolean | number | undefined {
  switch (operator) {
    case '+':
      return left + right;
    case '*':
      return left * right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    default:
      return undefined;
  }
}

/** A number and its text are the same. */
function same(left: Plain, right: Plain): boolean {
  return left === right || (left !== null && right !== null && String(left) === String(right));
}
