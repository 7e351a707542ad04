import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { AppError } from '../../errors.ts';
import type { SecretValue } from '../../model/secret-value.ts';
import type { BundleFiles } from './bundle-files.ts';
import { tooLarge } from './bundle-files.ts';
import { download, shownUrl } from './download.ts';
import { readArchive } from './read-archive.ts';
import { readFolder } from './read-folder.ts';
import type { SignatureRule } from './verify-signature.ts';

/** Where a bundle comes from, and what is asked of it. */
export interface BundleSource {
  /** Short and unique: stands in revisions and messages. */
  readonly name: string;
  readonly from:
    | {
        readonly url: URL;
        readonly credential?: SecretValue;
        /** PEM, besides the authorities that the runtime trusts. */
        readonly ca?: string;
        /** Milliseconds for a download. */
        readonly timeout: number;
      }
    /** A `.tar.gz` or a folder, absolute; `shown` is how people know it. A passing copy is not kept. */
    | { readonly path: string; readonly shown: string; readonly passing?: true };
  /** Milliseconds from one look to the next. */
  readonly interval: number;
  /** Bytes, packed and unpacked. */
  readonly maxSize: number;
  readonly signature?: SignatureRule;
  /** A signature is not looked at. */
  readonly unsigned: boolean;
}

export type FetchedBundle = 'unchanged' | { readonly files: BundleFiles; readonly etag?: string };

/**
 * Reads what a source has now.
 *
 * @param etag - of what is there already.
 * @throws AppError ERR_POLICY_UNREACHABLE, ERR_POLICY_NOT_FOUND, ERR_POLICY_BUNDLE
 */
export async function fetchBundle({ from, ...source }: BundleSource, etag: string | undefined): Promise<FetchedBundle> {
  if ('path' in from) return { files: await readPath(from, source.maxSize) };
  const downloaded = await download({ ...from, maxSize: source.maxSize, ...(etag === undefined ? {} : { etag }) });
  if (downloaded === 'unchanged') return downloaded;
  const { bytes, ...rest } = downloaded;
  return { files: await readArchive(bytes, source), ...rest };
}

/** How people know where a bundle comes from, without what may be secret in it. */
export function shownSource({ from }: BundleSource): string {
  return 'url' in from ? shownUrl(from.url) : from.shown;
}

/** Tells one place from another; what was kept of one says nothing of the other. In hex. */
export function sourceId({ name, from }: BundleSource): string {
  const place = 'url' in from ? from.url.href : from.path;
  return createHash('sha256')
    .update(JSON.stringify([name, place]))
    .digest('hex');
}

async function readPath({ path, shown }: { readonly path: string; readonly shown: string }, maxSize: number) {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw new AppError('ERR_POLICY_NOT_FOUND', `${shown}: no such file or folder`);
  if (found.isDirectory()) return readFolder(path, { maxSize });
  if (!found.isFile()) throw new AppError('ERR_POLICY_NOT_FOUND', `${shown}: neither a file nor a folder`);
  if (found.size > maxSize) throw tooLarge({ maxSize });
  return readArchive(await readFile(path), { maxSize });
}
