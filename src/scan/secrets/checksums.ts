import { crc32 } from 'node:zlib';

/** Whether the last characters of a token are the checksum of the others. */
export type Checksum = (token: string) => boolean;

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
