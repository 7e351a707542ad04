import type { Notice } from './notice.ts';

/** A way to reach people or their systems. */
export interface Channel {
  readonly id: string;
  /** @throws when it was not taken; the same notice comes again. */
  send(notice: Notice): Promise<void>;
  close(): void;
}
