/** Unit of a tar archive, in bytes. */
export const TAR_BLOCK = 512;

/** One header block, as it stands in the archive. */
export interface TarHeader {
  readonly name: Buffer;
  /** One character, NUL in archives older than POSIX. */
  readonly type: string;
  /** Bytes of content that follow. */
  readonly size: number;
  /** GNU's old sparse format: blocks with more of the map of the file follow before its content. */
  readonly moreSparse: boolean;
}

const CHECKSUM = 148;
const TYPE = 156;
const MAGIC = 257;
const PREFIX = 345;
const MORE_SPARSE = 482;

/** Whether a block is a header: its checksum says so (POSIX.1-2017, pax, "ustar Interchange Format"). */
export function isTarHeader(block: Uint8Array): boolean {
  // Most files are none, and are told by one byte: the name ends, or fills its field.
  if (block[0] === 0 || block[CHECKSUM] === 0) return false;
  const stored = readNumber(block, CHECKSUM, 8);
  if (stored === undefined || stored === 0) return false;
  let sum = 0;
  let signed = 0;
  for (let index = 0; index < TAR_BLOCK; index++) {
    const byte = index >= CHECKSUM && index < CHECKSUM + 8 ? 32 : (block[index] as number);
    sum += byte;
    signed += byte < 128 ? byte : byte - 256;
  }
  return stored === sum || stored === signed;
}

/** Reads a header block; undefined for what is none. */
export function readTarHeader(block: Uint8Array): TarHeader | undefined {
  if (!isTarHeader(block)) return undefined;
  const size = readNumber(block, 124, 12);
  if (size === undefined) return undefined;
  const type = String.fromCharCode(block[TYPE] as number);
  const magic = Buffer.from(block.subarray(MAGIC, MAGIC + 8)).toString('latin1');
  const name = field(block, 0, 100);
  const prefix = magic.startsWith('ustar\0') ? field(block, PREFIX, 155) : Buffer.alloc(0);
  return {
    name: prefix.length === 0 ? name : Buffer.concat([prefix, Buffer.from('/'), name]),
    type,
    size,
    moreSparse: type === 'S' && block[MORE_SPARSE] !== 0,
  };
}

function field(block: Uint8Array, start: number, length: number): Buffer {
  const bytes = Buffer.from(block.subarray(start, start + length));
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}

/** Octal digits, or GNU's form for what is too large for them: the first bit set, then big-endian. */
function readNumber(block: Uint8Array, start: number, length: number): number | undefined {
  if (((block[start] as number) & 0x80) !== 0) {
    let value = (block[start] as number) & 0x7f;
    for (let index = start + 1; index < start + length; index++) value = value * 256 + (block[index] as number);
    return Number.isSafeInteger(value) ? value : undefined;
  }
  const digits = field(block, start, length).toString('latin1').trim();
  return /^[0-7]*$/.test(digits) ? Number.parseInt(`0${digits}`, 8) : undefined;
}
