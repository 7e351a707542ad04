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

// All of these are asked of lines without their end.
const SEPARATOR = /^(?:---(?=\s|$)|\.\.\.$)/;
const BLANK = /^\s*(?:#.*)?$/;
const ITEMS = /^items:\s*(?:#.*)?$/;
const ELEMENT = /^( *)-(?:\s|$)/;
const TOP_SCALAR = /^(\w+):\s+["']?([^\s"'#]+)["']?(?:\s+#.*)?$/;

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
  /** Nothing but comments, directives and marks so far. */
  #empty = true;
  /** The piece has its `---`. */
  #marked = false;

  *line(line: string): Generator<YamlPiece> {
    const bare = line.trimEnd();
    if (SEPARATOR.test(bare)) yield* this.#separator(line, bare);
    else {
      if (!BLANK.test(bare)) {
        if (this.#indent === undefined) yield* this.#firstItem(bare);
        else if (this.#indent !== null) yield* this.#itemLine(bare, this.#indent);
        if (!bare.startsWith('%')) this.#empty = false;
      }
      this.#add(line, bare);
      if (this.#kind !== 'item' && ITEMS.test(bare)) this.#indent = undefined;
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
  *#separator(line: string, bare: string): Generator<YamlPiece> {
    if (!this.#empty) {
      yield* this.#cut('document');
      this.#document++;
    } else if (this.#marked || bare === '...') this.#begin();
    this.#indent = null;
    if (bare === '...') this.#start = this.#line + 1;
    else {
      this.#add(line, bare);
      this.#marked = true;
      if (/^---\s+[^\s#]/.test(bare)) this.#empty = false;
    }
  }

  *#firstItem(bare: string): Generator<YamlPiece> {
    const indent = ELEMENT.exec(bare)?.[1]?.length;
    this.#indent = indent ?? null;
    if (indent !== undefined) {
      this.#kind = 'rest';
      yield* this.#cut('item');
    }
  }

  *#itemLine(bare: string, indent: number): Generator<YamlPiece> {
    const own = /^ */.exec(bare)?.[0].length ?? 0;
    if (own > indent) return;
    if (own === indent && ELEMENT.test(bare)) yield* this.#cut('item');
    else {
      yield* this.#cut('rest');
      this.#indent = null;
    }
  }

  #add(line: string, bare: string): void {
    this.#length += line.length;
    if (this.#length > MAX_PIECE) this.#lines = [];
    else this.#lines.push(line);
    const scalar = TOP_SCALAR.exec(this.#topLevel(bare));
    if (scalar?.[1] !== undefined && scalar[2] !== undefined) this.#top.set(scalar[1], scalar[2]);
  }

  /** What stands on the line at the top level of the object, which in an item is behind the dash. */
  #topLevel(bare: string): string {
    if (this.#kind !== 'item' || typeof this.#indent !== 'number') return bare;
    return /^ *-? *$/.test(bare.slice(0, this.#indent + 2)) ? bare.slice(this.#indent + 2) : '';
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
    this.#marked = false;
  }
}
