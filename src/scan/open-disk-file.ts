import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { AppError } from '../errors.ts';
import type { DiskFileRef, OpenFile } from './file-source.ts';
import { HEAD_BYTES, openFile } from './open-file.ts';

const STREAM_CHUNK = 64 * 1024;
/** Bytes: what is larger is read in pieces, unless somebody asks for all of its text. */
const HELD = 256 * 1024;

export interface DiskFileOptions extends Omit<DiskFileRef, 'from'> {
  readonly maxFileSize: number;
  /** Where a file that has room in it is read to: its content is good until the next file is. */
  readonly buffer?: Buffer;
}

/**
 * Opens a file of the disk for reading. A small file is read at once and its descriptor closed.
 *
 * A link in the last place is refused (it may lead out of the tree) and a FIFO does not block.
 *
 * @returns undefined for what is no regular file.
 * @throws AppError ERR_SCAN_UNREADABLE
 */
export function openDiskFile(options: DiskFileOptions): OpenFile | undefined {
  const { path, unit, maxFileSize, expectedScanner, about } = options;
  let descriptor: number | undefined;
  try {
    const link = options.followLink === true ? 0 : constants.O_NOFOLLOW;
    const { absolute } = options;
    const place = typeof absolute === 'string' ? absolute : Buffer.from(absolute);
    descriptor = openSync(place, constants.O_RDONLY | link | constants.O_NONBLOCK);
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) {
      closeSync(descriptor);
      descriptor = undefined;
      return undefined;
    }
    const whole = stat.size <= Math.min(HELD, maxFileSize);
    const head = readFrom(descriptor, 0, whole ? stat.size : HEAD_BYTES, options.buffer);
    const open = descriptor;
    if (whole) {
      closeSync(open);
      descriptor = undefined;
    }
    return openFile({
      path,
      unit,
      size: stat.size,
      head,
      content: whole ? head : undefined,
      stream: () => chunks(open, path),
      ...(whole ? {} : { readAt: (position: number, length: number) => readFrom(open, position, length) }),
      ...(stat.size <= maxFileSize ? { readAll: () => readFrom(open, 0, stat.size) } : {}),
      close: () => {
        if (!whole) closeSync(open);
      },
      ...(expectedScanner === undefined ? {} : { expectedScanner }),
      ...(about === undefined ? {} : { about }),
    });
  } catch (error) {
    if (descriptor !== undefined) closeSync(descriptor);
    throw unreadable(path, error);
  }
}

/** Says why a file could not be read: the system's code, such as EACCES. */
export function unreadable(path: string, cause: unknown): AppError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
  return new AppError('ERR_SCAN_UNREADABLE', `${path}: cannot be read (${code})`, {
    cause,
    details: { location: { path } },
  });
}

function readFrom(descriptor: number, position: number, length: number, reused?: Buffer): Buffer {
  const buffer = reused !== undefined && length <= reused.length ? reused : Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const count = readSync(descriptor, buffer, filled, length - filled, position + filled);
    if (count === 0) break;
    filled += count;
  }
  return buffer.subarray(0, filled);
}

async function* chunks(descriptor: number, path: string): AsyncIterable<Uint8Array> {
  for (let position = 0; ; ) {
    const buffer = Buffer.allocUnsafe(STREAM_CHUNK);
    let count: number;
    try {
      count = readSync(descriptor, buffer, 0, STREAM_CHUNK, position);
    } catch (error) {
      throw unreadable(path, error);
    }
    if (count === 0) return;
    position += count;
    yield buffer.subarray(0, count);
  }
}
