/** Reads a stream of bytes by lengths. */
export class ByteReader {
  readonly #source: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** The next bytes: as many as asked for, fewer only at the end. */
  async read(length: number): Promise<Uint8Array> {
    if (this.#rest.length >= length) return this.#cut(length);
    const pieces: Uint8Array[] = [];
    let missing = length;
    for await (const piece of this.take(length)) {
      pieces.push(piece);
      missing -= piece.length;
    }
    return pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces, length - missing);
  }

  /** The next bytes in pieces, as many as asked for or until the end. Whoever stops early leaves the rest unread. */
  async *take(length: number): AsyncGenerator<Uint8Array> {
    for (let missing = length; missing > 0; ) {
      if (this.#rest.length === 0 && !(await this.#more())) return;
      const piece = this.#cut(Math.min(missing, this.#rest.length));
      missing -= piece.length;
      yield piece;
    }
  }

  /** Leaves out bytes; false when there are fewer. */
  async skip(length: number): Promise<boolean> {
    let missing = length;
    for (;;) {
      const count = Math.min(missing, this.#rest.length);
      this.#rest = this.#rest.subarray(count);
      missing -= count;
      if (missing === 0) return true;
      if (!(await this.#more())) return false;
    }
  }

  /** Ends the stream. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }

  #cut(length: number): Uint8Array {
    const piece = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    return piece;
  }

  async #more(): Promise<boolean> {
    const next = await this.#source.next();
    if (next.done === true) return false;
    this.#rest = next.value;
    return true;
  }
}
