/** Sets of characters that a rule may say its secret is made of, by the names that encodings have. */
export const ALPHABETS = {
  ascii: /^[\x21-\x7e]+$/,
  base32: /^(?:[A-Z2-7]+|[a-z2-7]+)=*$/,
  base36: /^(?:[A-Z0-9]+|[a-z0-9]+)$/,
  base58: /^[1-9A-HJ-NP-Za-km-z]+$/,
  base62: /^[A-Za-z0-9]+$/,
  base64: /^[A-Za-z0-9+/]+={0,2}$/,
  base64url: /^[A-Za-z0-9_-]+={0,2}$/,
  digits: /^[0-9]+$/,
  hex: /^(?:[0-9a-f]+|[0-9A-F]+)$/,
} as const satisfies Record<string, RegExp>;

export type AlphabetName = keyof typeof ALPHABETS;
