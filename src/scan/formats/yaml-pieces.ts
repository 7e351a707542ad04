/** A part of a YAML stream that can be parsed by itself: a document, or one element of a document's top-level `items`. */
export interface YamlPiece {
  /**
   * `document`: a whole one. `item`: one element of `items`, as a list of one. `rest`: what stands before or after the
   * `items` of its document.
   */
  readonly kind: 'document' | 'item' | 'rest';
  /** Counts from 0; pieces of one document share it (and its anchors). */
  readonly document: number;
  /** Line of the file that the text begins on. */
  readonly line: number;
  /** Undefined where the piece is longer than the limit. */
  readonly text: string | undefined;
  /** Plain `key: value` pairs of the object's top level, found without parsing: enough to tell its kind. */
  readonly top: ReadonlyMap<string, string>;
}

/** Characters of a piece: parsing costs some sixty times as much memory. An object in a cluster has at most 1.5 MB. */
const MAX_PIECE = 512 * 1024;

/**
 * Cuts a stream of YAML documents into pieces of bounded size, by lines and without parsing it: at `---` and `...`, and
 * inside of a document that has top-level `items` in block form (what `kubectl get -o yaml` prints) before each element.
 * A broken piece therefore leaves the others readable.
 */
export async function* yamlPieces(chunks: AsyncIterable<string>): AsyncGenerator<YamlPiece> {
  const cutter = new Cutter();
  let rest = '';
  for await (const chunk of chunks) {
    const text = rest + chunk;
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      yield* cutter.line(text.slice(start, end + 1));
      start = end + 1;
    }
    rest = text.slice(start);
    if (rest.length > MAX_PIECE) {
      // A line without end: its beginning is kept, so that the piece is over the limit and is reported as such.
      cutter.overflow();
      rest = '';
    }
  }
  if (rest !== '') yield* cutter.line(rest);
  yield* cutter.end();
}

const SEPARATOR = /^(?:---(?=\s|$)|\.\.\.\s*$)/;
const BLANK = /^\s*(?:#.*)?$/;
const ITEMS = /^items:\s*(?:#.*)?$/;
const TOP_SCALAR = /^(\w+):\s+["']?([^\s"'#]+)["']?\s*(?:#.*)?$/;

class Cutter {
  #line = 1;
  #document = 0;
  #lines: string[] = [];
  #length = 0;
  #start = 1;
  #top = new Map<string, string>();
  #kind: YamlPiece['kind'] = 'document';
  /** After `items:`: undefined until the first element says how far it is indented; null when it is no block list. */
  #indent: number | undefined | null = null;
  #empty = true;

  *line(line: string): Generator<YamlPiece> {
    if (SEPARATOR.test(line)) yield* this.#separator(line);
    else {
      if (this.#indent === undefined && !BLANK.test(line)) yield* this.#firstItem(line);
      else if (typeof this.#indent === 'number' && !BLANK.test(line)) yield* this.#itemLine(line, this.#indent);
      this.#add(line);
      if (this.#kind !== 'item' && ITEMS.test(line)) this.#indent = undefined;
    }
    this.#line++;
  }

  *end(): Generator<YamlPiece> {
    yield* this.#cut('document');
  }

  overflow(): void {
    this.#length = Number.POSITIVE_INFINITY;
    this.#lines = [];
    this.#empty = false;
  }

  /** Comments and `%` directives before `---` belong to the document that it begins. */
  *#separator(line: string): Generator<YamlPiece> {
    if (this.#empty) {
      if (this.#lines.some((earlier) => SEPARATOR.test(earlier))) this.#begin();
    } else {
      yield* this.#cut('document');
      this.#document++;
    }
    this.#indent = null;
    if (line.startsWith('...')) {
      this.#begin();
      this.#start++;
    } else this.#add(line, /^---\s+[^\s#]/.test(line));
  }

  *#firstItem(line: string): Generator<YamlPiece> {
    const indent = /^( *)-(?=\s)/.exec(line)?.[1]?.length;
    this.#indent = indent ?? null;
    if (indent !== undefined) {
      this.#kind = 'rest';
      yield* this.#cut('item');
    }
  }

  *#itemLine(line: string, indent: number): Generator<YamlPiece> {
    const own = /^ */.exec(line)?.[0].length ?? 0;
    if (own > indent) return;
    if (own === indent && /^ *-\s/.test(line)) yield* this.#cut('item');
    else {
      yield* this.#cut('rest');
      this.#indent = null;
    }
  }

  #add(line: string, content = !BLANK.test(line) && !line.startsWith('%') && !SEPARATOR.test(line)): void {
    if (content) this.#empty = false;
    this.#length += line.length;
    if (this.#length > MAX_PIECE) this.#lines = [];
    else this.#lines.push(line);
    const scalar = TOP_SCALAR.exec(this.#topLevel(line));
    if (scalar?.[1] !== undefined && scalar[2] !== undefined) this.#top.set(scalar[1], scalar[2]);
  }

  /** What stands on the line at the top level of the object, which in an item is behind the dash. */
  #topLevel(line: string): string {
    if (this.#kind !== 'item' || typeof this.#indent !== 'number') return line;
    return /^ *-? *$/.test(line.slice(0, this.#indent + 2)) ? line.slice(this.#indent + 2) : '';
  }

  /** Ends the piece, and begins one of the next kind. */
  *#cut(next: YamlPiece['kind']): Generator<YamlPiece> {
    if (!this.#empty) {
      const text = this.#length > MAX_PIECE ? undefined : this.#lines.join('');
      yield { kind: this.#kind, document: this.#document, line: this.#start, text, top: this.#top };
    }
    if (!this.#empty || next !== 'document') this.#begin();
    this.#kind = next;
  }

  #begin(): void {
    this.#lines = [];
    this.#length = 0;
    this.#start = this.#line;
    this.#top = new Map();
    this.#empty = true;
  }
}
