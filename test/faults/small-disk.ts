import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const PIECE = Buffer.alloc(1 << 20);

/** A file system in memory that can be filled to the last byte; a plain folder where nothing may be mounted. */
export class SmallDisk {
  readonly folder: string;
  readonly #mounted: boolean;

  constructor(folder: string, megabytes: number) {
    mkdirSync(folder, { recursive: true });
    this.folder = folder;
    this.#mounted = asRoot('mount', '-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0755`, 'lapse-faults', folder);
  }

  get canBeFull(): boolean {
    return this.#mounted;
  }

  fill(): void {
    if (!this.#mounted) throw new TypeError(`${this.folder} is no disk of its own`);
    const file = openSync(this.#filler, 'a');
    try {
      for (;;) {
        const { bavail, bsize } = statfsSync(this.folder);
        if (bavail === 0) return;
        writeSync(file, PIECE, 0, Math.min(PIECE.length, bavail * bsize));
      }
    } catch (error) {
      // The last pages were taken by somebody else.
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    } finally {
      closeSync(file);
    }
  }

  free(): void {
    rmSync(this.#filler, { force: true });
  }

  remove(): void {
    if (this.#mounted) asRoot('umount', '-l', this.folder);
  }

  get #filler(): string {
    return join(this.folder, 'filler');
  }
}

function asRoot(program: string, ...args: string[]): boolean {
  const root = process.getuid?.() === 0;
  const [command = '', ...rest] = root ? [program, ...args] : ['sudo', '-n', program, ...args];
  return spawnSync(command, rest, { stdio: 'ignore' }).status === 0;
}
