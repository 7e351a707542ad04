import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { AppError } from '../errors.ts';

interface Network {
  readonly text: string;
  readonly address: string;
  readonly prefix: number;
  readonly family: 'ipv4' | 'ipv6';
}

/**
 * The networks that both lists allow; an empty list allows all. Two CIDR blocks are nested or apart, so these are the
 * blocks of either list that lie inside one of the other.
 *
 * @returns `nowhere` when both lists limit and have nothing in common.
 * @throws AppError `ERR_POLICY_ANSWER` for what is no CIDR block.
 */
export function overlapCidrs(one: readonly string[], other: readonly string[]): readonly string[] | 'nowhere' {
  if (one.length === 0 || other.length === 0) return [...new Set([...one, ...other])].sort();
  const [left, right] = [one.map(parseNetwork), other.map(parseNetwork)];
  const inside = [
    ...left.filter((narrow) => right.some((wide) => covers(wide, narrow))),
    ...right.filter((narrow) => left.some((wide) => covers(wide, narrow))),
  ];
  return inside.length === 0 ? 'nowhere' : [...new Set(inside.map(({ text }) => text))].sort();
}

function covers(wide: Network, narrow: Network): boolean {
  if (wide.family !== narrow.family || wide.prefix > narrow.prefix) return false;
  const list = new BlockList();
  list.addSubnet(wide.address, wide.prefix, wide.family);
  return list.check(narrow.address, narrow.family);
}

function parseNetwork(text: string): Network {
  const [address = '', length = '', ...rest] = text.split('/');
  const family = isIPv4(address) ? 'ipv4' : isIPv6(address) ? 'ipv6' : undefined;
  const bits = family === 'ipv4' ? 32 : 128;
  if (family === undefined || rest.length > 0 || !/^\d{1,3}$/.test(length) || Number(length) > bits)
    throw new AppError('ERR_POLICY_ANSWER', `source_cidrs: ${JSON.stringify(text)} is no CIDR block`);
  return { text, address, prefix: Number(length), family };
}
