/** Decoded so deep, nothing was meant to be read. */
export const DEEPEST_ENCODING = 5;

const ALWAYS = 256 * 1024;
const PER_BYTE = 2;
/** What is unpacked of one text, however much of it there is. */
const UNPACKED = 16 * 1024 * 1024;
/** To unpack something at all costs as much as some bytes of it. */
const LEAST_UNPACKED = 4_096;

/** Bounds what is decoded and unpacked of a text, at all depths together. */
export class DecodingBudget {
  #left = ALWAYS;
  #unpacked = UNPACKED;
  #spent = false;

  /** Whether something was left as it stands because there was too much. */
  get spent(): boolean {
    return this.#spent;
  }

  /** More of the text was looked at. */
  grow(bytes: number): void {
    this.#left += PER_BYTE * bytes;
  }

  /** False when there is nothing left for so many decoded bytes. */
  take(bytes: number): boolean {
    const fits = bytes <= this.#left;
    if (fits) this.#left -= bytes;
    else this.#spent = true;
    return fits;
  }

  /** How many bytes something compressed may hold; 0 when there is nothing left. */
  get unpackable(): number {
    if (this.#unpacked < LEAST_UNPACKED) this.#spent = true;
    return this.#unpacked < LEAST_UNPACKED ? 0 : this.#unpacked;
  }

  /** Something was unpacked, or turned out to be more than may be: then nothing is left. */
  unpacked(bytes: number | undefined): void {
    if (bytes === undefined) this.#spent = true;
    this.#unpacked = bytes === undefined ? 0 : this.#unpacked - Math.max(LEAST_UNPACKED, bytes);
  }
}
