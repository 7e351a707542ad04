import { type Answer, and, not, or } from '../../model/answer.ts';
import { compileGlob, globCovers, globsOverlap } from '../aws/glob.ts';

/** What is known of a request when a condition is asked. */
export interface ConditionFacts {
  /** The action in lower case, without `data:`; it may be a pattern, which asks for all that it matches. */
  readonly action: string;
  /** Attributes by source and name in lower case (`request microsoft.authorization/roleassignments:principalid`). */
  readonly attributes?: ReadonlyMap<string, string>;
}

/** A condition of Azure's attribute-based access control, parsed. */
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
  | { readonly kind: 'not'; readonly part: Condition }
  | { readonly kind: 'action'; readonly pattern: string }
  | {
      readonly kind: 'compare';
      readonly attribute: string;
      readonly operator: string;
      readonly values: readonly string[];
      readonly text: string;
    }
  /** What the parser does not know the meaning of; its truth is unknown. */
  | { readonly kind: 'unknown'; readonly text: string };

/**
 * Parses a condition (version 2.0). Whatever is not understood is `unknown`, the whole of it where not even its shape is: so the
 * answer is never surer than what was read. `AND` beside `OR` without parentheses is no condition, as in Azure.
 *
 * Source: Microsoft Learn, "Azure role assignment condition format and syntax".
 */
export function parseCondition(text: string): Condition {
  const tokens = tokensOf(text);
  if (tokens === undefined) return unread(text);
  const parser = new Parser(tokens);
  const condition = parser.expression();
  return condition === undefined || !parser.atEnd ? unread(text) : condition;
}

/** Whether a condition holds, with three values. */
export function conditionAnswer(condition: Condition, facts: ConditionFacts): Answer {
  switch (condition.kind) {
    case 'and':
      return and(...condition.parts.map((part) => conditionAnswer(part, facts)));
    case 'or':
      return or(...condition.parts.map((part) => conditionAnswer(part, facts)));
    case 'not':
      return not(conditionAnswer(condition.part, facts));
    case 'action':
      return actionAnswer(condition.pattern, facts.action);
    case 'compare':
      return comparison(condition, facts.attributes?.get(condition.attribute));
    default:
      return { if: [condition.text] };
  }
}

function unread(text: string): Condition {
  return { kind: 'unknown', text: `its condition holds: ${shortened(text)}` };
}

function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}

function actionAnswer(pattern: string, action: string): Answer {
  const outer = compileGlob(pattern);
  const inner = compileGlob(action);
  if (globCovers(outer, inner)) return 'yes';
  return globsOverlap(outer, inner) ? { if: [`the action is ${pattern}`] } : 'no';
}

const OPERATOR = /^(?:for(any|all)of(any|all)values:)?(guid|string)(not)?equals(ignorecase)?$/;

function comparison(condition: Condition & { readonly kind: 'compare' }, value: string | undefined): Answer {
  const [known, left, right, type, negated, ignoreCase] = OPERATOR.exec(condition.operator) ?? [];
  const { values } = condition;
  // One value has no side to choose; without a quantifier there is one on the right, too.
  if (value === undefined || known === undefined || (left === undefined && values.length > 1))
    return { if: [condition.text] };
  const same = (one: string) =>
    type === 'guid' || ignoreCase !== undefined ? one.toLowerCase() === value.toLowerCase() : one === value;
  const fits = (one: string) => same(one) !== (negated !== undefined);
  return (right === 'all' ? values.every(fits) : values.some(fits)) ? 'yes' : 'no';
}

type Token =
  | { readonly kind: '(' | ')' | '!' | 'and' | 'or' }
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'attribute'; readonly text: string }
  | { readonly kind: 'values'; readonly values: readonly string[] };

const TOKEN =
  /\s*(?:(\(|\)|!|&&|\|\|)|(@\w+\s*\[[^\]]{1,400}\])|(\{(?:[^{}']|'(?:[^'\\]|\\.)*'){0,20000}\})|('(?:[^'\\]|\\.)*')|([\w:.-]+))/y;

const SYMBOLS: Readonly<Record<string, Token['kind']>> = {
  '(': '(',
  ')': ')',
  '!': '!',
  '&&': 'and',
  '||': 'or',
};

function tokensOf(text: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  const end = text.trimEnd().length;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < end) {
    const match = TOKEN.exec(text);
    if (match === null) return undefined;
    const [, symbol, attribute, set, literal, word] = match;
    if (symbol !== undefined) tokens.push({ kind: SYMBOLS[symbol] } as Token);
    else if (attribute !== undefined) tokens.push({ kind: 'attribute', text: attributeName(attribute) });
    else if (set !== undefined) tokens.push({ kind: 'values', values: valuesOf(set.slice(1, -1)) });
    else if (literal !== undefined) tokens.push({ kind: 'values', values: [unquoted(literal)] });
    else if (word !== undefined) tokens.push(wordToken(word));
  }
  return tokens;
}

function wordToken(word: string): Token {
  const lower = word.toLowerCase();
  if (lower === 'and' || lower === 'or') return { kind: lower };
  return lower === 'not' ? { kind: '!' } : { kind: 'word', text: lower };
}

/** `@Request[Microsoft.Authorization/roleAssignments:PrincipalId]` as `request microsoft.authorization/…`. */
function attributeName(text: string): string {
  const [, source = '', name = ''] = /^@(\w+)\s*\[(.*)\]$/s.exec(text) ?? [];
  return `${source} ${name.trim()}`.toLowerCase();
}

function valuesOf(text: string): readonly string[] {
  return (text.match(/'(?:[^'\\]|\\.)*'|[^\s,']+/g) ?? []).map(unquoted);
}

function unquoted(text: string): string {
  return text.startsWith("'") ? text.slice(1, -1) : text;
}

/** By recursive descent; undefined for what has no shape. */
class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get atEnd(): boolean {
    return this.#at >= this.#tokens.length;
  }

  expression(): Condition | undefined {
    const first = this.#unary();
    if (first === undefined) return undefined;
    const parts = [first];
    let joined: 'and' | 'or' | undefined;
    for (;;) {
      const kind = this.#tokens[this.#at]?.kind;
      if (kind !== 'and' && kind !== 'or') break;
      if (joined !== undefined && joined !== kind) return undefined;
      joined = kind;
      this.#at++;
      const next = this.#unary();
      if (next === undefined) return undefined;
      parts.push(next);
    }
    return joined === undefined ? first : { kind: joined, parts };
  }

  #unary(): Condition | undefined {
    if (++this.#depth > MAX_DEPTH) return undefined;
    const found = this.#term();
    this.#depth--;
    return found;
  }

  #term(): Condition | undefined {
    const token = this.#tokens[this.#at++];
    switch (token?.kind) {
      case '!': {
        const part = this.#unary();
        return part === undefined ? undefined : { kind: 'not', part };
      }
      case '(': {
        const inner = this.expression();
        return this.#tokens[this.#at++]?.kind === ')' ? inner : undefined;
      }
      case 'word':
        return this.#function(token.text);
      case 'attribute':
        return this.#comparison(token.text);
      default:
        return undefined;
    }
  }

  #function(name: string): Condition | undefined {
    const next = this.#tokens[this.#at++];
    if (name === 'actionmatches' && next?.kind === 'values') {
      const [pattern] = next.values;
      return pattern === undefined ? undefined : { kind: 'action', pattern: pattern.toLowerCase() };
    }
    // `Exists @…`, `SubOperationMatches{…}` and what may come yet.
    if (next?.kind === 'attribute') return { kind: 'unknown', text: `${name} ${next.text}` };
    return next?.kind === 'values' ? { kind: 'unknown', text: `${name} ${next.values.join(', ')}` } : undefined;
  }

  #comparison(attribute: string): Condition | undefined {
    const operator = this.#tokens[this.#at++];
    const right = this.#tokens[this.#at++];
    if (operator?.kind !== 'word') return undefined;
    if (right?.kind === 'attribute') return { kind: 'unknown', text: `${attribute} ${operator.text} ${right.text}` };
    if (right?.kind === 'word') return { kind: 'unknown', text: `${attribute} ${operator.text} ${right.text}` };
    if (right?.kind !== 'values') return undefined;
    const text = shortened(`${attribute} ${operator.text} ${right.values.join(', ')}`);
    return { kind: 'compare', attribute, operator: operator.text, values: right.values, text };
  }
}

/** No condition that Azure accepts (8 KB) nests deeper to any purpose. */
const MAX_DEPTH = 100;
