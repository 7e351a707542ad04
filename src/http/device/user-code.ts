import { randomInt } from 'node:crypto';

/** RFC 8628 section 6.1: no vowels, so that no word comes of it, and nothing that looks like a digit. */
const ALPHABET = 'BCDFGHJKLMNPQRSTVWXZ';
const LENGTH = 8;

/** Eight letters: 2.5 × 10¹⁰ codes, of which a person may try a few. */
export function drawUserCode(): string {
  return Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}

/** `BCDF-GHJK`. */
export function showUserCode(code: string): string {
  return `${code.slice(0, LENGTH / 2)}-${code.slice(LENGTH / 2)}`;
}

/** What a person typed, in whatever case and with whatever between the letters; undefined when it can be no code. */
export function readUserCode(text: string): string | undefined {
  const code = text.toUpperCase().replace(/[\s\-–—_.]/g, '');
  return code.length === LENGTH && [...code].every((letter) => ALPHABET.includes(letter)) ? code : undefined;
}
