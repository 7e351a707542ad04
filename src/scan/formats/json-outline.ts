import { Tokenizer, TokenType } from '@streamparser/json';
import { normalName } from './json-members.ts';

/** The members of a file's first document, and of the first object in each of them. */
export interface Outline {
  readonly members: ReadonlyMap<string, MemberOutline>;
}

interface MemberOutline {
  readonly type: 'object' | 'list' | 'scalar';
  /** Names in the object, or in the first object of the list; undefined when there is none. */
  readonly names: ReadonlySet<string> | undefined;
  /** Whether that object was seen to its end. */
  readonly whole: boolean;
  readonly text: string | undefined;
}

/** Walks the tokens of a beginning; whatever is wrong with it is for the reader to say. */
export function outlineOf(text: string): Outline {
  const outliner = new Outliner();
  const tokenizer = new Tokenizer();
  tokenizer.onToken = ({ token, value }) => outliner.token(token, value);
  tokenizer.onError = () => undefined;
  tokenizer.write(text.replace(/^\uFEFF/, ''));
  return { members: outliner.members };
}

class Outliner {
  readonly members = new Map<
    string,
    { type: MemberOutline['type']; names: Set<string> | undefined; whole: boolean; text: string | undefined }
  >();
  readonly #open: ('{' | '[')[] = [];
  #member = '';
  #key = '';
  #afterColon = false;
  /** Whether the object that is open is the one whose names are kept. */
  #first = false;
  #done = false;

  token(type: TokenType, value: unknown): void {
    if (this.#done) return;
    switch (type) {
      case TokenType.LEFT_BRACE:
      case TokenType.LEFT_BRACKET:
        this.#begin(type === TokenType.LEFT_BRACE ? '{' : '[');
        break;
      case TokenType.RIGHT_BRACE:
      case TokenType.RIGHT_BRACKET:
        this.#open.pop();
        if (this.#first && this.#open.length < this.#namesDepth()) this.#endOfNames();
        // Later documents are for the reader: the first one says what the file is.
        this.#done = this.#open.length === 0;
        break;
      case TokenType.COLON:
        this.#afterColon = true;
        return;
      case TokenType.STRING:
        this.#string(String(value));
        break;
      case TokenType.COMMA:
        break;
      default:
        this.#scalar(undefined);
    }
    this.#afterColon = false;
  }

  #begin(bracket: '{' | '['): void {
    const depth = this.#open.length;
    if (depth === 1 && this.#afterColon) {
      this.#member = normalName(this.#key);
      this.members.set(this.#member, {
        type: bracket === '{' ? 'object' : 'list',
        names: undefined,
        whole: false,
        text: undefined,
      });
    }
    const member = this.members.get(this.#member);
    const holdsNames = depth === 1 ? bracket === '{' : depth === 2 && this.#open[1] === '[' && bracket === '{';
    if (holdsNames && member !== undefined && member.names === undefined) {
      member.names = new Set();
      this.#first = true;
    }
    this.#open.push(bracket);
  }

  #string(value: string): void {
    const isKey = this.#open.at(-1) === '{' && !this.#afterColon;
    if (!isKey) {
      this.#scalar(value);
      return;
    }
    this.#key = value;
    if (this.#first && this.#open.length === this.#namesDepth())
      this.members.get(this.#member)?.names?.add(normalName(value));
  }

  #namesDepth(): number {
    return this.members.get(this.#member)?.type === 'object' ? 2 : 3;
  }

  #endOfNames(): void {
    this.#first = false;
    const member = this.members.get(this.#member);
    if (member !== undefined) member.whole = true;
  }

  #scalar(value: string | undefined): void {
    if (this.#open.length !== 1 || !this.#afterColon) return;
    this.members.set(normalName(this.#key), { type: 'scalar', names: undefined, whole: true, text: value });
  }
}
