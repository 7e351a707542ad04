import type { Place } from '../../src/scan/formats/node.ts';
import type { Token } from './statements.ts';

const END: Place = { line: 1, column: 1 };

/** Walks the tokens of one statement; nothing here fails, what is not there is undefined. */
export class TokenCursor {
  readonly #tokens: readonly Token[];
  /** How names without quotes are written: folded to small letters, or as they are. */
  readonly #fold: (word: string) => string;
  #at = 0;

  constructor(tokens: readonly Token[], fold: (word: string) => string = (word) => word) {
    this.#tokens = tokens;
    this.#fold = fold;
  }

  /** Of the token that comes next; of the last one at the end. */
  get place(): Place {
    return (this.#tokens[this.#at] ?? this.#tokens.at(-1))?.place ?? END;
  }

  get done(): boolean {
    return this.#at >= this.#tokens.length;
  }

  peek(ahead = 0): Token | undefined {
    return this.#tokens[this.#at + ahead];
  }

  next(): Token | undefined {
    const token = this.#tokens[this.#at];
    this.#at += 1;
    return token;
  }

  /** Passes keywords if they all come next. */
  accept(...words: readonly string[]): boolean {
    if (!words.every((word, index) => isWord(this.peek(index), word))) return false;
    this.#at += words.length;
    return true;
  }

  symbol(text: string): boolean {
    const token = this.peek();
    if (token?.kind !== 'symbol' || token.text !== text) return false;
    this.#at += 1;
    return true;
  }

  /** One name, quoted or not. */
  name(): string | undefined {
    const token = this.peek();
    if (token?.kind !== 'word' && token?.kind !== 'name') return undefined;
    this.#at += 1;
    return token.kind === 'name' ? token.text : this.#fold(token.text);
  }

  /** Names with dots between them. */
  path(): readonly string[] {
    const parts: string[] = [];
    do {
      const part = this.name();
      if (part === undefined) break;
      parts.push(part);
    } while (this.symbol('.'));
    return parts;
  }

  /** What `one` reads, with commas between. */
  list<T>(one: () => T | undefined): readonly T[] {
    const found: T[] = [];
    do {
      const item = one();
      if (item === undefined) break;
      found.push(item);
    } while (this.symbol(','));
    return found;
  }

  /** The tokens inside of parentheses that open next, without them. */
  parenthesized(): readonly Token[] | undefined {
    if (!this.symbol('(')) return undefined;
    const start = this.#at;
    for (let depth = 1; !this.done; ) {
      if (this.symbol('(')) depth += 1;
      else if (this.symbol(')')) {
        depth -= 1;
        if (depth === 0) return this.#tokens.slice(start, this.#at - 1);
      } else this.#at += 1;
    }
    return this.#tokens.slice(start);
  }

  /** Whether a keyword stands before another one, outside of parentheses. */
  hasBefore(word: string, ...ends: readonly string[]): boolean {
    let depth = 0;
    for (const token of this.#tokens.slice(this.#at)) {
      if (token.kind === 'symbol') depth += token.text === '(' ? 1 : token.text === ')' ? -1 : 0;
      if (depth !== 0) continue;
      if (isWord(token, word)) return true;
      if (ends.some((end) => isWord(token, end))) return false;
    }
    return false;
  }

  /** Moves behind the next such words, wherever they are. */
  skipPast(...words: readonly string[]): boolean {
    for (; !this.done; this.#at += 1) if (this.accept(...words)) return true;
    return false;
  }
}

function isWord(token: Token | undefined, word: string): boolean {
  return token?.kind === 'word' && token.text.toUpperCase() === word;
}
