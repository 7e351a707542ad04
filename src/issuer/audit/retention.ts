import type { IssuerParts } from '../parts.ts';
import { archiveAudit } from './archive-audit.ts';

const INTERVAL = 3_600_000;

export interface RetentionOptions {
  /** Where the files go. */
  readonly folder: string;
  /** Milliseconds that an event stays in the store. */
  readonly keep: number;
  /** Names of what reads the chains. */
  readonly readers: readonly string[];
}

/** Archives what is too old, once in an hour and behind everything else. */
export class Retention {
  readonly #options: RetentionOptions;
  readonly #parts: IssuerParts;
  #last = Number.NEGATIVE_INFINITY;
  #running: Promise<void> | undefined;

  constructor(options: RetentionOptions, parts: IssuerParts) {
    this.#options = options;
    this.#parts = parts;
  }

  /** Begins when it is time; nobody waits for it. */
  wake(): void {
    const now = this.#parts.now().getTime();
    if (this.#running !== undefined || now - this.#last < INTERVAL) return;
    this.#last = now;
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    const { store, keys, now, logger } = this.#parts;
    const { folder, readers, keep } = this.#options;
    try {
      const before = new Date(now().getTime() - keep);
      const segments = await archiveAudit({ store, keys, folder, readers, actor: 'system', now }, before);
      for (const { chain, from, to, file } of segments)
        logger.info({ event: 'audit.archived', chain, from, to, file }, 'old audit events left the store');
    } catch (error) {
      logger.error({ event: 'audit.archive_failed', err: error }, 'old audit events stay in the store');
    }
  }
}
