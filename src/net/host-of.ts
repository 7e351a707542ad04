import type { AddressPolicy } from './address-policy.ts';

/** Host of a URL without the brackets of an IPv6 address. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1');
}

/** What may be connected to for a configured URL: loopback when it names loopback itself, private networks when said so. */
export function addressPolicyFor(host: string, privateNetwork: boolean): AddressPolicy {
  return {
    loopback: host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host),
    privateNetwork,
  };
}
