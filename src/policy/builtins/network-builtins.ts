import { isIPv4, isIPv6 } from 'node:net';
import { RegoSet } from '../evaluation/value.ts';
import { type Builtin, LeftToOpa } from './builtin.ts';
import { stringAt } from './operands.ts';

/** More addresses than this are a mistake, which OPA may end as it likes. */
const MAX_EXPANDED_BITS = 16;

/** Builtins over CIDR blocks that OPA's WASM runtime lacks. */
export const NETWORK_BUILTINS: Readonly<Record<string, Builtin>> = {
  'net.cidr_is_valid': ([text]) => typeof text === 'string' && isCidr(text),

  'net.cidr_expand': (operands) => {
    const match = /^([0-9.]+)\/([0-9]+)$/.exec(stringAt(operands, 0));
    const [, address = '', length = ''] = match ?? [];
    const bits = 32 - Number(length);
    if (!isCidr(`${address}/${length}`) || bits > MAX_EXPANDED_BITS) throw new LeftToOpa('not a small IPv4 block');
    const first = (toNumber(address) >>> bits) << bits;
    return new RegoSet(Array.from({ length: 2 ** bits }, (_, offset) => toAddress(first + offset)));
  },
};

/** As Go's `net.ParseCIDR`: no zone in the address; leading zeros only in the length. */
function isCidr(text: string): boolean {
  const [address = '', length = '', ...rest] = text.split('/');
  if (rest.length > 0 || !/^[0-9]+$/.test(length) || address.includes('%')) return false;
  return (isIPv4(address) && Number(length) <= 32) || (isIPv6(address) && Number(length) <= 128);
}

function toNumber(address: string): number {
  return address.split('.').reduce((number, octet) => number * 256 + Number(octet), 0);
}

function toAddress(number: number): string {
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.');
}
