import { inflateRawSync } from 'node:zlib';
import type { Location } from '../../model/location.ts';
import type { Problem } from '../../model/snapshot.ts';
import { ByteReader } from '../../tar/byte-reader.ts';
import { DamagedArchive } from '../../tar/damaged-archive.ts';
import { readTar } from '../../tar/read-tar.ts';
import type { OpenFile } from '../file-source.ts';
import { openFile } from '../open-file.ts';
import { problemOf } from '../problem-of.ts';
import { ArchiveBudget, archiveLimit } from './archive-budget.ts';
import { archiveFormat } from './archive-format.ts';
import type { ArchiveLimits } from './archive-limits.ts';
import { type Decompressor, decompress, gunzip, inflateRaw, isZlibError, unzstd } from './decompress.ts';
import { memberName } from './member-name.ts';
import { type RandomAccess, readZip, type ZipMember } from './read-zip.ts';
import { zipBehind } from './zip-behind.ts';

/** Why what was recognised was not looked into. None of these makes a scan incomplete: nobody without the key, or the program, can. */
export type NotRead = 'encrypted' | 'compression-not-supported';

const NOT_READ: Readonly<Record<NotRead, string>> = {
  encrypted: 'encrypted',
  'compression-not-supported': 'compressed in a way that is not supported',
};

export interface MemberOptions {
  readonly limits: ArchiveLimits;
  /** Bytes of a zip archive within another archive, which has to be held whole. */
  readonly maxFileSize: number;
  /** Something that belongs to the file could not be read. */
  problem(problem: Problem): void;
  /** Told once of a file for each reason. */
  notRead(
    reason: NotRead,
    notice: { readonly count: number; readonly message: string; readonly location: Location },
  ): void;
}

/** A member up to this many bytes is held whole; a larger one is streamed. */
const HELD = 4 * 1024 ** 2;
const MOST_PROBLEMS = 20;
/** Reading compressed data from a disk goes by pieces of this size. */
const PIECE = 1024 ** 2;

/**
 * What an archive or a compressed file holds, at any depth, each with a path `outer.zip!/inner/a.txt` and the unit of the
 * file itself. A member's content can be read until the next one is asked for. A file that is no archive, or is one that
 * cannot be read, is its own only member: so whatever comes out is all there is to look at.
 *
 * Nothing is written anywhere, and memory is bounded whatever an archive says of itself.
 */
export async function* members(file: OpenFile, options: MemberOptions): AsyncGenerator<OpenFile> {
  const delta = archiveFormat(file.head) === undefined ? zipBehind(file) : undefined;
  const budget = new ArchiveBudget(file.path, file.size, options.limits);
  const opener = new Opener(file, options, budget);
  try {
    yield* opener.open(file, 1);
    if (delta !== undefined) yield* opener.zip(file, 1, delta);
  } catch (error) {
    if (error instanceof DamagedArchive) opener.damaged(file.path, error);
    else opener.problem(problemOf(error, { path: file.path }));
  }
  opener.tellNotRead();
}

class Opener {
  readonly #outer: OpenFile;
  readonly #options: MemberOptions;
  readonly #budget: ArchiveBudget;
  readonly #notRead = new Map<NotRead, { count: number; readonly first: string }>();
  /** By the names of members of the file itself; absent until there is one that may be of an image. */
  #images: ReadonlyMap<string, string> | undefined;
  #problems = 0;

  constructor(outer: OpenFile, options: MemberOptions, budget: ArchiveBudget) {
    this.#outer = outer;
    this.#options = options;
    this.#budget = budget;
  }

  async *open(file: OpenFile, depth: number): AsyncGenerator<OpenFile> {
    const format = archiveFormat(file.head);
    if (format === undefined) {
      yield file;
      return;
    }
    const { limits } = this.#options;
    if (depth > limits.depth) {
      this.#tooMuch(file, `has more than ${limits.depth} archives within each other`);
      return;
    }
    let opened = 0;
    try {
      for await (const member of this.#inside(file, format, depth)) {
        opened++;
        yield member;
      }
    } catch (error) {
      if (!(error instanceof DamagedArchive)) throw error;
      this.damaged(file.path, error);
      // What only looks like an archive, or cannot be opened as one, is still bytes.
      if (opened === 0 && file.content !== undefined) yield file;
    }
  }

  async *#inside(
    file: OpenFile,
    format: NonNullable<ReturnType<typeof archiveFormat>>,
    depth: number,
  ): AsyncGenerator<OpenFile> {
    if (format === 'zip') yield* this.zip(file, depth);
    else if (format === 'tar') yield* this.#tar(file, depth);
    else {
      const decompressor = format === 'gzip' ? gunzip : format === 'zstd' ? unzstd : undefined;
      if (decompressor !== undefined) yield* this.#compressed(file, decompressor, depth);
      else {
        this.#leaveOut('compression-not-supported', file.path);
        yield file;
      }
    }
  }

  async *#tar(file: OpenFile, depth: number): AsyncGenerator<OpenFile> {
    const reader = new ByteReader(file.stream());
    try {
      for await (const { name, size, content } of readTar(reader)) {
        this.#budget.member();
        if (size === 0) continue;
        const member = memberName(name);
        if (file === this.#outer && mayBeOfImage(member)) this.#images ??= await namesIn(file);
        yield* this.#member(`${file.path}!/${member}`, content, size, depth);
      }
    } finally {
      await reader.close();
    }
  }

  async *#compressed(file: OpenFile, decompressor: Decompressor, depth: number): AsyncGenerator<OpenFile> {
    const content = decompress(file.stream(), decompressor, this.#budget);
    try {
      for await (const inner of this.#opened(innerPath(file.path), content, undefined)) {
        // What holds a tar archive only is named like one: `a.tgz!/etc/passwd`.
        const isTar = archiveFormat(inner.head) === 'tar';
        yield* this.open(isTar ? { ...inner, path: file.path } : inner, depth + 1);
      }
    } finally {
      await content.return(undefined);
    }
  }

  /** @param start - where the archive begins in the file, when something else stands before it. */
  async *zip(file: OpenFile, depth: number, start = 0): AsyncGenerator<OpenFile> {
    const whole = await this.#randomAccess(file);
    if (whole === undefined) return;
    const access = start === 0 ? whole : from(whole, start);
    for await (const member of readZip(access)) {
      this.#budget.member();
      const path = `${file.path}!/${memberName(member.name)}`;
      if (member.encrypted) this.#leaveOut('encrypted', path);
      else if (member.method === 'other') this.#leaveOut('compression-not-supported', path);
      else yield* this.#zipMember(path, access, member, depth);
    }
  }

  async *#zipMember(
    path: string,
    access: RandomAccess,
    { locate, method, size }: ZipMember,
    depth: number,
  ): AsyncGenerator<OpenFile> {
    try {
      const { start, length } = await locate();
      if (method === 'stored') {
        this.#budget.expand(length);
        yield* this.#member(path, piecesOf(access, start, length), length, depth);
        return;
      }
      const small = size <= HELD && length <= HELD ? inflateAtOnce(access.read(start, length)) : undefined;
      if (small !== undefined) {
        this.#budget.expand(small.length);
        yield* this.open(this.#file(path, small), depth + 1);
      } else {
        const content = decompress(piecesOf(access, start, length), inflateRaw, this.#budget);
        yield* this.#member(path, content, undefined, depth);
      }
    } catch (error) {
      if (!(error instanceof DamagedArchive)) throw error;
      this.damaged(path, error);
    }
  }

  async *#member(
    path: string,
    content: AsyncIterable<Uint8Array>,
    size: number | undefined,
    depth: number,
  ): AsyncGenerator<OpenFile> {
    for await (const file of this.#opened(path, content, size)) yield* this.open(file, depth + 1);
  }

  /** One file of a content that comes in pieces: held whole when it is small, else read as it comes, once. */
  async *#opened(path: string, content: AsyncIterable<Uint8Array>, size: number | undefined): AsyncGenerator<OpenFile> {
    const reader = new ByteReader(content);
    // Whoever reads it gets what is good of it; that it ends early is told after that.
    let failure: unknown;
    const untilFailure = async function* (length: number) {
      try {
        yield* reader.take(length);
      } catch (error) {
        failure = error;
      }
    };
    try {
      const pieces: Uint8Array[] = [];
      for await (const piece of untilFailure(Math.min(HELD, size ?? HELD))) pieces.push(piece);
      const held = Buffer.concat(pieces);
      if (held.length < HELD) yield this.#file(path, held);
      else {
        yield openFile({
          ...this.#common(path),
          size: size ?? held.length,
          head: held,
          content: undefined,
          async *stream() {
            yield held;
            yield* untilFailure(Number.POSITIVE_INFINITY);
          },
        });
      }
      if (failure !== undefined) throw failure;
    } finally {
      await reader.close();
    }
  }

  /** A zip archive is read from its end: one that comes out of another archive has to be held. */
  async #randomAccess(file: OpenFile): Promise<RandomAccess | undefined> {
    const { content, readAt, size } = file;
    if (content !== undefined)
      return { size: content.length, read: (position, length) => content.subarray(position, position + length) };
    if (readAt !== undefined) return { size, read: readAt };
    const { maxFileSize } = this.#options;
    const bytes = await new ByteReader(file.stream()).read(maxFileSize + 1);
    if (bytes.length > maxFileSize) {
      this.#tooMuch(file, `is larger than ${maxFileSize} bytes, and a zip archive within another is held whole`);
      return undefined;
    }
    return { size: bytes.length, read: (position, length) => bytes.subarray(position, position + length) };
  }

  #file(path: string, content: Uint8Array): OpenFile {
    return openFile({
      ...this.#common(path),
      size: content.length,
      head: content,
      content,
      async *stream() {
        yield content;
      },
    });
  }

  #common(path: string) {
    const { unit, commit, history } = this.#outer;
    const [member = ''] = path.slice(this.#outer.path.length + '!/'.length).split('!/');
    const image = this.#images?.get(member);
    return {
      path,
      unit,
      ...(image === undefined ? {} : { image }),
      ...(commit === undefined ? {} : { commit }),
      ...(history === undefined ? {} : { history }),
      close: () => undefined,
    };
  }

  #tooMuch(file: OpenFile, what: string): void {
    this.problem(problemOf(archiveLimit(file.path, what), { path: file.path }));
  }

  damaged(path: string, error: DamagedArchive): void {
    this.problem({ code: 'ERR_SCAN_SYNTAX', message: `${path}: ${error.message}`, location: { path } });
  }

  #leaveOut(reason: NotRead, path: string): void {
    const known = this.#notRead.get(reason);
    if (known === undefined) this.#notRead.set(reason, { count: 1, first: path });
    else known.count++;
  }

  tellNotRead(): void {
    const { path } = this.#outer;
    for (const [reason, { count, first }] of this.#notRead) {
      const more = count === 1 ? '' : ` and ${count - 1} more`;
      const message = `${first}${more}: not read, ${NOT_READ[reason]}`;
      this.#options.notRead(reason, { count, message, location: { path } });
    }
  }

  /** Tells a problem; of an archive that has nothing else, the first ones. */
  problem(problem: Problem): void {
    this.#problems++;
    const { path } = this.#outer;
    // The message names the member; the place is the file, which is what can be left out or accepted.
    if (this.#problems < MOST_PROBLEMS) this.#options.problem({ ...problem, location: { path } });
    else if (this.#problems === MOST_PROBLEMS)
      this.#options.problem({ ...problem, message: `${path}: further members cannot be read`, location: { path } });
  }
}

/** Undefined when there is more than is held, or it is damaged: then what is good of it comes by streaming. */
function inflateAtOnce(bytes: Uint8Array): Uint8Array | undefined {
  try {
    return inflateRawSync(bytes, { maxOutputLength: HELD });
  } catch (error) {
    if (isZlibError(error)) return undefined;
    throw error;
  }
}

/** Whether a member of a tar archive may be of an image that `docker save` wrote. */
function mayBeOfImage(name: string): boolean {
  return name.startsWith('blobs/') || name.endsWith('/layer.tar') || /^[0-9a-f]{64}\./.test(name);
}

/** What comes as a stream alone would have to be read twice. */
async function namesIn({ content, readAt, size }: OpenFile): Promise<ReadonlyMap<string, string>> {
  const read =
    content === undefined
      ? readAt
      : (position: number, length: number) => content.subarray(position, position + length);
  if (read === undefined) return new Map();
  // Few archives are of images.
  const { imageNames } = await import('./image-names.ts');
  return imageNames({ size, read });
}

async function* piecesOf(access: RandomAccess, start: number, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < length; at += PIECE) yield access.read(start + at, Math.min(PIECE, length - at));
}

function from({ size, read }: RandomAccess, start: number): RandomAccess {
  return { size: size - start, read: (position, length) => read(start + position, length) };
}

/** What a compressed file holds has its name, without the ending that says so. */
function innerPath(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return `${path}!/${name.replace(/\.(?:gz|zst|[a-z]{1,4}z)$/i, '')}`;
}
