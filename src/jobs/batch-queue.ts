import type { ScannedFact, ScanResult } from '../scan/run.ts';
import type { BatchReading } from '../scan/scan-pool.ts';

/** What workers have found in one batch, until somebody takes it. */
export class BatchQueue implements BatchReading {
  readonly #onTaken: () => void;
  readonly #chunks: (readonly ScannedFact[])[] = [];
  #result: ScanResult | undefined;
  #error: Error | undefined;
  #wake: (() => void) | undefined;

  /** @param onTaken - is called for each list of facts that was taken. */
  constructor(onTaken: () => void) {
    this.#onTaken = onTaken;
  }

  add(facts: readonly ScannedFact[]): void {
    this.#chunks.push(facts);
    this.#wake?.();
  }

  end(result: ScanResult): void {
    this.#result = result;
    this.#wake?.();
  }

  fail(error: Error): void {
    this.#error = error;
    this.#wake?.();
  }

  async *facts(): AsyncGenerator<readonly ScannedFact[]> {
    for (;;) {
      const facts = this.#chunks.shift();
      if (facts !== undefined) {
        yield facts;
        this.#onTaken();
      } else if (this.#error !== undefined) throw this.#error;
      else if (this.#result !== undefined) return;
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
    }
  }

  result(): ScanResult {
    if (this.#result === undefined) throw new TypeError('a batch has no result before its facts were taken');
    return this.#result;
  }
}
