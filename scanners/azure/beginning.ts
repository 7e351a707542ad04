import { Tokenizer, TokenType } from '@streamparser/json';
import type { Json } from '../../src/model/json.ts';

type Container = Json[] | Record<string, Json>;

/**
 * The first JSON document of a beginning, as far as it goes: what is open where the text ends counts as whole. Whatever is wrong
 * with the text is for the reader to say.
 */
export function beginningOf(text: string): Json | undefined {
  const tree = new Tree();
  const tokenizer = new Tokenizer();
  tokenizer.onToken = ({ token, value }) => tree.token(token, value);
  tokenizer.onError = () => undefined;
  tokenizer.write(text.replace(/^\uFEFF/, ''));
  return tree.root;
}

class Tree {
  root: Json | undefined;
  readonly #open: Container[] = [];
  #key: string | undefined;
  #done = false;

  token(type: TokenType, value: unknown): void {
    if (this.#done) return;
    switch (type) {
      case TokenType.LEFT_BRACE:
      case TokenType.LEFT_BRACKET: {
        const container: Container = type === TokenType.LEFT_BRACE ? {} : [];
        this.#attach(container);
        this.#open.push(container);
        this.#key = undefined;
        return;
      }
      case TokenType.RIGHT_BRACE:
      case TokenType.RIGHT_BRACKET:
        this.#open.pop();
        this.#key = undefined;
        this.#done = this.#open.length === 0;
        return;
      case TokenType.COLON:
      case TokenType.COMMA:
        return;
      default:
        this.#scalar(value as Json);
    }
  }

  #scalar(value: Json): void {
    const top = this.#open.at(-1);
    if (top !== undefined && !Array.isArray(top) && this.#key === undefined) this.#key = String(value);
    else this.#attach(value);
  }

  #attach(value: Json): void {
    const top = this.#open.at(-1);
    if (top === undefined) this.root = value;
    else if (Array.isArray(top)) top.push(value);
    else if (this.#key !== undefined) {
      Object.defineProperty(top, this.#key, { value, enumerable: true, configurable: true });
      this.#key = undefined;
    }
  }
}
