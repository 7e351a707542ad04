import type { KeyObject } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { scannersWith } from '../../scanners/index.ts';
import { AppError, type ErrorCode } from '../errors.ts';
import { fingerprint } from '../model/fingerprint.ts';
import type { FileSource } from '../scan/file-source.ts';
import { BlobReader } from '../scan/git/blob-reader.ts';
import type { GitRepository } from '../scan/git/open-repository.ts';
import { runScan, type ScannedFact, type ScanResult } from '../scan/run.ts';
import type { ReadBatch } from '../scan/scan-pool.ts';
import type { Scanner } from '../scan/scanner.ts';
import type { SecretSettings } from '../scan/secrets/secret-settings.ts';
import { tuneCollector } from './tune-collector.ts';

/** What a worker gets when it starts. */
export interface ScanWorkerData {
  readonly settings: SecretSettings;
  /** Of the store: values are fingerprinted where they are found, and never leave the thread. */
  readonly key: KeyObject;
  /** Two numbers: which file of the batch is read, and how many steps were made. */
  readonly progress: SharedArrayBuffer;
}

export type ScanRequest =
  | { readonly kind: 'read'; readonly batch: ReadBatch; readonly skip: number }
  /** One more message with facts may be sent. */
  | { readonly kind: 'taken' };

export type ScanResponse =
  | { readonly kind: 'facts'; readonly facts: readonly ScannedFact[] }
  | { readonly kind: 'done'; readonly result: ScanResult }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string };

/** Where in `progress` what stands. */
export const CURRENT_FILE = 0;
export const STEPS = 1;

/** Messages with facts that may be on their way: a batch with very many waits until somebody takes them. */
const MOST_MESSAGES = 4;

class ScanWorker {
  readonly #data: ScanWorkerData;
  readonly #post: (response: ScanResponse) => void;
  readonly #progress: Int32Array;
  #scanners: readonly Scanner[] | undefined;
  #blobs: { readonly of: string; readonly reader: BlobReader } | undefined;
  #free = MOST_MESSAGES;
  #goOn: (() => void) | undefined;

  constructor(data: ScanWorkerData, post: (response: ScanResponse) => void) {
    this.#data = data;
    this.#post = post;
    this.#progress = new Int32Array(data.progress);
  }

  async receive(request: ScanRequest): Promise<void> {
    if (request.kind === 'taken') {
      this.#free++;
      this.#goOn?.();
      return;
    }
    this.#free = MOST_MESSAGES;
    try {
      this.#post({ kind: 'done', result: await this.#read(request.batch, request.skip) });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      this.#post({ kind: 'failed', code: error.code, message: error.message });
    }
  }

  /** Loads the rules too: that takes longer than a file may. */
  async #prepare(): Promise<readonly Scanner[]> {
    if (this.#scanners === undefined) {
      const { all, secrets } = await scannersWith(this.#data.settings);
      secrets.rules();
      this.#scanners = all;
    }
    return this.#scanners;
  }

  /** One for all batches of a repository: starting git costs as much as reading some hundred contents. */
  #blobsOf(repository: GitRepository | undefined): BlobReader | undefined {
    if (repository === undefined) return undefined;
    if (this.#blobs?.of !== repository.isolatedDirectory) {
      this.#blobs?.reader.close();
      this.#blobs = { of: repository.isolatedDirectory, reader: new BlobReader(repository) };
    }
    return this.#blobs.reader;
  }

  /** @param skip - facts that were sent already, before a worker was lost. */
  async #read({ refs, source, scanners, context, archives, tellWhole }: ReadBatch, skip: number): Promise<ScanResult> {
    const progress = this.#progress;
    const blobs = this.#blobsOf(source.repository);
    const files: FileSource = {
      ...source,
      ...(blobs === undefined ? {} : { blobs }),
      scopes: [],
      async *files() {
        for (const [index, ref] of refs.entries()) {
          Atomics.store(progress, CURRENT_FILE, index);
          yield ref;
        }
      },
    };
    const scannersHere = await this.#prepare();
    let sent = 0;
    return runScan({
      sources: [files],
      scanners: scannersHere.filter(({ id }) => scanners.includes(id)),
      context: { ...context, fingerprint: (value) => fingerprint(this.#data.key, value) },
      ...(archives === undefined ? {} : { archives }),
      ...(tellWhole === undefined ? {} : { tellWhole }),
      onStep: () => void Atomics.add(progress, STEPS, 1),
      sink: async (facts) => {
        const fresh = facts.slice(Math.max(0, skip - sent));
        sent += facts.length;
        if (fresh.length === 0) return;
        this.#post({ kind: 'facts', facts: fresh });
        if (--this.#free > 0) return;
        await new Promise<void>((resolve) => {
          this.#goOn = resolve;
        });
      },
    });
  }
}

if (parentPort !== null) {
  tuneCollector('reading in threads');
  const port = parentPort;
  const worker = new ScanWorker(workerData, (response) => port.postMessage(response));
  port.on('message', (request: ScanRequest) => void worker.receive(request));
}
