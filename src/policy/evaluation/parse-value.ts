import { RegoDecimal, RegoObject, RegoSet, type RegoValue } from './value.ts';

const TOKEN = /[ \t\r\n]*(?:("(?:[^"\\]|\\.)*")|(-?[0-9.][0-9.eE+-]*)|(null|true|false|set\([ \t\r\n]*\)|[[\]{},:]))/y;

/**
 * Reads the notation of the WASM runtime's `opa_value_dump`: JSON, and sets as `{1,2}` or `set()`, and keys of any type.
 *
 * @throws SyntaxError on any other text.
 */
export function parseValue(text: string): RegoValue {
  return new Parser(text).parse();
}

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): RegoValue {
    const value = this.#value(this.#token());
    if (this.#text.slice(this.#at).trim() !== '') throw this.#unexpected();
    return value;
  }

  #token(): string {
    TOKEN.lastIndex = this.#at;
    const match = TOKEN.exec(this.#text);
    if (match === null) throw this.#unexpected();
    this.#at = TOKEN.lastIndex;
    return match[1] ?? match[2] ?? match[3] ?? '';
  }

  #value(token: string): RegoValue {
    switch (token[0]) {
      case '"':
        return String(JSON.parse(token));
      case '[':
        return this.#array();
      case '{':
        return this.#collection();
      case 'n':
        return null;
      case 't':
      case 'f':
        return token === 'true';
      case 's':
        return new RegoSet([]);
      default:
        return this.#number(token);
    }
  }

  #array(): readonly RegoValue[] {
    const items: RegoValue[] = [];
    let token = this.#token();
    while (token !== ']') {
      items.push(this.#value(token));
      token = this.#next(']');
    }
    return items;
  }

  #collection(): RegoSet | RegoObject {
    let token = this.#token();
    if (token === '}') return new RegoObject([]);
    const first = this.#value(token);
    token = this.#token();
    if (token === ':') return this.#object(first);
    const members = [first];
    while (token !== '}') {
      if (token !== ',') throw this.#unexpected();
      members.push(this.#value(this.#token()));
      token = this.#token();
    }
    return new RegoSet(members);
  }

  #object(firstKey: RegoValue): RegoObject {
    const entries: [RegoValue, RegoValue][] = [[firstKey, this.#value(this.#token())]];
    for (let token = this.#next('}'); token !== '}'; token = this.#next('}')) {
      const key = this.#value(token);
      if (this.#token() !== ':') throw this.#unexpected();
      entries.push([key, this.#value(this.#token())]);
    }
    return new RegoObject(entries);
  }

  /** The closing bracket, or the first token after a comma. */
  #next(close: string): string {
    const token = this.#token();
    if (token === close) return token;
    if (token !== ',') throw this.#unexpected();
    return this.#token();
  }

  #number(token: string): number | bigint | RegoDecimal {
    const value = Number(token);
    if (Number.isNaN(value)) throw this.#unexpected();
    if (!Number.isSafeInteger(value) && /^-?\d+$/.test(token)) return BigInt(token);
    return String(value) === token ? value : new RegoDecimal(token);
  }

  #unexpected(): SyntaxError {
    return new SyntaxError(`not a Rego value at offset ${this.#at}`);
  }
}
