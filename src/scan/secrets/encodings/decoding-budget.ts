/** Decoded so deep, nothing was meant to be read. */
export const DEEPEST_ENCODING = 5;

const ALWAYS = 256 * 1024;
const PER_BYTE = 2;

/** Bounds what is decoded of a text, at all depths together. */
export class DecodingBudget {
  #left = ALWAYS;

  /** More of the text was looked at. */
  grow(bytes: number): void {
    this.#left += PER_BYTE * bytes;
  }

  /** False when there is nothing left for so many decoded bytes. */
  take(bytes: number): boolean {
    this.#left -= bytes;
    return this.#left >= 0;
  }
}
