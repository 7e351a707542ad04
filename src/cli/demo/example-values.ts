import { randomBytes, randomInt } from 'node:crypto';

const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** What the templates of the example organisation are filled with; random, so that no two runs share a secret. */
export function exampleValues(databasePort: number): Readonly<Record<string, string>> {
  const account = '480216739051';
  return {
    aws_account: account,
    aws_access_key_id: awsKeyId(account),
    aws_secret_access_key: pick(ALPHANUMERIC, 40),
    unused_key_id: awsKeyId(account),
    billing_key_1_id: awsKeyId(account),
    billing_key_2_id: awsKeyId(account),
    database_password: pick(ALPHANUMERIC, 28),
    database_port: String(databasePort),
    stripe_key: ['sk', 'live', pick(ALPHANUMERIC, 32)].join('_'),
  };
}

/**
 * An access key id that says which account it belongs to, as real ones do: 80 bits in base32, of which bits 1 to 40 after the
 * top one are the account number.
 */
function awsKeyId(account: string): string {
  const bits = ((1n << 47n) | (BigInt(account) << 7n)).toString(2).padStart(48, '0');
  const tail = [...randomBytes(4)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const groups = (bits + tail).match(/.{5}/g) ?? [];
  return `AKIA${groups.map((group) => BASE32[Number.parseInt(group, 2)]).join('')}`;
}

function pick(alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
}
