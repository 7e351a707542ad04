import { type FileHandle, mkdir, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { AuditEvent } from '../../model/audit-event.ts';
import type { AuditSink } from './audit-sink.ts';

const TAIL = 1 << 20;

/**
 * JSON Lines, one event per line, fsynced before `write` resolves. The file may be moved away at any time (log rotation): before
 * each write it is made sure that the open file is still the one at the path.
 */
export class FileSink implements AuditSink {
  readonly name: string;
  readonly durable = true;
  readonly #path: string;
  #file: FileHandle | undefined;
  #inode = 0;
  #size = 0;

  constructor(path: string) {
    this.name = `file:${path}`;
    this.#path = path;
  }

  async lastSeq(chain: string): Promise<number> {
    const file = await this.#opened();
    const length = Math.min(this.#size, TAIL);
    const tail = Buffer.alloc(length);
    await file.read(tail, 0, length, this.#size - length);
    // A line that was cut off by a crash was never acknowledged: it goes, and its event comes again.
    const end = tail.lastIndexOf(0x0a) + 1;
    if (end < length) await this.#cutTo(file, this.#size - length + end);
    const lines = tail.subarray(0, end).toString('utf8').trimEnd().split('\n');
    for (const line of lines.reverse()) {
      const seq = seqOf(line, chain);
      if (seq !== undefined) return seq;
    }
    return 0;
  }

  async write(events: readonly AuditEvent[]): Promise<void> {
    const file = await this.#opened();
    const bytes = Buffer.from(events.map((event) => `${JSON.stringify(event)}\n`).join(''), 'utf8');
    try {
      await file.appendFile(bytes);
      await file.datasync();
      this.#size += bytes.length;
    } catch (error) {
      // Half a line must not stay in front of the next attempt.
      await this.#cutTo(file, this.#size).catch(() => undefined);
      await this.#release();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#release();
  }

  async #opened(): Promise<FileHandle> {
    const there = await stat(this.#path).catch(() => undefined);
    if (this.#file !== undefined && there?.ino === this.#inode) return this.#file;
    await this.#release();
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    const file = await open(this.#path, 'a+', 0o600);
    const opened = await file.stat();
    this.#file = file;
    this.#inode = opened.ino;
    this.#size = opened.size;
    await syncFolder(dirname(this.#path));
    return file;
  }

  async #cutTo(file: FileHandle, size: number): Promise<void> {
    await file.truncate(size);
    await file.datasync();
    this.#size = size;
  }

  async #release(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close().catch(() => undefined);
  }
}

/** A new file is only there for good when its folder is synced too. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function seqOf(line: string, chain: string): number | undefined {
  try {
    const event: unknown = JSON.parse(line);
    if (typeof event !== 'object' || event === null || !('seq' in event) || !('chain' in event)) return undefined;
    return event.chain === chain && typeof event.seq === 'number' ? event.seq : undefined;
  } catch {
    return undefined;
  }
}
