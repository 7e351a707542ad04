import { BlockList, isIP } from 'node:net';

type Reach = 'public' | 'private' | 'loopback' | 'never';

const LOOPBACK = list(['127.0.0.0/8', '::1/128']);
/** RFC 1918, RFC 6598, RFC 4193. */
const PRIVATE = list(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7']);
/** This host, link-local (cloud metadata lives there), protocol and test networks, translation, multicast, reserved. */
const NEVER = list([
  '0.0.0.0/8',
  '169.254.0.0/16',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/128',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001:db8::/32',
  '2002::/16',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
]);

export interface AddressPolicy {
  /** The configuration names a loopback host itself: development. */
  readonly loopback: boolean;
  /** The configuration says that the host lives in a private network. */
  readonly privateNetwork: boolean;
}

/** Whether an address may be connected to. IPv4 addresses inside IPv6 ones are judged as IPv4. */
export function mayConnect(address: string, policy: AddressPolicy): boolean {
  const reach = reachOf(address);
  if (reach === 'loopback') return policy.loopback;
  if (reach === 'private') return policy.privateNetwork;
  return reach === 'public';
}

function reachOf(address: string): Reach {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  if (isIP(address) === 0 || NEVER.check(address, family)) return 'never';
  if (LOOPBACK.check(address, family)) return 'loopback';
  return PRIVATE.check(address, family) ? 'private' : 'public';
}

function list(networks: readonly string[]): BlockList {
  const blocks = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    blocks.addSubnet(address, Number(bits), isIP(address) === 6 ? 'ipv6' : 'ipv4');
  }
  return blocks;
}
