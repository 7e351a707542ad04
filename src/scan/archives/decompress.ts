import { Readable, type Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import { DamagedArchive } from '../../tar/damaged-archive.ts';
import type { ArchiveBudget } from './archive-budget.ts';

const CHUNK = 128 * 1024;

/** Makes the decompressor of one stream. */
export type Decompressor = () => Transform;

export const inflateRaw: Decompressor = () => zlib.createInflateRaw({ chunkSize: CHUNK });

/** All members of a gzip file, one after the other. */
export const gunzip: Decompressor = () => zlib.createGunzip({ chunkSize: CHUNK });

/** Zstandard, where the runtime has it: Node.js from 22.15 on. */
export const unzstd: Decompressor | undefined = zstdOf(zlib);

function zstdOf(module: object): Decompressor | undefined {
  const create = 'createZstdDecompress' in module ? module.createZstdDecompress : undefined;
  // The type is that of the runtime's documentation; the types at hand are those of the oldest runtime.
  return typeof create === 'function' ? () => create({ chunkSize: CHUNK }) as Transform : undefined;
}

/**
 * Decompresses a stream; what comes out counts for the budget.
 *
 * @throws DamagedArchive after what could be decompressed; AppError ERR_SCAN_LIMIT; what the source throws.
 */
export async function* decompress(
  source: AsyncIterable<Uint8Array>,
  decompressor: Decompressor,
  budget: ArchiveBudget,
): AsyncGenerator<Uint8Array> {
  let sourceError: unknown;
  const input = Readable.from(source, { objectMode: false });
  const output = decompressor();
  input.on('error', (error) => {
    sourceError = error;
    output.destroy(error);
  });
  try {
    for await (const piece of input.pipe(output)) {
      budget.expand(piece.length);
      yield piece;
    }
  } catch (error) {
    if (sourceError !== undefined) throw sourceError;
    if (!isZlibError(error)) throw error;
    throw new DamagedArchive('compressed data is damaged or ends early', { cause: error });
  } finally {
    input.destroy();
    output.destroy();
  }
}

const ZLIB_ERROR = /^(?:Z_|ZSTD_|ERR_BUFFER_TOO_LARGE$|ERR_TRAILING_JUNK)/;

export function isZlibError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && ZLIB_ERROR.test(error.code);
}
