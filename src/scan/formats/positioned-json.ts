import { Tokenizer, TokenType } from '@streamparser/json';
import { AppError } from '../../errors.ts';
import type { Json } from '../../model/json.ts';
import type { Location } from '../../model/location.ts';
import type { SourceFile } from '../scanner.ts';
import { limitError, syntaxError } from './format-error.ts';
import { withinNumbers } from './node.ts';
import { textChunks } from './text-chunks.ts';
import { Cursor, type Place } from './text-cursor.ts';

/** Where an object began, or an item that is none, for as long as the item is being handled. */
export type PlaceOf = (value: Json) => Location;

/**
 * What a stream of JSON documents tells. An item is one element of a list that is a member of the document, or the whole of
 * a member that is no list. A document that is itself a list gives its elements as items of the member ''.
 */
export interface JsonVisitor {
  item(member: string, value: Json, placeOf: PlaceOf): void;
  documentEnd(place: Location): void;
}

/**
 * Reads one or more JSON documents (pretty, compact, one per line or simply one after the other) without ever holding more
 * than one item. Encodings as in `textChunks`.
 *
 * @throws {AppError} ERR_SCAN_SYNTAX with `file:line:column`, or ERR_SCAN_LIMIT where an item is deeper or larger than any of
 *   IAM's can be; after everything before that place was visited.
 */
export async function readPositionedJson(file: SourceFile, visitor: JsonVisitor): Promise<void> {
  const cursor = new Cursor(file.path);
  const assembler = new Assembler(cursor, visitor);
  const encoder = new TextEncoder();
  const tokenizer = new Tokenizer();
  tokenizer.onToken = ({ token, value, offset }) => assembler.token(token, value, offset);
  // Without a handler of its own the tokenizer throws out of write() anyway; this keeps the error as it is.
  tokenizer.onError = (error) => {
    throw error;
  };
  try {
    for await (const text of textChunks(file.stream())) {
      const chunk = encoder.encode(text);
      cursor.chunk(chunk);
      tokenizer.write(chunk);
      assembler.checkSize(cursor.read);
    }
    tokenizer.end();
  } catch (error) {
    if (error instanceof AppError || !(error instanceof Error)) throw error;
    const at = ABSOLUTE_POSITION.exec(error.message)?.[1];
    if (at === undefined && !error.message.startsWith('Tokenizer ended')) throw error;
    throw at === undefined ? cutOff(cursor.end()) : notJson(cursor.place(Number(at)));
  }
  assembler.end();
}

const ABSOLUTE_POSITION = /absolute position "(\d+)"/;

function notJson(place: Place): AppError {
  return syntaxError(place.path, place, 'not JSON from here on');
}

function cutOff(place: Place): AppError {
  return syntaxError(place.path, place, 'the file ends inside a JSON document');
}

/** The deepest export, a condition's values inside of a policy version inside of a role, needs a dozen. */
const MAX_DEPTH = 64;
/** Bytes. A credential report of a full account, which is one item, has some 5 MB. */
const MAX_ITEM = 16 * 1024 * 1024;

type Expectation = 'value' | 'value-or-end' | 'key' | 'key-or-end' | 'colon' | 'comma-or-end';

interface Frame {
  readonly container: Json[] | Record<string, Json>;
  /** The member of the enclosing object that this container becomes. */
  key: string;
}

/** Puts tokens together to items, remembers where their objects began, and refuses what the grammar of JSON does not allow. */
class Assembler {
  readonly #cursor: Cursor;
  readonly #visitor: JsonVisitor;
  readonly #places = new Map<Json, Location>();
  readonly #placeOf: PlaceOf;
  readonly #stack: Frame[] = [];
  #expects: Expectation = 'value';
  /** Offset of the end of the last item. */
  #itemEnd = 0;

  constructor(cursor: Cursor, visitor: JsonVisitor) {
    this.#cursor = cursor;
    this.#visitor = visitor;
    this.#placeOf = (value) => this.#places.get(value) ?? cursor.place(0);
  }

  token(type: TokenType, value: unknown, offset: number): void {
    const top = this.#stack.at(-1);
    switch (type) {
      case TokenType.LEFT_BRACE:
      case TokenType.LEFT_BRACKET: {
        if (!this.#wantsValue()) throw this.#unexpected(offset);
        if (this.#stack.length >= MAX_DEPTH)
          throw limitError(this.#cursor.path, this.#cursor.place(offset), `nested more than ${MAX_DEPTH} deep`);
        const container = type === TokenType.LEFT_BRACE ? {} : [];
        // Of lists only those that are items are ever asked for.
        if (type === TokenType.LEFT_BRACE || this.#stack.length <= 2) {
          this.#places.set(container, this.#cursor.place(offset));
        }
        this.#stack.push({ container, key: '' });
        this.#expects = type === TokenType.LEFT_BRACE ? 'key-or-end' : 'value-or-end';
        return;
      }
      case TokenType.RIGHT_BRACE:
      case TokenType.RIGHT_BRACKET: {
        const wanted = type === TokenType.RIGHT_BRACE ? 'key-or-end' : 'value-or-end';
        const matches = top !== undefined && Array.isArray(top.container) === (type === TokenType.RIGHT_BRACKET);
        if (!matches || (this.#expects !== wanted && this.#expects !== 'comma-or-end')) throw this.#unexpected(offset);
        this.#stack.pop();
        this.#complete(top.container, offset);
        return;
      }
      case TokenType.COLON:
        if (this.#expects !== 'colon') throw this.#unexpected(offset);
        this.#expects = 'value';
        return;
      case TokenType.COMMA:
        if (this.#expects !== 'comma-or-end' || top === undefined) throw this.#unexpected(offset);
        this.#expects = Array.isArray(top.container) ? 'value' : 'key';
        return;
      default:
        if (top !== undefined && (this.#expects === 'key' || this.#expects === 'key-or-end')) {
          if (typeof value !== 'string') throw this.#unexpected(offset);
          top.key = value;
          this.#expects = 'colon';
        } else if (this.#wantsValue() && top !== undefined && isScalar(value))
          this.#complete(withinNumbers(value, String(value)), offset);
        // A bare scalar is a JSON document too, but none that any export consists of.
        else throw this.#unexpected(offset);
    }
  }

  checkSize(read: number): void {
    if (read - this.#itemEnd > MAX_ITEM)
      throw limitError(this.#cursor.path, this.#cursor.end(), `an item of more than ${MAX_ITEM} bytes`);
  }

  end(): void {
    if (this.#stack.length > 0) throw cutOff(this.#cursor.end());
  }

  #wantsValue(): boolean {
    return this.#expects === 'value' || this.#expects === 'value-or-end';
  }

  #complete(value: Json, offset: number): void {
    const [document, list] = this.#stack;
    this.#expects = 'comma-or-end';
    if (this.#stack.length <= 2) this.#itemEnd = offset;
    if (document === undefined) {
      this.#expects = 'value';
      this.#visitor.documentEnd(this.#cursor.place(offset));
      this.#places.clear();
    } else if (list === undefined) {
      // A list's elements were items of their own, and it is empty by now.
      if (Array.isArray(document.container)) this.#item('', value, offset);
      else if (!Array.isArray(value)) this.#item(document.key, value, offset);
    } else if (this.#stack.length === 2 && Array.isArray(list.container) && !Array.isArray(document.container)) {
      this.#item(document.key, value, offset);
    } else attach(this.#stack.at(-1), value);
  }

  #item(member: string, value: Json, offset: number): void {
    if (typeof value !== 'object' || value === null) this.#places.set(value, this.#cursor.place(offset));
    this.#visitor.item(member, value, this.#placeOf);
    this.#places.clear();
  }

  #unexpected(offset: number): AppError {
    return notJson(this.#cursor.place(offset));
  }
}

function attach(frame: Frame | undefined, value: Json): void {
  if (frame === undefined) return;
  if (Array.isArray(frame.container)) frame.container.push(value);
  // Assigning to __proto__ would change the object instead of giving it a member.
  else if (frame.key === '__proto__') Object.defineProperty(frame.container, frame.key, { value, enumerable: true });
  else frame.container[frame.key] = value;
}

function isScalar(value: unknown): value is string | number | boolean | null {
  return value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
