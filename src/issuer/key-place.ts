import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../errors.ts';
import type { IssuerStore } from '../store/issuer/issuer-store.ts';
import { Sealer } from './sealer.ts';

/** Where the issuer's own keys are kept. */
export interface KeyPlace {
  /** For messages. */
  readonly name: string;
  /** Undefined when there are none yet. */
  read(): Promise<{ readonly text: string; readonly version: number } | undefined>;
  /** @returns false when somebody else has written since `version` was read (0: there were none). */
  write(text: string, version: number): Promise<boolean>;
}

const KEYS = 'signing keys';

/**
 * `keys.json` in a folder (0700) for one daemon; 0600, and sealed where there is a sealer. A file that others may read is refused.
 *
 * @throws {AppError} ERR_STORE_KEY
 */
export function keyFile(folder: string, sealer?: Sealer): KeyPlace {
  const file = join(folder, 'keys.json');
  return {
    name: file,
    async read() {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await chmod(folder, 0o700);
      const text = await readPrivate(file);
      if (text === undefined) return undefined;
      if (!Sealer.isSealed(text)) return { text, version: 1 };
      if (sealer === undefined)
        throw new AppError('ERR_STORE_KEY', `${file}: is sealed, and there is no issuer.encryption_key`);
      return { text: sealer.open(KEYS, text), version: 1 };
    },
    async write(text) {
      await writeWhole(file, sealer === undefined ? text : sealer.seal(KEYS, text));
      return true;
    },
  };
}

/** The database that several daemons share; always sealed. */
export function keyTable(store: Pick<IssuerStore, 'read' | 'write' | 'now'>, sealer: Sealer): KeyPlace {
  return {
    name: KEYS,
    async read() {
      const found = await store.read(({ sealed }) => sealed.find(KEYS));
      return found === undefined ? undefined : { text: sealer.open(KEYS, found.body), version: found.version };
    },
    async write(text, version) {
      const body = sealer.seal(KEYS, text);
      return await store.write(({ sealed }) =>
        version === 0 ? sealed.insert(KEYS, body, store.now()) : sealed.replace(KEYS, version, body, store.now()),
      );
    },
  };
}

async function readPrivate(file: string): Promise<string | undefined> {
  try {
    const handle = await open(file, 'r');
    try {
      const mode = (await handle.stat()).mode & 0o077;
      if (mode !== 0)
        throw new AppError('ERR_STORE_KEY', `${file}: others than its owner may use it`, { hint: `chmod 600 ${file}` });
    } finally {
      await handle.close();
    }
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    if (error instanceof AppError) throw error;
    throw new AppError('ERR_STORE_KEY', `${file}: cannot be read`, { cause: error });
  }
}

/** Never half a key file: written beside, synced, then renamed. */
async function writeWhole(file: string, text: string): Promise<void> {
  const fresh = `${file}.${randomBytes(4).toString('hex')}`;
  const handle = await open(fresh, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(fresh, file);
}
