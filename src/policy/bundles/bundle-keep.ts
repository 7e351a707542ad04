import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { BundleFiles } from './bundle-files.ts';
import { readArchive } from './read-archive.ts';
import { writeArchive } from './write-archive.ts';

const stateSchema = z.object({
  etag: z.string().optional(),
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  /** ISO 8601: when the source was last asked, and had nothing else. */
  checked: z.iso.datetime(),
});

export interface KeptBundle extends z.output<typeof stateSchema> {
  readonly files: BundleFiles;
}

const STATE = 'state.json';

/**
 * The last good bundle of one source, on disk: `<digest>.tar.gz`, and `state.json`, which says which one it is. Whoever can write
 * there can choose the policies that are not signed, so the folder must be nobody else's.
 */
export class BundleKeep {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Undefined where nothing was kept, or it can no longer be read. It is only as good as the checks that follow. */
  async recall(maxSize: number): Promise<KeptBundle | undefined> {
    try {
      const state = stateSchema.parse(JSON.parse(await readFile(join(this.#folder, STATE), 'utf8')));
      const files = await readArchive(await readFile(join(this.#folder, `${state.digest}.tar.gz`)), { maxSize });
      return { ...state, files };
    } catch {
      return undefined;
    }
  }

  /** Replaces what was kept; a crash in between leaves either the former or the new one. */
  async keep({ files, ...state }: KeptBundle): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const archive = `${state.digest}.tar.gz`;
    await this.#write(archive, writeArchive(files));
    await this.#write(STATE, Buffer.from(`${JSON.stringify(state)}\n`));
    for (const name of await readdir(this.#folder))
      if (name !== archive && name !== STATE) await rm(join(this.#folder, name), { force: true });
  }

  /** The source was asked again, and had nothing else. */
  async checked(state: Omit<KeptBundle, 'files'>): Promise<void> {
    const { etag, digest, checked } = state;
    await this.#write(STATE, Buffer.from(`${JSON.stringify({ etag, digest, checked })}\n`));
  }

  async #write(name: string, content: Buffer): Promise<void> {
    const temporary = join(this.#folder, `.${randomBytes(6).toString('hex')}`);
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, join(this.#folder, name));
  }
}
