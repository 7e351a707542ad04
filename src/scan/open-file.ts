import { AppError } from '../errors.ts';
import { decodeText, looksBinary } from './decode-text.ts';
import type { OpenFile } from './file-source.ts';

/** How much of a file `recognise` sees, in bytes. */
export const HEAD_BYTES = 65_536;

/** Files up to this many bytes may be held whole; larger ones are streamed. The default of `scan.max_file_size`. */
export const DEFAULT_MAX_FILE_SIZE = 16 * 1024 * 1024;

export interface OpenFileParts {
  readonly path: string;
  readonly unit: string;
  readonly size: number;
  /** The whole content, where it is at hand. */
  readonly content: Uint8Array | undefined;
  /** Reads it, where it is not at hand and within the limit. */
  readAll?(): Uint8Array;
  /** At least the first `HEAD_BYTES` of the content. */
  readonly head: Uint8Array;
  stream(): AsyncIterable<Uint8Array>;
  readAt?(position: number, length: number): Uint8Array;
  close(): void;
  readonly commit?: string;
  readonly expectedScanner?: string;
  readonly history?: OpenFile['history'];
  readonly image?: string;
  readonly about?: string;
}

/** Makes the file that scanners see. Text is decoded when it is asked for, and once. */
export function openFile(parts: OpenFileParts): OpenFile {
  const { path, unit, size, content, commit, expectedScanner, history, image, about } = parts;
  const head = parts.head.subarray(0, HEAD_BYTES);
  let headText: string | undefined;
  let fullText: string | undefined;
  return {
    path,
    unit,
    size,
    head,
    binary: looksBinary(head),
    ...(content === undefined ? {} : { content }),
    ...(parts.readAt === undefined ? {} : { readAt: parts.readAt.bind(parts) }),
    ...(commit === undefined ? {} : { commit }),
    ...(expectedScanner === undefined ? {} : { expectedScanner }),
    ...(history === undefined ? {} : { history }),
    ...(image === undefined ? {} : { image }),
    ...(about === undefined ? {} : { about }),
    get text() {
      headText ??= decodeText(head);
      return headText;
    },
    async readText() {
      const all = content ?? parts.readAll?.();
      if (all === undefined) throw tooLarge(path, size);
      fullText ??= decodeText(all);
      return fullText;
    },
    stream: () => (content === undefined ? parts.stream() : once(content)),
    close: () => parts.close(),
  };
}

function tooLarge(path: string, size: number): AppError {
  return new AppError('ERR_SCAN_LIMIT', `${path}: ${size} bytes is more than can be read as a whole`, {
    hint: 'raise scan.max_file_size, or leave the file out by scan.exclude',
    details: { location: { path } },
  });
}

async function* once(content: Uint8Array): AsyncIterable<Uint8Array> {
  yield content;
}
