import { hexNumber } from './code-of.ts';

const SEXTET = new Int8Array(256).fill(-1);
[...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'].forEach((character, value) => {
  SEXTET[character.charCodeAt(0)] = value;
});
SEXTET['-'.charCodeAt(0)] = 62;
SEXTET['_'.charCodeAt(0)] = 63;

const NOTHING = 0;
const ASCII_TEXT = 1;
const HIGH = 2;
const NUL = 3;
const KIND = new Uint8Array(256);
KIND.fill(ASCII_TEXT, 0x20, 0x7f).fill(HIGH, 0x80);
KIND[0] = NUL;
for (const space of '\t\n\r') KIND[space.charCodeAt(0)] = ASCII_TEXT;

const MOST_HIGH = 4;
const GROUPS = 6;
const PAIRS = 12;

/**
 * Whether the first bytes of a run of base64 say text: in ASCII, with some other characters in UTF-8, or in UTF-16. Of runs
 * that were drawn at random one of millions does, and most are told by their first group.
 */
export function base64SaysText(bytes: Uint8Array, start: number): boolean {
  let high = 0;
  let nul = 0;
  for (let group = 0; group < GROUPS; group++) {
    const at = start + group * 4;
    const value =
      ((SEXTET[bytes[at] as number] as number) << 18) |
      ((SEXTET[bytes[at + 1] as number] as number) << 12) |
      ((SEXTET[bytes[at + 2] as number] as number) << 6) |
      (SEXTET[bytes[at + 3] as number] as number);
    if (value < 0) return false;
    for (let index = 0; index < 3; index++) {
      const kind = KIND[(value >> (16 - 8 * index)) & 0xff] as number;
      if (kind === NOTHING) return false;
      if (kind === HIGH) high++;
      if (kind === NUL) nul += isSecond(group * 3 + index) ? 1 : GROUPS * 3;
    }
    if (high > MOST_HIGH) return false;
  }
  return nul === 0 || isEachSecond(nul, GROUPS * 3);
}

/** As `base64SaysText`, of hex digits. */
export function hexSaysText(bytes: Uint8Array, start: number): boolean {
  let high = 0;
  let nul = 0;
  for (let pair = 0; pair < PAIRS; pair++) {
    const value = hexNumber(bytes, start + 2 * pair, 2);
    if (value < 0 || KIND[value] === NOTHING) return false;
    if (KIND[value] === HIGH) high++;
    if (KIND[value] === NUL) nul += isSecond(pair) ? 1 : PAIRS;
  }
  return high <= MOST_HIGH && (nul === 0 || isEachSecond(nul, PAIRS));
}

/** What gzip begins with (RFC 1952, 2.3), in base64 and in hex. */
const GZIP = Buffer.from('1f8b08', 'hex');
const GZIP_BASE64 = Buffer.from(GZIP.toString('base64'));
const GZIP_HEX = Buffer.from(GZIP.toString('hex'));

/** Whether a run of base64 says something that was compressed. */
export function base64SaysGzip(bytes: Uint8Array, start: number): boolean {
  return GZIP_BASE64.every((byte, index) => bytes[start + index] === byte);
}

/** As `base64SaysGzip`, of hex digits. */
export function hexSaysGzip(bytes: Uint8Array, start: number): boolean {
  return GZIP_HEX.every((byte, index) => bytes[start + index] === byte);
}

function isSecond(index: number): boolean {
  return index % 2 === 1;
}

/** In UTF-16 the second byte of nearly all characters is nothing, and never the first one. */
function isEachSecond(nul: number, length: number): boolean {
  return nul >= length / 2 - 2 && nul <= length / 2;
}
