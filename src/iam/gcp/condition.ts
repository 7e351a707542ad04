import { type Answer, and, not, or } from '../../model/answer.ts';
import type { Json } from '../../model/json.ts';
import { type Expression, parseCel } from './cel.ts';

/** What is known of a request when a condition is asked. */
export interface Circumstance {
  readonly now: Date;
  /** `iam.googleapis.com`; undefined where it is not known. */
  readonly service?: string;
  /** `iam.googleapis.com/ServiceAccount`. */
  readonly type?: string;
  /** Every name that the resource can have in a condition (with the project's id, or its number); empty: not known. */
  readonly names?: readonly string[];
}

/**
 * Whether a binding's condition holds, with three values. Only comparisons of the time, and of the resource's name, type and
 * service are decided; whatever else stands there is unknown, and so is what it makes unknown (IAM documentation, Conditions overview).
 */
export function conditionAnswer(condition: Json | undefined, circumstance: Circumstance): Answer {
  const expression = expressionOf(condition);
  if (expression === undefined) return 'yes';
  const parsed = parsedOf(expression);
  const found = parsed === undefined ? undefined : truthOf(parsed, circumstance);
  return found ?? { if: [expression.trim()] };
}

/** The text of a condition; undefined where there is none. */
export function expressionOf(condition: Json | undefined): string | undefined {
  if (typeof condition !== 'object' || condition === null || !('expression' in condition)) return undefined;
  return typeof condition.expression === 'string' ? condition.expression : undefined;
}

/** The same few conditions stand at many bindings. */
const parsed = new Map<string, Expression | undefined>();
const MAX_KEPT = 1_000;

function parsedOf(text: string): Expression | undefined {
  if (parsed.has(text)) return parsed.get(text);
  if (parsed.size >= MAX_KEPT) parsed.clear();
  const expression = parseCel(text);
  parsed.set(text, expression);
  return expression;
}

/** Undefined: unknown. False beats unknown beats true in `&&`, and the other way round in `||`. */
function truthOf(expression: Expression, circumstance: Circumstance): 'yes' | 'no' | undefined {
  switch (expression.kind) {
    case 'truth':
      return expression.value ? 'yes' : 'no';
    case 'not':
      return definite(not(truthOf(expression.of, circumstance) ?? UNKNOWN));
    case 'binary': {
      const { operator, left, right } = expression;
      if (operator === '&&' || operator === '||') {
        const join = operator === '&&' ? and : or;
        return definite(join(truthOf(left, circumstance) ?? UNKNOWN, truthOf(right, circumstance) ?? UNKNOWN));
      }
      return isTime(left) || isTime(right)
        ? comparedTimes(operator, left, right, circumstance.now)
        : comparedTexts(operator, left, right, circumstance);
    }
    case 'call':
      return calledOnText(expression, circumstance);
    default:
      return undefined;
  }
}

const UNKNOWN: Answer = { if: ['unknown'] };

function definite(answer: Answer): 'yes' | 'no' | undefined {
  return typeof answer === 'string' ? answer : undefined;
}

function isTime(expression: Expression): boolean {
  return expression.kind === 'name' && expression.path.join('.') === 'request.time';
}

function timeOf(expression: Expression, now: Date): number | undefined {
  if (isTime(expression)) return now.getTime();
  if (expression.kind !== 'call' || expression.name !== 'timestamp' || expression.of !== undefined) return undefined;
  const [text] = expression.args;
  const time = text?.kind === 'text' ? Date.parse(text.value) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

function comparedTimes(operator: string, left: Expression, right: Expression, now: Date): 'yes' | 'no' | undefined {
  const [a, b] = [timeOf(left, now), timeOf(right, now)];
  if (a === undefined || b === undefined) return undefined;
  switch (operator) {
    case '<':
      return truth(a < b);
    case '<=':
      return truth(a <= b);
    case '>':
      return truth(a > b);
    case '>=':
      return truth(a >= b);
    default:
      return undefined;
  }
}

function truth(value: boolean): 'yes' | 'no' {
  return value ? 'yes' : 'no';
}

function comparedTexts(
  operator: string,
  left: Expression,
  right: Expression,
  circumstance: Circumstance,
): 'yes' | 'no' | undefined {
  const [values, wanted] = [textsOf(left, circumstance), textsOf(right, circumstance)];
  if (operator === 'in') {
    const items =
      right.kind === 'list' ? right.items.map((item) => (item.kind === 'text' ? item.value : undefined)) : [];
    if (values === undefined || items.length === 0 || items.includes(undefined)) return undefined;
    return forAll(values, (value) => items.includes(value));
  }
  const [literal, names] =
    right.kind === 'text' ? [right.value, values] : left.kind === 'text' ? [left.value, wanted] : [];
  if (literal === undefined || names === undefined) return undefined;
  if (operator === '==') return forAll(names, (name) => name === literal);
  return operator === '!=' ? forAll(names, (name) => name !== literal) : undefined;
}

function calledOnText(
  { name, of, args }: Expression & { readonly kind: 'call' },
  circumstance: Circumstance,
): 'yes' | 'no' | undefined {
  const [argument] = args;
  const values = of === undefined ? undefined : textsOf(of, circumstance);
  if (values === undefined || argument?.kind !== 'text' || args.length !== 1) return undefined;
  if (name === 'startsWith') return forAll(values, (value) => value.startsWith(argument.value));
  return name === 'endsWith' ? forAll(values, (value) => value.endsWith(argument.value)) : undefined;
}

/** What a name of the resource can stand for; undefined where that is not known. */
function textsOf(expression: Expression, { service, type, names = [] }: Circumstance): readonly string[] | undefined {
  if (expression.kind !== 'name') return undefined;
  switch (expression.path.join('.')) {
    case 'resource.service':
      return service === undefined ? undefined : [service];
    case 'resource.type':
      return type === undefined ? undefined : [type];
    case 'resource.name':
      return names.length === 0 ? undefined : names;
    default:
      return undefined;
  }
}

/** Decided only where all that is possible comes to the same. */
function forAll(values: readonly string[], test: (value: string) => boolean): 'yes' | 'no' | undefined {
  const answers = new Set(values.map(test));
  return answers.size === 1 ? truth(answers.has(true)) : undefined;
}
