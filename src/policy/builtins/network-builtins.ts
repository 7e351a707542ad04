import { isIPv4, isIPv6 } from 'node:net';
import { RegoSet } from '../evaluation/value.ts';
import { type Builtin, LeftToOpa } from './builtin.ts';
import { stringAt } from './operands.ts';

/** More addresses than this are a mistake, which OPA may end as it likes. */
const MAX_EXPANDED_BITS = 16;

/** Builtins over CIDR blocks that OPA's WASM runtime lacks, or gets wrong for IPv4 within IPv6. */
export const NETWORK_BUILTINS: Readonly<Record<string, Builtin>> = {
  'net.cidr_contains': (operands) => {
    const [whole, part] = [blockOf(stringAt(operands, 0)), blockOf(stringAt(operands, 1), true)];
    return whole.prefix <= part.prefix && overlap(whole, part);
  },

  'net.cidr_intersects': (operands) => overlap(blockOf(stringAt(operands, 0)), blockOf(stringAt(operands, 1))),

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

interface Block {
  readonly bits: 32 | 128;
  readonly prefix: number;
  readonly address: bigint;
}

/** @param orAddress - whether an address without length is a block of one. */
function blockOf(text: string, orAddress = false): Block {
  const [address = '', length] = text.split('/');
  const bits = isIPv4(address) ? 32 : 128;
  const cidr = length === undefined && orAddress ? `${text}/${bits}` : text;
  if (!isCidr(cidr)) throw new LeftToOpa('no block');
  const prefix = length === undefined ? bits : Number(length);
  if (bits === 32) return { bits, prefix, address: BigInt(toNumber(address)) };
  const value = (ipv6Number(address) >> BigInt(128 - prefix)) << BigInt(128 - prefix);
  // Go treats addresses of IPv4 that are written as IPv6 as what they are.
  if (value >> 32n === 0xffffn) return { bits: 32, prefix: prefix - 96, address: value & 0xffffffffn };
  return { bits, prefix, address: value };
}

/** Two blocks are one within the other, or have nothing in common. */
function overlap(one: Block, other: Block): boolean {
  const hostBits = BigInt(one.bits - Math.min(one.prefix, other.prefix));
  return one.bits === other.bits && one.address >> hostBits === other.address >> hostBits;
}

function ipv6Number(text: string): bigint {
  const [head = [], tail] = text.split('::').map((half) => (half === '' ? [] : half.split(':').flatMap(toGroups)));
  const groups = tail === undefined ? head : [...head, ...Array(8 - head.length - tail.length).fill(0), ...tail];
  return groups.reduce((number, group) => (number << 16n) | BigInt(group), 0n);
}

/** An address of IPv4 may stand for the last two. */
function toGroups(text: string): readonly number[] {
  if (!text.includes('.')) return [Number.parseInt(text, 16)];
  return [Math.floor(toNumber(text) / 65536), toNumber(text) % 65536];
}

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
