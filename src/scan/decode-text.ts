import { TextDecoder } from 'node:util';

const NUL = 0;

/** The encoding that a byte order mark says, and the length of the mark. */
interface ByteOrder {
  readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be' | 'utf-32le' | 'utf-32be';
  readonly mark: 0 | 2 | 3 | 4;
}

/** Bytes that must be at hand before the byte order mark of what has as many is known. */
export const LONGEST_MARK = 4;

/** Reads the byte order mark; UTF-8 without one. */
export function byteOrder(bytes: Uint8Array): ByteOrder {
  const [first, second, third, fourth] = bytes;
  if (first === 0xff && second === 0xfe)
    return third === NUL && fourth === NUL ? { encoding: 'utf-32le', mark: 4 } : { encoding: 'utf-16le', mark: 2 };
  if (first === 0xfe && second === 0xff) return { encoding: 'utf-16be', mark: 2 };
  if (first === NUL && second === NUL && third === 0xfe && fourth === 0xff) return { encoding: 'utf-32be', mark: 4 };
  if (first === 0xef && second === 0xbb && third === 0xbf) return { encoding: 'utf-8', mark: 3 };
  return { encoding: 'utf-8', mark: 0 };
}

/** Decodes in pieces; the byte order mark is dropped, invalid bytes become U+FFFD. */
export function textDecoder(encoding: ByteOrder['encoding']): Pick<TextDecoder, 'decode'> {
  return encoding === 'utf-32le' || encoding === 'utf-32be'
    ? new Utf32Decoder(encoding === 'utf-32le')
    : new TextDecoder(encoding);
}

/** The Encoding Standard has no UTF-32. */
class Utf32Decoder implements Pick<TextDecoder, 'decode'> {
  readonly #littleEndian: boolean;
  #rest: Uint8Array = new Uint8Array();
  #begun = false;

  constructor(littleEndian: boolean) {
    this.#littleEndian = littleEndian;
  }

  decode(piece: Uint8Array = new Uint8Array(), { stream = false }: { readonly stream?: boolean } = {}): string {
    const bytes = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece]);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const end = bytes.length - (bytes.length % 4);
    let text = '';
    for (let at = 0; at < end; at += 4) {
      const code = view.getUint32(at, this.#littleEndian);
      if (code === 0xfeff && !this.#begun) continue;
      this.#begun = true;
      text += code > 0x10ffff || (code >= 0xd800 && code < 0xe000) ? '\ufffd' : String.fromCodePoint(code);
    }
    this.#rest = stream ? bytes.slice(end) : new Uint8Array();
    return stream || end === bytes.length ? text : `${text}\ufffd`;
  }
}

/** Text of a file: the byte order mark is honoured and dropped, invalid bytes become U+FFFD. Never fails. */
export function decodeText(bytes: Uint8Array): string {
  const { encoding, mark } = byteOrder(bytes);
  const body = Buffer.from(bytes.buffer, bytes.byteOffset + mark, bytes.byteLength - mark);
  return encoding === 'utf-8' ? body.toString('utf8') : textDecoder(encoding).decode(body);
}

/** Whether the beginning of a file says that it is no text: NUL bytes, and no byte order mark of UTF-16 or UTF-32. */
export function looksBinary(head: Uint8Array): boolean {
  return byteOrder(head).encoding === 'utf-8' && head.includes(NUL);
}
