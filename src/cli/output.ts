import { closeSync, openSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import { AppError } from '../errors.ts';
import type { CliContext } from './context.ts';

/** Writes the product's output, piece by piece, to the file that was named, or to stdout. */
export function writeOutput(cli: CliContext, pieces: Iterable<string> & object, file: string | undefined): void {
  if (file === undefined) {
    for (const piece of inChunks(pieces)) cli.stdout.write(piece);
    return;
  }
  try {
    const descriptor = openSync(resolve(cli.cwd, file), 'w');
    try {
      for (const piece of inChunks(pieces)) writeWhole(descriptor, Buffer.from(piece));
    } finally {
      closeSync(descriptor);
    }
  } catch (cause) {
    throw new AppError('ERR_USAGE', `${file}: cannot be written`, { cause });
  }
}

/** Characters that are written at once. */
const CHUNK = 65_536;

function* inChunks(pieces: Iterable<string>): Generator<string> {
  let chunk = '';
  for (const piece of pieces) {
    chunk += piece;
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}

/** A pipe may take a part only. */
function writeWhole(descriptor: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written);
}
