import { createInterface } from 'node:readline';
import { type Readable, Writable } from 'node:stream';
import { scannersWith } from '../../../scanners/index.ts';
import { AppError } from '../../errors.ts';
import type { Inventory } from '../../model/inventory.ts';
import { mergeBodies } from '../../model/merge.ts';
import type { StaticSecret } from '../../model/static-secret.ts';
import { decodeText } from '../../scan/decode-text.ts';
import type { ScanContext } from '../../scan/scanner.ts';
import type { SecretSettings } from '../../scan/secrets/secret-settings.ts';

/** A string is a line or a key file, not a tree. */
const MOST_BYTES = 1024 * 1024;

/** Where static secrets of a string stand that somebody hands in: never in the store. */
export const STDIN = '(stdin)';

/** What somebody handed in, read as a scan would: nothing of it is kept but fingerprints and decoded facts. */
export interface ReadString {
  readonly secrets: readonly StaticSecret[];
  /** Of the string as it is, without the line end. */
  readonly fingerprint: string;
}

/**
 * Reads a string from stdin with the rules for secrets.
 *
 * @throws {AppError} ERR_USAGE when there is nothing, or more than a string.
 */
export async function readString(
  stdin: Readable,
  settings: SecretSettings,
  { now, fingerprint }: Pick<ScanContext, 'now' | 'fingerprint'>,
): Promise<ReadString> {
  const bytes = await readBytes(stdin);
  const text = decodeText(bytes);
  const bare = text.replace(/\r?\n$/, '');
  if (bare === '')
    throw new AppError('ERR_USAGE', 'there is nothing on stdin', {
      hint: 'pipe the string in: pbpaste | lapse show --stdin',
    });
  const { secrets: scanner } = await scannersWith(settings);
  const found = new Map<string, StaticSecret>();
  await scanner.read(
    {
      path: STDIN,
      size: bytes.length,
      text,
      head: bytes.subarray(0, 65_536),
      binary: false,
      content: bytes,
      readText: async () => text,
      async *stream() {
        yield bytes;
      },
    },
    {
      now,
      fingerprint,
      cluster: 'stdin',
      honourComments: false,
      emit({ kind, body }) {
        if (kind === 'secret') found.set(body.id, body);
      },
      problem: () => undefined,
    },
  );
  return { secrets: [...found.values()], fingerprint: fingerprint(bare) };
}

async function readBytes(stdin: Readable): Promise<Buffer> {
  if ('isTTY' in stdin && stdin.isTTY === true) return Buffer.from(await readHidden(stdin));
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of stdin) {
    const bytes = Buffer.from(piece);
    size += bytes.length;
    if (size > MOST_BYTES)
      throw new AppError('ERR_USAGE', 'there is more on stdin than a string', { hint: 'lapse scan reads files' });
    pieces.push(bytes);
  }
  return Buffer.concat(pieces);
}

/** One line of a terminal, that nobody looking on can read. */
async function readHidden(stdin: Readable): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: silent, terminal: true });
  try {
    for await (const line of lines) return line;
  } finally {
    lines.close();
  }
  return '';
}

/** The view with what was handed in beside what scans have found; nothing of it goes to the store. */
export function withString(inventory: Inventory, { secrets }: ReadString): Inventory {
  if (secrets.length === 0) return inventory;
  const all = new Map(inventory.secrets);
  for (const secret of secrets) {
    const known = all.get(secret.id);
    // What a scan has found keeps its places; the string may show more of what it is.
    all.set(
      secret.id,
      known === undefined ? secret : { ...mergeBodies('secret', known, { ...secret, locations: [] }) },
    );
  }
  return { ...inventory, secrets: all };
}

/** Ids of the secrets of an inventory that a string is, or holds. */
export function idsOfString({ secrets }: Inventory, read: ReadString): readonly string[] {
  const held = read.secrets.filter(({ id }) => secrets.has(id)).map(({ id }) => id);
  const whole = [...secrets.values()].filter(({ fingerprint }) => fingerprint === read.fingerprint).map(({ id }) => id);
  return [...new Set([...held, ...whole])];
}
