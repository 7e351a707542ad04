/** Counted in steps of some nanoseconds: a character that a pattern or a reader looks at is about one. */
const ALWAYS = 40_000_000;
const PER_BYTE = 16;

/**
 * Bounds the work that one file is worth, beyond the search for keywords. What is around a keyword is looked at within bounds;
 * a file that is made to have such a place every few bytes would take minutes all the same.
 */
export class Effort {
  #left = ALWAYS;
  #spent = 0;

  /** More of the text was looked at. */
  grow(bytes: number): void {
    this.#left += PER_BYTE * bytes;
  }

  /** Something took so many steps, or is about to. False when there was nothing left for it. */
  spend(steps: number): boolean {
    if (this.isExhausted) return false;
    this.#left -= steps;
    this.#spent += steps;
    return true;
  }

  get isExhausted(): boolean {
    return this.#left <= 0;
  }

  /** Steps in all. */
  get spent(): number {
    return this.#spent;
  }
}
