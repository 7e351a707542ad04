import { AppError } from '../../errors.ts';
import type { ArchiveLimits } from './archive-limits.ts';

/** Below this many bytes nobody is hurt, however well it was compressed. */
const RATIO_COUNTS_FROM = 16 * 1024 ** 2;

/** Counts what one file expands to, over all the archives inside of it, and fails when it is too much. */
export class ArchiveBudget {
  readonly #path: string;
  readonly #size: number;
  readonly #limits: ArchiveLimits;
  readonly #clock: () => number;
  readonly #deadline: number;
  #members = 0;
  #expanded = 0;

  /**
   * @param path - of the outermost file, for errors.
   * @param size - of it, in bytes.
   * @param clock - milliseconds that only grow.
   */
  constructor(path: string, size: number, limits: ArchiveLimits, clock: () => number = () => performance.now()) {
    this.#path = path;
    this.#size = size;
    this.#limits = limits;
    this.#clock = clock;
    this.#deadline = clock() + limits.seconds * 1_000;
  }

  /** @throws AppError ERR_SCAN_LIMIT */
  member(): void {
    this.#members++;
    if (this.#members > this.#limits.members) throw this.#error(`has more than ${this.#limits.members} members`);
    this.#checkTime();
  }

  /**
   * Counts bytes that came out of something compressed, or of a part of the file that others may share.
   *
   * @throws AppError ERR_SCAN_LIMIT
   */
  expand(bytes: number): void {
    this.#expanded += bytes;
    const { expandedSize, ratio } = this.#limits;
    if (this.#expanded > expandedSize) throw this.#error(`expands to more than ${expandedSize} bytes`);
    if (this.#expanded > RATIO_COUNTS_FROM && this.#expanded > ratio * this.#size)
      throw this.#error(`expands to more than ${ratio} times its size`);
    this.#checkTime();
  }

  #checkTime(): void {
    if (this.#clock() > this.#deadline) throw this.#error(`takes more than ${this.#limits.seconds} seconds`);
  }

  #error(what: string): AppError {
    return archiveLimit(this.#path, what);
  }
}

/** An error that says which limit an archive, or a member of one, is beyond. */
export function archiveLimit(path: string, what: string): AppError {
  return new AppError('ERR_SCAN_LIMIT', `${path}: ${what}: the rest was not read`, {
    hint: 'raise scan.archive_limits, or leave the file out by scan.exclude',
    details: { location: { path } },
  });
}
