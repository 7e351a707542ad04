import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { ByteReader } from '../../tar/byte-reader.ts';
import { DamagedArchive } from '../../tar/damaged-archive.ts';
import { readTar, type TarMember } from '../../tar/read-tar.ts';
import { bundleFault } from './bundle-fault.ts';
import { type BundleFiles, BundleFilesDraft, type BundleLimits, bundlePath, tooLarge } from './bundle-files.ts';

const unzip = promisify(gunzip);

/** Policies compress to a tenth, made-up data to a hundredth; only what is made to fill memory goes beyond. */
const MOST_RATIO = 200;
/** Below this the ratio says nothing: an archive of one small file is mostly zeros. */
const RATIO_COUNTS_FROM = 1024 ** 2;

/** What tar calls the members that are no files (POSIX.1-2017, pax, "ustar Interchange Format"). */
const NO_FILES: Readonly<Record<string, string>> = {
  '1': 'a hard link',
  '2': 'a symbolic link',
  '3': 'a device',
  '4': 'a device',
  '6': 'a pipe',
};

/**
 * Reads a bundle as OPA packs it: tar, gzipped. Everything is held in memory, nothing is unpacked to a disk.
 *
 * @throws AppError ERR_POLICY_BUNDLE
 */
export async function readArchive(archive: Buffer, limits: BundleLimits): Promise<BundleFiles> {
  const tar = await decompressed(archive, limits);
  const reader = new ByteReader(
    (async function* () {
      yield tar;
    })(),
  );
  const draft = new BundleFilesDraft(limits);
  try {
    for await (const member of readTar(reader)) await addMember(draft, member);
  } catch (error) {
    if (error instanceof DamagedArchive) throw bundleFault(`a damaged tar archive: ${error.message}`, undefined, error);
    throw error;
  }
  return draft.files;
}

async function addMember(draft: BundleFilesDraft, { name, type, size, content }: TarMember): Promise<void> {
  const path = bundlePath(name);
  const directory = type === '5' || name.at(-1) === 0x2f;
  if (directory && size === 0) return;
  const other = type === '0' || type === '\0' ? undefined : (NO_FILES[type] ?? 'no regular file');
  if (other !== undefined || path === '')
    throw bundleFault(
      `${path === '' ? 'a member' : path}: is ${other ?? 'without a name'}`,
      'a bundle holds files and folders only',
    );
  draft.expect(path, size);
  const pieces: Uint8Array[] = [];
  for await (const piece of content) pieces.push(piece);
  const bytes = Buffer.concat(pieces);
  if (bytes.length < size) throw bundleFault(`${path}: the archive ends within it`);
  draft.add(path, bytes);
}

async function decompressed(archive: Buffer, limits: BundleLimits): Promise<Buffer> {
  if (archive[0] !== 0x1f || archive[1] !== 0x8b) {
    const start = archive.length === 0 ? 'it is empty' : `it begins with ${archive.subarray(0, 4).toString('hex')}`;
    throw bundleFault(`is not gzipped: ${start}`, 'expected a .tar.gz as "lapse policy build" or "opa build" make it');
  }
  const byRatio = Math.max(RATIO_COUNTS_FROM, archive.length * MOST_RATIO);
  try {
    return await unzip(archive, { maxOutputLength: Math.min(limits.maxSize, byRatio) });
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code !== 'ERR_BUFFER_TOO_LARGE')
      throw bundleFault('compressed data is damaged or ends early', undefined, cause);
    if (limits.maxSize <= byRatio) throw tooLarge(limits);
    throw bundleFault(`unpacks to more than ${MOST_RATIO} times its size, as no policy does`);
  }
}
