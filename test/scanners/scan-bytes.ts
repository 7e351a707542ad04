import { AppError } from '../../src/errors.ts';
import type { Fact } from '../../src/model/fact.ts';
import { formatLocation } from '../../src/model/location.ts';
import { decodeText, looksBinary } from '../../src/scan/decode-text.ts';
import type { Scanner } from '../../src/scan/scanner.ts';

/** What a scanner said of one file. */
export interface Scanned {
  readonly format: string | undefined;
  readonly facts: readonly Fact[];
  /** Problems as `place: message`; what was thrown comes last, with its code in front. */
  readonly problems: readonly string[];
}

export interface ScanBytesOptions {
  readonly repository?: string;
  /** Bytes per chunk of the stream; the whole by default. */
  readonly chunk?: number;
  /** Nothing may be fingerprinted where this is not given. */
  readonly fingerprint?: (value: string) => string;
}

/**
 * Lets a scanner read bytes as the run does: it is asked whether it knows the file, and reads it if so. An error that is
 * not one of ours is thrown on.
 */
export async function scanBytes(
  scanner: Scanner,
  path: string,
  content: string | Uint8Array,
  options: ScanBytesOptions = {},
): Promise<Scanned> {
  const bytes = Buffer.from(content);
  const start = bytes.subarray(0, 65_536);
  const head = { path, size: bytes.length, text: decodeText(start), head: start, binary: looksBinary(start) };
  const facts: Fact[] = [];
  const problems: string[] = [];
  const format = scanner.recognise(head);
  if (format === undefined) return { format, facts, problems };
  const file = {
    ...head,
    readText: async () => decodeText(bytes),
    async *stream() {
      const size = options.chunk ?? Math.max(bytes.length, 1);
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    },
  };
  try {
    await scanner.read(file, {
      emit: (fact) => facts.push(fact),
      problem: ({ message, location }) =>
        problems.push(message.startsWith(path) ? message : `${formatLocation(location)}: ${message}`),
      now: new Date('2026-01-02T03:04:05Z'),
      cluster: 'c1',
      fingerprint:
        options.fingerprint ??
        (() => {
          throw new Error('nothing here is a secret');
        }),
      ...(options.repository === undefined ? {} : { repository: options.repository }),
    });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    problems.push(`${error.code} ${error.message}`);
  }
  return { format, facts, problems };
}
