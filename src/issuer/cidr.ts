import { isIP } from 'node:net';

/** A network such as `10.2.0.0/16`, as numbers that can be compared. */
interface Network {
  readonly family: 4 | 6;
  readonly address: bigint;
  readonly bits: number;
}

/** Whether `text` is a network in CIDR form. */
export function isCidr(text: string): boolean {
  return parse(text) !== undefined;
}

/**
 * Whether an address lies in one of the networks. An IPv4 address that came in mapped form (`::ffff:10.0.0.1`) is the IPv4 address.
 * What cannot be read lies nowhere.
 */
export function inCidrs(address: string, cidrs: readonly string[]): boolean {
  const plain = address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
  const width = { 0: undefined, 4: 32, 6: 128 }[isIP(plain)];
  return width !== undefined && cidrs.some((cidr) => contains(cidr, `${plain}/${width}`));
}

/**
 * The networks that both lists allow; an empty list allows all.
 *
 * @returns undefined when nothing is left.
 */
export function intersectCidrs(left: readonly string[], right: readonly string[]): readonly string[] | undefined {
  if (left.length === 0) return [...right];
  if (right.length === 0) return [...left];
  const both = new Set<string>();
  for (const a of left)
    for (const b of right) {
      if (contains(a, b)) both.add(b);
      else if (contains(b, a)) both.add(a);
    }
  return both.size === 0 ? undefined : [...both].sort();
}

function contains(outer: string, inner: string): boolean {
  const [a, b] = [parse(outer), parse(inner)];
  if (a === undefined || b === undefined || a.family !== b.family || a.bits > b.bits) return false;
  const width = a.family === 4 ? 32n : 128n;
  const shift = width - BigInt(a.bits);
  return a.address >> shift === b.address >> shift;
}

function parse(cidr: string): Network | undefined {
  const [address = '', bits = '', ...rest] = cidr.split('/');
  const family = isIP(address);
  if (rest.length > 0 || !/^\d{1,3}$/.test(bits)) return undefined;
  if (family !== 4 && family !== 6) return undefined;
  const width = family === 4 ? 32 : 128;
  if (Number(bits) > width) return undefined;
  const value = family === 4 ? ipv4Value(address) : ipv6Value(address);
  return { family, address: value, bits: Number(bits) };
}

function ipv4Value(address: string): bigint {
  return address.split('.').reduce((value, part) => (value << 8n) | BigInt(part), 0n);
}

/** Reads what `net.isIP` has called an IPv6 address, including a dotted tail. */
function ipv6Value(address: string): bigint {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(address);
  const tail = dotted?.[2] === undefined ? undefined : ipv4Value(dotted[2]);
  const text =
    tail === undefined ? address : `${dotted?.[1] ?? ''}${(tail >> 16n).toString(16)}:${(tail & 0xffffn).toString(16)}`;
  const [head = '', rest] = text.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = rest === undefined || rest === '' ? [] : rest.split(':');
  const gap = Array.from({ length: 8 - left.length - right.length }, () => '0');
  return [...left, ...gap, ...right].reduce((value, part) => (value << 16n) | BigInt(`0x${part}`), 0n);
}
