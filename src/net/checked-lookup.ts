import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { type AddressPolicy, mayConnect } from './address-policy.ts';

/**
 * Resolves a name for a connection and refuses it when any of its addresses is not allowed: checked at the moment of connecting, so
 * that a name cannot turn into the inside of our network.
 */
export function checkedLookup(policy: AddressPolicy): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error !== null) callback(error, '', 0);
      else if (first === undefined || !addresses.every(({ address }) => mayConnect(address, policy)))
        callback(new Error('address not allowed'), '', 0);
      else if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}
