import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../../errors.ts';
import type { FileSource } from '../file-source.ts';
import type { Connection } from './collector.ts';

/**
 * What a provider answers, as files that scanners read like its exports: an answer is written to a file that nobody else can read
 * before it is looked at, so that one that breaks off leaves what is known as it was. Whoever asks closes it, and they are gone.
 *
 * @param scanner - the one that must be able to read it.
 */
export function filesFromConnection(
  connection: Connection,
  options: { readonly scanner: string; readonly maxFileSize: number },
): FileSource & { close(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'lapse-live-'));
  const unitOf = (path: string) => `live/${connection.name}/${path}`;
  return {
    scopes: [''],
    maxFileSize: options.maxFileSize,
    async *files(report) {
      let count = 0;
      const refused = (path: string, code: string, message: string, cause?: string) =>
        report.problem(
          { code, message, location: { path: unitOf(path) }, ...(cause === undefined ? {} : { cause }) },
          unitOf(path),
        );
      try {
        const told = {
          problem: ({ path, message, cause }: { path: string; message: string; cause?: string }) =>
            refused(path, 'ERR_LIVE_REFUSED', message, cause),
        };
        for await (const { path, content } of connection.collect(told)) {
          const absolute = join(folder, String(count++));
          try {
            await write(absolute, content);
          } catch (error) {
            if (!(error instanceof AppError)) throw error;
            refused(path, error.code, error.message);
            continue;
          }
          yield { from: 'disk', absolute, path: unitOf(path), unit: unitOf(path), expectedScanner: options.scanner };
        }
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        // Nothing more can be asked: what was not read of this source stays as it was.
        refused('', error.code, error.message);
      }
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function write(file: string, content: AsyncIterable<string> | Iterable<string>): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    for await (const piece of content) await handle.write(piece);
  } finally {
    await handle.close();
  }
}
