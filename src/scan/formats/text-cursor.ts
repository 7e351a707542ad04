import type { Location } from '../../model/location.ts';

/** A place with everything in it. */
export type Place = Required<Pick<Location, 'path' | 'line' | 'column'>>;

/**
 * Turns byte offsets, which only ever grow, into lines and columns. Keeps the chunks behind the last offset it was asked for:
 * a token is told when it ends, which can be chunks after its beginning.
 */
export class Cursor {
  readonly path: string;
  #chunks: Uint8Array[] = [];
  /** Offset of the first chunk that is kept, and of where the cursor stands. */
  #start = 0;
  #offset = 0;
  #read = 0;
  #line = 1;
  #column = 1;

  constructor(path: string) {
    this.path = path;
  }

  /** Bytes so far. */
  get read(): number {
    return this.#read;
  }

  chunk(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#read += chunk.length;
  }

  end(): Place {
    return this.place(this.#read);
  }

  place(offset: number): Place {
    for (let [chunk] = this.#chunks; chunk !== undefined; [chunk] = this.#chunks) {
      this.#advance(chunk, Math.min(offset - this.#start, chunk.length));
      if (offset < this.#start + chunk.length) break;
      this.#start += chunk.length;
      this.#chunks.shift();
    }
    return { path: this.path, line: this.#line, column: this.#column };
  }

  #advance(chunk: Uint8Array, to: number): void {
    for (let at = this.#offset - this.#start; at < to; at += 1) {
      const byte = chunk[at] ?? 0;
      if (byte === 0x0a) {
        this.#line += 1;
        this.#column = 1;
      } else if (byte < 0x80 || byte >= 0xc0) {
        // A UTF-8 sequence of four bytes is two UTF-16 units; its continuation bytes count nothing.
        this.#column += byte >= 0xf0 ? 2 : 1;
      }
    }
    this.#offset = Math.max(this.#offset, this.#start + to);
  }
}
