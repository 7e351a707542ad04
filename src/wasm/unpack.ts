import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';

/**
 * A WebAssembly file that ships with lapse, packed with brotli.
 *
 * @param sha256 - of the unpacked file, in hex, as its manifest names it.
 * @returns undefined when it is another file.
 */
export function unpackWasm(path: string, sha256: string): Uint8Array | undefined {
  const wasm = brotliDecompressSync(readFileSync(path));
  return createHash('sha256').update(wasm).digest('hex') === sha256 ? wasm : undefined;
}
