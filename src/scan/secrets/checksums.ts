import { crc32 } from 'node:zlib';

/** Whether the last characters of a token are the checksum of the others. */
export type Checksum = (token: string) => boolean;

/** The characters of bech32 by their values, and the coefficients of its checksum. */
export const BECH32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const GENERATORS = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3] as const;

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Checksums that rules name. */
export const CHECKSUMS = {
  /**
   * GitHub and npm: the last six characters are the CRC-32 of the part between the prefix (to the first `_`) and them, in
   * base 62 with digits, upper case, lower case, filled up with zeros.
   * https://github.blog/engineering/behind-githubs-new-authentication-token-formats/
   */
  'crc32-base62': (token) => {
    const body = token.slice(token.indexOf('_') + 1, -6);
    return base62(crc32Of(body), 6) === token.slice(-6);
  },
  /**
   * Grafana: the eight hex digits behind the last `_` are the CRC-32 of all that is before it, its lowest byte first.
   * https://github.com/grafana/grafana/blob/main/pkg/components/satokengen/tokengen.go
   */
  'crc32-hex': (token) => {
    const mark = token.lastIndexOf('_');
    return mark > 0 && crc32HexOf(token.slice(0, mark)) === token.slice(mark + 1).toLowerCase();
  },
  /** age and Nostr: the last six characters, of BIP 173. https://github.com/bitcoin/bips/blob/master/bip-0173.mediawiki */
  bech32: (token) => {
    const text = token.toLowerCase();
    const mark = text.lastIndexOf('1');
    const data = [...text.slice(mark + 1, -6)].map((character) => BECH32.indexOf(character));
    return mark > 0 && !data.includes(-1) && bech32Checksum(text.slice(0, mark), data) === text.slice(-6);
  },
} as const satisfies Record<string, Checksum>;

export type ChecksumName = keyof typeof CHECKSUMS;

/** Digits, upper case, lower case; filled up with zeros on the left. */
export function base62(value: number, width: number): string {
  let text = '';
  for (let rest = value; rest > 0; rest = Math.floor(rest / 62)) text = BASE62.charAt(rest % 62) + text;
  return text.padStart(width, '0');
}

/** CRC-32 of zlib and PNG, of the UTF-8 bytes. */
export function crc32Of(text: string): number {
  return crc32(text);
}

/** CRC-32 as eight hex digits, its lowest byte first. */
export function crc32HexOf(text: string): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(crc32(text));
  return bytes.toString('hex');
}

/** The checksum of bech32 (BIP 173) over data that is given as values of five bits each: six characters. */
export function bech32Checksum(humanPart: string, data: readonly number[]): string {
  const codes = [...humanPart].map((character) => character.charCodeAt(0));
  const values = [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31), ...data];
  const sum = polymod([...values, 0, 0, 0, 0, 0, 0]) ^ 1;
  return [25, 20, 15, 10, 5, 0].map((shift) => BECH32.charAt((sum >> shift) & 31)).join('');
}

function polymod(values: readonly number[]): number {
  let sum = 1;
  for (const value of values) {
    const top = sum >>> 25;
    sum = ((sum & 0x1ffffff) << 5) ^ value;
    for (const [index, generator] of GENERATORS.entries()) if (((top >> index) & 1) === 1) sum ^= generator;
  }
  return sum >>> 0;
}
