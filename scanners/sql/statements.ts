import type { Place } from '../../src/scan/formats/node.ts';
import type { SqlDialect } from './dialect.ts';

/** `name`: quoted, so never a keyword. `text`: may be secret. `meta`: a command of the client (`\connect x`), whole. */
export interface Token {
  readonly kind: 'word' | 'name' | 'text' | 'symbol' | 'meta';
  readonly text: string;
  readonly place: Place;
}

/** One statement without its end; `comment` is what a line comment says, which stands between statements or inside one. */
export type SqlPiece =
  | { readonly kind: 'statement'; readonly tokens: readonly Token[]; readonly whole: boolean }
  | { readonly kind: 'comment'; readonly text: string; readonly place: Place };

/** A statement of which more is never needed keeps so many tokens; a longer one that is wanted is not whole. */
const FEW_TOKENS = 16;
const MAX_TOKENS = 100_000;
/** Characters of a token; bodies of functions and data are longer, and nobody wants them. */
const MAX_TEXT = 8_192;
const MAX_COMMENT = 400;

const WORD = /[\p{L}\p{N}_$.\x80-\uffff]*/uy;
const WORD_START = /[\p{L}\p{N}_\x80-\uffff]/u;
const DOLLAR_TAG = /\$(?:[\p{L}_][\p{L}\p{N}_]*)?\$/uy;
const SPACE = /\s*/y;

/** MySQL Reference Manual, "String Literals"; PostgreSQL, "String Constants with C-Style Escapes". Any other character is itself. */
const ESCAPES = [
  ['b', '\b'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
] as const;
const MYSQL_ESCAPES: ReadonlyMap<string, string> = new Map([...ESCAPES, ['0', '\0'], ['Z', '\x1a']]);
const POSTGRES_ESCAPES: ReadonlyMap<string, string> = new Map([...ESCAPES, ['f', '\f']]);

type Mode =
  | { readonly kind: 'quoted'; readonly close: string; readonly escapes: boolean; readonly as: 'name' | 'text' }
  | { readonly kind: 'dollar'; readonly tag: string }
  | { readonly kind: 'line comment'; readonly place: Place }
  | { readonly kind: 'block comment'; depth: number }
  | { readonly kind: 'meta' | 'delimiter'; readonly place: Place }
  | { readonly kind: 'data' };

/**
 * Cuts SQL into statements and these into tokens, as a stream: a dump may be longer than memory, and most of it is data.
 * Never fails; what does not end gives a statement that is not whole.
 *
 * @param wanted whether the tokens of a statement that begins with this word (in capitals) matter
 */
export async function* sqlPieces(
  chunks: AsyncIterable<string>,
  dialect: SqlDialect,
  wanted: (first: string) => boolean,
): AsyncGenerator<SqlPiece> {
  const lexer = new Lexer(dialect, wanted);
  for await (const chunk of chunks) yield* lexer.push(chunk, false);
  yield* lexer.push('', true);
}

class Lexer {
  readonly #dialect: SqlDialect;
  readonly #wanted: (first: string) => boolean;
  #text = '';
  #at = 0;
  #final = false;
  #line = 1;
  /** Index in `#text` of where the line that was counted last begins; negative where that is behind. */
  #lineStart = 0;
  #counted = 0;
  #mode: Mode | undefined;
  /** What a quoted token or comment has so far. */
  #said = '';
  #saidAt: Place = { line: 1, column: 1 };
  #tokens: Token[] = [];
  #count = 0;
  #keep = FEW_TOKENS;
  #delimiter = ';';

  constructor(dialect: SqlDialect, wanted: (first: string) => boolean) {
    this.#dialect = dialect;
    this.#wanted = wanted;
  }

  *push(chunk: string, final: boolean): Generator<SqlPiece> {
    this.#countLines(this.#at);
    this.#lineStart -= this.#at;
    this.#counted = 0;
    this.#text = this.#text.slice(this.#at) + chunk;
    this.#at = 0;
    this.#final = final;
    for (;;) {
      const before = this.#at;
      const mode = this.#mode;
      yield* mode === undefined ? this.#code() : this.#inside(mode);
      if (this.#at === before && this.#mode === mode) break;
    }
    if (final) yield* this.#end(this.#mode === undefined || this.#mode.kind === 'line comment');
  }

  /** One token of code; does nothing where more text is needed to tell. */
  *#code(): Generator<SqlPiece> {
    SPACE.lastIndex = this.#at;
    this.#at += SPACE.exec(this.#text)?.[0].length ?? 0;
    const rest = this.#text.length - this.#at;
    if (rest === 0 || (rest < 64 && !this.#final)) return;
    const two = this.#text.slice(this.#at, this.#at + 2);
    const [one = ''] = two;
    if (this.#text.startsWith(this.#delimiter, this.#at)) {
      this.#at += this.#delimiter.length;
      yield* this.#end(true);
    } else if (two === '--' || (one === '#' && this.#dialect.mysql))
      this.#enter({ kind: 'line comment', place: this.#place() }, one === '#' ? 1 : 2);
    else if (two === '/*') this.#blockComment();
    else if (two === '*/' && this.#dialect.mysql) this.#at += 2;
    else if (one === "'") this.#quote("'", this.#dialect.mysql, 'text', 1);
    else if (one === '"') this.#quote('"', this.#dialect.mysql, this.#dialect.doubleQuoted, 1);
    else if (one === '`' && this.#dialect.mysql) this.#quote('`', false, 'name', 1);
    else if (/^[eE]'/.test(two) && !this.#dialect.mysql) this.#quote("'", true, 'text', 2);
    else if (one === '$' && !this.#dialect.mysql) this.#dollar();
    else if (one === '\\' && !this.#dialect.mysql && this.#count === 0)
      this.#enter({ kind: 'meta', place: this.#place() }, 1);
    else if (WORD_START.test(one)) this.#word();
    else this.#add('symbol', one, this.#place(), one.length);
  }

  #word(): void {
    WORD.lastIndex = this.#at;
    const found = WORD.exec(this.#text)?.[0] ?? '';
    if (this.#at + found.length === this.#text.length && !this.#final && found.length < MAX_TEXT) return;
    const place = this.#place();
    if (this.#dialect.mysql && this.#count === 0 && /^delimiter$/i.test(found)) {
      this.#enter({ kind: 'delimiter', place }, found.length);
      return;
    }
    // Names may be joined by dots without quotes, as `a.b`; what is joined to a quoted part stands alone.
    let from = 0;
    for (const part of found.split(/(\.)/)) {
      if (part !== '') {
        this.#add(
          part === '.' ? 'symbol' : 'word',
          part,
          { line: place.line, column: place.column + from },
          part.length,
        );
      }
      from += part.length;
    }
  }

  #blockComment(): void {
    const code = this.#dialect.mysql ? /^\/\*M?!\d*/.exec(this.#text.slice(this.#at, this.#at + 16)) : null;
    if (code === null) this.#enter({ kind: 'block comment', depth: 1 }, 2);
    else this.#at += code[0].length;
  }

  #dollar(): void {
    DOLLAR_TAG.lastIndex = this.#at;
    const tag = DOLLAR_TAG.exec(this.#text)?.[0];
    if (tag === undefined) this.#add('symbol', '$', this.#place(), 1);
    else this.#enter({ kind: 'dollar', tag }, tag.length);
  }

  #quote(close: string, escapes: boolean, as: 'name' | 'text', skip: number): void {
    this.#enter({ kind: 'quoted', close, escapes, as }, skip);
  }

  #enter(mode: Mode, skip: number): void {
    this.#saidAt = this.#place();
    this.#said = '';
    this.#mode = mode;
    this.#at += skip;
  }

  *#inside(mode: Mode): Generator<SqlPiece> {
    switch (mode.kind) {
      case 'quoted':
        this.#quotedPart(mode);
        return;
      case 'dollar': {
        if (!this.#sayUntil(mode.tag)) return;
        this.#mode = undefined;
        this.#push('text', this.#said, this.#saidAt);
        return;
      }
      case 'block comment': {
        this.#inBlock(mode);
        return;
      }
      case 'data':
        this.#inData();
        return;
      default: {
        const done = this.#sayUntil('\n') || this.#final;
        if (!done) return;
        this.#mode = undefined;
        if (mode.kind === 'line comment') {
          yield { kind: 'comment', text: this.#said.slice(0, MAX_COMMENT).trim(), place: mode.place };
        } else if (mode.kind === 'delimiter') this.#delimiter = this.#said.trim() || ';';
        else
          yield {
            kind: 'statement',
            tokens: [{ kind: 'meta', text: this.#said.trim(), place: mode.place }],
            whole: true,
          };
      }
    }
  }

  #quotedPart({ close, escapes, as }: Mode & { kind: 'quoted' }): void {
    const end = this.#text.indexOf(close, this.#at);
    // Looked for up to the end only: the rest of the text is long.
    const found = escapes ? this.#text.slice(this.#at, end < 0 ? undefined : end).indexOf('\\') : -1;
    const backslash = found < 0 ? -1 : this.#at + found;
    if (backslash >= 0 && (end < 0 || backslash < end)) {
      if (backslash + 1 >= this.#text.length && !this.#final) {
        this.#say(backslash);
        return;
      }
      this.#say(backslash);
      this.#said += this.#escaped(this.#text[backslash + 1] ?? '');
      this.#at = Math.min(backslash + 2, this.#text.length);
      return;
    }
    if (end < 0) {
      this.#say(this.#text.length);
      return;
    }
    if (end + 1 >= this.#text.length && !this.#final) {
      this.#say(end);
      return;
    }
    this.#say(end);
    if (this.#text[end + 1] === close) {
      this.#said += close;
      this.#at = end + 2;
      return;
    }
    this.#at = end + 1;
    this.#mode = undefined;
    this.#push(as, this.#said, this.#saidAt);
  }

  /** What a backslash makes of the character behind it. */
  #escaped(code: string): string {
    // A wildcard keeps its backslash, for the pattern that the text may become.
    if (this.#dialect.mysql && (code === '%' || code === '_')) return `\\${code}`;
    return (this.#dialect.mysql ? MYSQL_ESCAPES : POSTGRES_ESCAPES).get(code) ?? code;
  }

  #inBlock(mode: Mode & { kind: 'block comment' }): void {
    const close = this.#text.indexOf('*/', this.#at);
    const open = this.#dialect.mysql ? -1 : this.#text.indexOf('/*', this.#at);
    const next = open >= 0 && (close < 0 || open < close) ? open : close;
    if (next < 0) {
      this.#at = this.#final ? this.#text.length : Math.max(this.#at, this.#text.length - 1);
      return;
    }
    mode.depth += next === open ? 1 : -1;
    this.#at = next + 2;
    if (mode.depth === 0) this.#mode = undefined;
  }

  /** Rows after `COPY … FROM stdin`, which end in a line `\.`. */
  #inData(): void {
    const end = this.#text.indexOf('\\.', this.#at);
    if (end < 0) {
      this.#at = this.#final ? this.#text.length : Math.max(this.#at, this.#text.length - 1);
      return;
    }
    if (end + 3 > this.#text.length && !this.#final) return;
    const lineBefore = end === 0 || this.#text[end - 1] === '\n';
    this.#at = end + 2;
    if (lineBefore && /^[\r\n]?$/.test(this.#text[end + 2] ?? '')) this.#mode = undefined;
  }

  /** True when the mark was found; it is then passed. What is said is cut where nobody needs more. */
  #sayUntil(mark: string): boolean {
    const end = this.#text.indexOf(mark, this.#at);
    if (end >= 0) {
      this.#say(end);
      this.#at = end + mark.length;
      return true;
    }
    this.#say(this.#final ? this.#text.length : Math.max(this.#at, this.#text.length - mark.length + 1));
    return false;
  }

  #say(to: number): void {
    const room = MAX_TEXT - this.#said.length;
    if (room > 0) this.#said += this.#text.slice(this.#at, Math.min(to, this.#at + room));
    this.#at = to;
  }

  #add(kind: Token['kind'], text: string, place: Place, length: number): void {
    this.#at += length;
    this.#push(kind, text, place);
  }

  #push(kind: Token['kind'], text: string, place: Place): void {
    if (this.#count === 0 && kind === 'word' && this.#wanted(text.toUpperCase())) this.#keep = MAX_TOKENS;
    if (this.#count < this.#keep) this.#tokens.push({ kind, text: text.slice(0, MAX_TEXT), place });
    else if (this.#keep === FEW_TOKENS) this.#tokens[FEW_TOKENS - 1] = { kind, text: '', place };
    this.#count += 1;
    this.#last2 = [this.#last2[1], kind === 'word' ? text.toUpperCase() : ''];
  }

  #last2: readonly [string, string] = ['', ''];

  *#end(whole: boolean): Generator<SqlPiece> {
    const tokens = this.#tokens;
    const first = tokens[0]?.text.toUpperCase();
    if (first === 'COPY' && this.#last2.join(' ') === 'FROM STDIN' && !this.#dialect.mysql)
      this.#mode = { kind: 'data' };
    const complete = whole && this.#count <= this.#keep;
    this.#tokens = [];
    this.#count = 0;
    this.#keep = FEW_TOKENS;
    this.#last2 = ['', ''];
    if (tokens.length > 0) yield { kind: 'statement', tokens, whole: complete };
  }

  #place(): Place {
    this.#countLines(this.#at);
    return { line: this.#line, column: this.#at - this.#lineStart + 1 };
  }

  #countLines(to: number): void {
    for (
      let end = this.#text.indexOf('\n', this.#counted);
      end >= 0 && end < to;
      end = this.#text.indexOf('\n', end + 1)
    ) {
      this.#line += 1;
      this.#lineStart = end + 1;
    }
    this.#counted = Math.max(this.#counted, to);
  }
}
