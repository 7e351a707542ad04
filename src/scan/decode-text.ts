const NUL = 0;

/** The encoding that a byte order mark says, and the length of the mark. */
interface ByteOrder {
  readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be';
  readonly mark: 0 | 2 | 3;
}

/**
 * Reads the byte order mark; UTF-8 without one. UTF-32 counts as something else than text here: what looks for text among
 * NUL bytes finds it.
 */
export function byteOrder(bytes: Uint8Array): ByteOrder {
  const isUtf32 = bytes.length >= 4 && bytes[2] === NUL && bytes[3] === NUL;
  if (bytes[0] === 0xff && bytes[1] === 0xfe && !isUtf32) return { encoding: 'utf-16le', mark: 2 };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { encoding: 'utf-16be', mark: 2 };
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return { encoding: 'utf-8', mark: 3 };
  return { encoding: 'utf-8', mark: 0 };
}

/** Text of a file: the byte order mark is honoured and dropped, invalid bytes become U+FFFD. Never fails. */
export function decodeText(bytes: Uint8Array): string {
  const { encoding, mark } = byteOrder(bytes);
  const body = Buffer.from(bytes.buffer, bytes.byteOffset + mark, bytes.byteLength - mark);
  return encoding === 'utf-8' ? body.toString('utf8') : new TextDecoder(encoding).decode(body);
}

/** Whether the beginning of a file says that it is no text: NUL bytes, and no UTF-16 byte order mark. */
export function looksBinary(head: Uint8Array): boolean {
  return byteOrder(head).encoding === 'utf-8' && head.includes(NUL);
}
