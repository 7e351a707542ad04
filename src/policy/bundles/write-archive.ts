import { gzipSync } from 'node:zlib';
import type { BundleFiles } from './bundle-files.ts';

const BLOCK = 512;
/** Of the name in a header; what is longer stands in a member of its own (GNU's form). */
const LONGEST_NAME = 100;

/** Packs files as OPA packs a bundle; the same files give the same bytes. */
export function writeArchive(files: BundleFiles): Buffer {
  const blocks: Buffer[] = [];
  for (const [path, content] of [...files].sort(([one], [other]) => (one < other ? -1 : 1))) {
    const name = Buffer.from(`/${path}`);
    if (name.length > LONGEST_NAME) blocks.push(header(Buffer.from('././@LongLink'), 'L', name.length), padded(name));
    blocks.push(header(name.subarray(0, LONGEST_NAME), '0', content.length), padded(content));
  }
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]));
}

/** POSIX.1-2017, pax, "ustar Interchange Format". */
function header(name: Buffer, type: string, size: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  name.copy(block);
  block.write('0000600\0', 100, 'latin1');
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
  block.write('00000000000\0', 136, 'latin1');
  block.write(`        ${type}`, 148, 'latin1');
  block.write('ustar\u000000', 257, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

function padded(content: Buffer): Buffer {
  return Buffer.concat([content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)]);
}
