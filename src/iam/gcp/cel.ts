/** A part of a CEL expression, as far as conditions of IAM use the language (Common Expression Language specification). */
export type Expression =
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'truth'; readonly value: boolean }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  /** `request.time`, `assertion.sub`: names joined by dots; a member by index (`attribute["a"]`) counts as one. */
  | { readonly kind: 'name'; readonly path: readonly string[] }
  | { readonly kind: 'not'; readonly of: Expression }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: Expression; readonly right: Expression }
  /** `timestamp(…)`, and `resource.name.startsWith(…)` with what stands before the dot as `of`. */
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly of: Expression | undefined;
      readonly args: readonly Expression[];
    };

const MAX_TOKENS = 5_000;
const MAX_DEPTH = 100;
const TOKEN =
  /\s+|\/\/[^\n]*|([A-Za-z_]\w*)|(\d+(?:\.\d+)?)|(r?(?:"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'))|(&&|\|\||[=!<>]=|[<>!()[\].,?:+\-*/%{}])/y;

/** Reads an expression; undefined for what is not understood, which is then unknown and never false. */
export function parseCel(text: string): Expression | undefined {
  const tokens = tokensOf(text);
  if (tokens === undefined) return undefined;
  const parser = new Parser(tokens);
  try {
    return parser.whole();
  } catch (error) {
    if (error instanceof NotUnderstood) return undefined;
    throw error;
  }
}

class NotUnderstood extends Error {}

interface Token {
  readonly kind: 'word' | 'number' | 'text' | 'sign';
  readonly text: string;
}

function tokensOf(text: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const found = TOKEN.exec(text);
    if (found === null || tokens.length > MAX_TOKENS) return undefined;
    const [, word, number, quoted, sign] = found;
    if (word !== undefined) tokens.push({ kind: 'word', text: word });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (quoted !== undefined) tokens.push({ kind: 'text', text: unquoted(quoted) });
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign });
  }
  return tokens;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

function unquoted(text: string): string {
  const raw = text.startsWith('r');
  const quoted = raw ? text.slice(1) : text;
  const width = /^("""|''')/.test(quoted) ? 3 : 1;
  const inner = quoted.slice(width, -width);
  return raw ? inner : inner.replaceAll(/\\(.)/gs, (_, character: string) => ESCAPES[character] ?? character);
}

/** By precedence: `||`, `&&`, relations, `!`, members and calls. Arithmetic and `?:` are not understood. */
class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Expression {
    const expression = this.#or();
    if (this.#at < this.#tokens.length) throw new NotUnderstood();
    return expression;
  }

  #or(): Expression {
    if (++this.#depth > MAX_DEPTH) throw new NotUnderstood();
    let left = this.#and();
    while (this.#takes('||')) left = { kind: 'binary', operator: '||', left, right: this.#and() };
    this.#depth--;
    return left;
  }

  #and(): Expression {
    let left = this.#relation();
    while (this.#takes('&&')) left = { kind: 'binary', operator: '&&', left, right: this.#relation() };
    return left;
  }

  #relation(): Expression {
    const left = this.#unary();
    const { kind, text } = this.#peek();
    const isRelation = kind === 'sign' ? /^(?:[=!<>]=|[<>])$/.test(text) : kind === 'word' && text === 'in';
    if (!isRelation) return left;
    this.#at++;
    return { kind: 'binary', operator: text, left, right: this.#unary() };
  }

  #unary(): Expression {
    let negated = false;
    while (this.#takes('!')) negated = !negated;
    const of = this.#member();
    return negated ? { kind: 'not', of } : of;
  }

  #member(): Expression {
    let expression = this.#primary();
    for (;;) {
      if (this.#takes('.')) {
        const { kind, text } = this.#next();
        if (kind !== 'word') throw new NotUnderstood();
        if (this.#takes('(')) expression = { kind: 'call', name: text, of: expression, args: this.#list(')') };
        else expression = memberOf(expression, text);
      } else if (this.#takes('[')) {
        const [index, ...more] = this.#list(']');
        if (index?.kind !== 'text' || more.length > 0) throw new NotUnderstood();
        expression = memberOf(expression, index.value);
      } else return expression;
    }
  }

  #primary(): Expression {
    const { kind, text } = this.#next();
    if (kind === 'text') return { kind: 'text', value: text };
    if (kind === 'number') return { kind: 'number', value: Number(text) };
    if (kind === 'word') {
      if (text === 'true' || text === 'false') return { kind: 'truth', value: text === 'true' };
      return this.#takes('(')
        ? { kind: 'call', name: text, of: undefined, args: this.#list(')') }
        : { kind: 'name', path: [text] };
    }
    if (text === '[') return { kind: 'list', items: this.#list(']') };
    if (text !== '(') throw new NotUnderstood();
    const inner = this.#or();
    if (!this.#takes(')')) throw new NotUnderstood();
    return inner;
  }

  #list(end: string): readonly Expression[] {
    const items: Expression[] = [];
    while (!this.#takes(end)) {
      if (items.length > 0 && !this.#takes(',')) throw new NotUnderstood();
      if (this.#takes(end)) break;
      items.push(this.#or());
    }
    return items;
  }

  #peek(): Token {
    return this.#tokens[this.#at] ?? { kind: 'sign', text: '' };
  }

  #next(): Token {
    const token = this.#peek();
    if (token.text === '' && token.kind === 'sign') throw new NotUnderstood();
    this.#at++;
    return token;
  }

  #takes(sign: string): boolean {
    const { kind, text } = this.#peek();
    if (kind !== 'sign' || text !== sign) return false;
    this.#at++;
    return true;
  }
}

function memberOf(of: Expression, name: string): Expression {
  if (of.kind !== 'name') throw new NotUnderstood();
  return { kind: 'name', path: [...of.path, name] };
}
