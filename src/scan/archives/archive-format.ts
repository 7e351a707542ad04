import { isTarHeader, TAR_BLOCK } from '../../tar/tar-header.ts';

/** What holds other files. The last ones are recognised, so that they can be reported, and not read. */
export type ArchiveFormat = 'zip' | 'tar' | 'gzip' | 'zstd' | 'bzip2' | 'xz' | '7z' | 'rar' | 'lz4' | 'lzip';

const MAGIC: readonly (readonly [ArchiveFormat, readonly number[]])[] = [
  ['zip', [0x50, 0x4b, 0x03, 0x04]],
  // Without members.
  ['zip', [0x50, 0x4b, 0x05, 0x06]],
  ['gzip', [0x1f, 0x8b, 0x08]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ['7z', [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]],
  ['rar', [0x52, 0x61, 0x72, 0x21, 0x1a, 0x07]],
  ['lz4', [0x04, 0x22, 0x4d, 0x18]],
  ['lzip', [0x4c, 0x5a, 0x49, 0x50, 0x01]],
];

/** The first bytes of what can begin an archive by its magic number. */
const FIRST = new Set(MAGIC.map(([, bytes]) => bytes[0]));

/** What begins every block of bzip2 (the digits of pi), and what ends a stream without one. */
const BZIP2_BLOCK = ['314159265359', '177245385090'];

/** Tells an archive by what it begins with; names do not count. */
export function archiveFormat(head: Uint8Array): ArchiveFormat | undefined {
  if (head.length >= TAR_BLOCK && isTarHeader(head)) return 'tar';
  if (!FIRST.has(head[0])) return undefined;
  const format = MAGIC.find(([, bytes]) => bytes.every((byte, index) => head[index] === byte))?.[0];
  if (format !== 'bzip2') return format;
  return BZIP2_BLOCK.includes(Buffer.from(head.subarray(4, 10)).toString('hex')) ? format : undefined;
}
