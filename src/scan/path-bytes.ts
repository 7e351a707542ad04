import { lstatSync, realpathSync } from 'node:fs';
import { sep } from 'node:path';

const ESCAPE = /\\x([0-9a-f]{2})/;

/** A path as it is shown: a name in it that is no UTF-8 has its bytes above ASCII, and backslashes, as `\xff`. */
export function showPath(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
  // Only where a byte could not be read, or a name really has this character, each name is looked at.
  return text.includes('\ufffd') ? Buffer.from(bytes).toString('latin1').split('/').map(showName).join('/') : text;
}

/**
 * Where a file is that is shown by a path, as the system calls it: bytes where a name is no UTF-8. A file that really has
 * the name which another one is shown by comes first.
 *
 * @param path - absolute.
 */
export function placeOf(path: string): string | Buffer {
  // Where names are UTF-16, none is shown by its bytes, and a backslash separates.
  if (sep !== '/' || !ESCAPE.test(path)) return path;
  const slash = path.lastIndexOf('/');
  const name = path.slice(slash + 1);
  const parent = slash > 0 ? placeOf(path.slice(0, slash)) : '';
  const inParent = (bytes: Buffer) => Buffer.concat([Buffer.from(parent), Buffer.from('/'), bytes]);
  const literal = inParent(Buffer.from(name));
  if (!ESCAPE.test(name) || exists(literal)) return typeof parent === 'string' ? path : literal;
  return inParent(
    Buffer.from(
      name.replaceAll(new RegExp(ESCAPE, 'g'), (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
      'latin1',
    ),
  );
}

/** As `realpathSync`, of what is shown by an absolute path, as it is shown. */
export function realPath(path: string): string {
  const place = placeOf(path);
  return typeof place === 'string' ? realpathSync(place) : showPath(realpathSync.native(place, { encoding: 'buffer' }));
}

function showName(latin1: string): string {
  const bytes = Buffer.from(latin1, 'latin1');
  const text = bytes.toString('utf8');
  if (Buffer.from(text).equals(bytes)) return text;
  return latin1.replaceAll(/[\\\x80-\xff]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16)}`);
}

function exists(place: Buffer): boolean {
  try {
    return lstatSync(place, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}
