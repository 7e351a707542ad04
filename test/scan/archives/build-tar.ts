export interface TarEntry {
  readonly name: string | Buffer;
  readonly content?: Buffer | string;
  /** `0` (a file) unless told. */
  readonly type?: string;
  /** Instead of the true size. */
  readonly claimedSize?: number;
  /** Without the mark of POSIX, as before it. */
  readonly old?: boolean;
  readonly prefix?: string;
  /** The size in GNU's form for large numbers. */
  readonly binarySize?: boolean;
}

const BLOCK = 512;

/** Builds a tar archive block by block. */
export function buildTar(entries: readonly TarEntry[], end = true): Buffer {
  const blocks = entries.flatMap((entry) => {
    const content = Buffer.from(entry.content ?? '');
    return [tarHeader(entry, content.length), content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(end ? 2 * BLOCK : 0)]);
}

/** A record of a pax header, which counts its own length. */
export function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  let length = Buffer.byteLength(rest) + 1;
  while (String(length).length + Buffer.byteLength(rest) > length) length++;
  return `${length}${rest}`;
}

function tarHeader(entry: TarEntry, length: number): Buffer {
  const header = Buffer.alloc(BLOCK);
  const size = entry.claimedSize ?? length;
  Buffer.from(entry.name).copy(header, 0, 0, 100);
  header.write('0000644\0', 100);
  if (entry.binarySize === true) {
    header[124] = 0x80;
    header.writeUIntBE(size, 130, 6);
  } else header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  header.write(entry.type ?? '0', 156);
  if (entry.old !== true) header.write('ustar\x0000', 257, 'latin1');
  if (entry.prefix !== undefined) header.write(entry.prefix, 345);
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}
