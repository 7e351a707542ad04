import type { Decoder } from '../decoder.ts';

/** As a decoder of private keys, for those in the clear: one that is encrypted is found by a rule of its own. */
export function inTheClear(decode: Decoder): Decoder {
  return (input) => {
    const decoded = decode(input);
    return decoded?.facts?.encrypted === true ? undefined : decoded;
  };
}

/** As a decoder of private keys, for those that a passphrase protects: worth less, and a thing to know. */
export function underPassphrase(decode: Decoder): Decoder {
  return (input) => {
    const decoded = decode(input);
    return decoded?.facts?.encrypted === true ? decoded : undefined;
  };
}
