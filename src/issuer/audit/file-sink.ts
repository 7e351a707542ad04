import { type FileHandle, mkdir, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { AuditEvent } from '../../model/audit-event.ts';
import { parseAuditLine } from './audit-line.ts';
import type { AuditSink } from './audit-sink.ts';

const TAIL = 1 << 20;
const HEAD = 64 * 1024;

export interface FileSinkOptions {
  readonly name: string;
  readonly path: string;
  readonly timeout: number;
  /** When a new file is begun; the old one is renamed to `<path>.<time of its first event>`. */
  readonly rotate?: {
    /** Bytes. */
    readonly size?: number;
    /** Milliseconds between its first event and the one that begins the next. */
    readonly age?: number;
    /** Rotated files that stay; all of them when absent. */
    readonly keep?: number;
  };
  /** Bytes that should be free in the file system. */
  readonly minFree: number;
}

/**
 * JSON Lines, one event per line, fsynced before `write` resolves. The file may be moved away or removed at any time: before each
 * write it is made sure that the open file is still the one at the path.
 */
export class FileSink implements AuditSink {
  readonly name: string;
  readonly durable = true;
  readonly timeout: number;
  readonly batch = 500;
  readonly #options: FileSinkOptions;
  #file: FileHandle | undefined;
  #inode = 0;
  #size = 0;
  /** ISO 8601 time of the first event in the open file. */
  #since: string | undefined;

  constructor(options: FileSinkOptions) {
    this.name = options.name;
    this.timeout = options.timeout;
    this.#options = options;
  }

  async lastSeq(chain: string): Promise<number | undefined> {
    const file = await this.#opened();
    // A line that was cut off by a crash was never acknowledged: it goes, and its event comes again.
    const { seq, whole } = await lastIn(file, this.#size, chain);
    if (whole < this.#size) await this.#cutTo(file, whole);
    if (seq !== undefined) return seq;
    const rotated = (await this.#rotated()).at(-1);
    return rotated === undefined ? undefined : await lastInFile(rotated, chain);
  }

  async write(events: readonly AuditEvent[]): Promise<void> {
    const bytes = Buffer.from(events.map((event) => `${JSON.stringify(event)}\n`).join(''), 'utf8');
    const file = await this.#fitting(bytes.length, events[0]?.at);
    try {
      await file.appendFile(bytes);
      await file.datasync();
      this.#size += bytes.length;
      this.#since ??= events[0]?.at;
    } catch (error) {
      // Half a line must not stay in front of the next attempt.
      await this.#cutTo(file, this.#size).catch(() => undefined);
      await this.#release();
      throw error;
    }
  }

  async space(): Promise<{ readonly free: number; readonly low: boolean }> {
    const { bavail, bsize } = await statfs(dirname(this.#options.path));
    const free = bavail * bsize;
    return { free, low: free < this.#options.minFree };
  }

  async close(): Promise<void> {
    await this.#release();
  }

  /** The open file, or a new one when the next events no longer belong into it. */
  async #fitting(length: number, at: string | undefined): Promise<FileHandle> {
    const file = await this.#opened();
    const { size, age } = this.#options.rotate ?? {};
    const tooLarge = size !== undefined && this.#size + length > size;
    const tooOld = age !== undefined && at !== undefined && Date.parse(at) - Date.parse(this.#since ?? at) >= age;
    if (this.#size === 0 || !(tooLarge || tooOld)) return file;
    await rename(this.#options.path, await this.#rotatedName());
    await syncFolder(dirname(this.#options.path));
    await this.#dropOld();
    return await this.#opened();
  }

  async #opened(): Promise<FileHandle> {
    const { path } = this.#options;
    const there = await stat(path).catch(() => undefined);
    if (this.#file !== undefined && there?.ino === this.#inode) return this.#file;
    await this.#release();
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(path, 'a+', 0o600);
    const opened = await file.stat();
    this.#file = file;
    this.#inode = opened.ino;
    this.#size = opened.size;
    this.#since = await firstAt(file);
    await syncFolder(dirname(path));
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

  /** A name that no file has: nothing is ever written over. */
  async #rotatedName(): Promise<string> {
    const stamp = (this.#since ?? new Date().toISOString()).replace(/[-:]/g, '');
    for (let count = 0; ; count += 1) {
      const name = `${this.#options.path}.${stamp}${count === 0 ? '' : `-${count}`}`;
      if ((await stat(name).catch(() => undefined)) === undefined) return name;
    }
  }

  async #rotated(): Promise<readonly string[]> {
    return rotatedFiles(this.#options.path);
  }

  async #dropOld(): Promise<void> {
    const keep = this.#options.rotate?.keep;
    if (keep === undefined) return;
    const rotated = await this.#rotated();
    for (const name of rotated.slice(0, Math.max(0, rotated.length - keep))) await rm(name);
  }
}

/** The files that a file sink has rotated away from its path, oldest first. */
export async function rotatedFiles(path: string): Promise<readonly string[]> {
  const folder = dirname(path);
  const names = await readdir(folder).catch(() => []);
  const form = /^\.(\d{8}T\d{6}\.\d{3}Z)(?:-(\d+))?$/;
  const found = names.flatMap((name) => {
    const match = name.startsWith(basename(path)) ? form.exec(name.slice(basename(path).length)) : null;
    return match === null ? [] : [{ path: join(folder, name), stamp: match[1] ?? '', count: Number(match[2] ?? 0) }];
  });
  found.sort((a, b) => (a.stamp === b.stamp ? a.count - b.count : a.stamp < b.stamp ? -1 : 1));
  return found.map((file) => file.path);
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

async function lastInFile(path: string, chain: string): Promise<number | undefined> {
  const file = await open(path, 'r');
  try {
    return (await lastIn(file, (await file.stat()).size, chain)).seq;
  } finally {
    await file.close();
  }
}

/** @returns the last event of `chain`, and where the last whole line ends. */
async function lastIn(
  file: FileHandle,
  size: number,
  chain: string,
): Promise<{ readonly seq: number | undefined; readonly whole: number }> {
  const length = Math.min(size, TAIL);
  const tail = Buffer.alloc(length);
  await file.read(tail, 0, length, size - length);
  const end = tail.lastIndexOf(0x0a) + 1;
  const lines = tail.subarray(0, end).toString('utf8').trimEnd().split('\n');
  const last = lines
    .toReversed()
    .map(parseAuditLine)
    .find((event) => event?.chain === chain);
  return { seq: last?.seq, whole: size - length + end };
}

async function firstAt(file: FileHandle): Promise<string | undefined> {
  const head = Buffer.alloc(HEAD);
  const { bytesRead } = await file.read(head, 0, HEAD, 0);
  const line = head.subarray(0, bytesRead).toString('utf8').split('\n', 1)[0];
  return line === undefined ? undefined : parseAuditLine(line)?.at;
}
