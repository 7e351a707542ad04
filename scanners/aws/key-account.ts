const FORM = /^A(?:KIA|SIA)([A-Z2-7]{16})$/;
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/**
 * The account id inside an access key id; undefined for ids of before March 2019 (their fifth letter is I or J), which have
 * none, and for what is no key id.
 *
 * Source: Tal Be'ery, "A short note on AWS KEY ID" (2023): behind the prefix stands base32; the first bit is a flag, the next
 * forty are the account.
 */
export function accountOfKey(keyId: string): string | undefined {
  const body = FORM.exec(keyId)?.[1];
  if (body === undefined || body.startsWith('I') || body.startsWith('J')) return undefined;
  let bits = 0n;
  for (const letter of body) bits = (bits << 5n) | BigInt(BASE32.indexOf(letter));
  const account = (bits >> BITS_BEHIND) & ACCOUNT_MASK;
  return account.toString().padStart(12, '0');
}

const BITS_BEHIND = 39n;
const ACCOUNT_MASK = (1n << 40n) - 1n;
