import type { FileRef } from './file-source.ts';
import type { ScannedFact, ScanResult } from './run.ts';
import type { BatchReading, ReadBatch, ScanPool } from './scan-pool.ts';

/** Files that are sent to a pool at once. */
const FILES_PER_BATCH = 200;
/** Batches under way for each that is read: nobody waits for the next one to be listed. */
const BATCHES_AHEAD = 2;

interface PooledParts {
  readonly pool: ScanPool;
  readonly batch: Omit<ReadBatch, 'refs'>;
  take(facts: readonly ScannedFact[]): Promise<void>;
  done(result: ScanResult): void;
}

/** Hands files to a pool in batches, and what comes back on in their order, whichever is ready first. */
export class PooledBatches {
  readonly #parts: PooledParts;
  readonly #underWay: BatchReading[] = [];
  readonly #results: ScanResult[] = [];
  #refs: FileRef[] = [];

  constructor(parts: PooledParts) {
    this.#parts = parts;
  }

  async add(ref: FileRef): Promise<void> {
    this.#refs.push(ref);
    if (this.#refs.length < FILES_PER_BATCH) return;
    this.#send();
    if (this.#underWay.length >= this.#parts.pool.size * BATCHES_AHEAD) await this.#takeFirst();
  }

  async end(): Promise<readonly ScanResult[]> {
    if (this.#refs.length > 0) this.#send();
    while (this.#underWay.length > 0) await this.#takeFirst();
    return this.#results;
  }

  #send(): void {
    this.#underWay.push(this.#parts.pool.read({ ...this.#parts.batch, refs: this.#refs }));
    this.#refs = [];
  }

  async #takeFirst(): Promise<void> {
    const reading = this.#underWay.shift();
    if (reading === undefined) return;
    for await (const facts of reading.facts()) await this.#parts.take(facts);
    const result = reading.result();
    this.#results.push(result);
    this.#parts.done(result);
  }
}
