import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { type AddressPolicy, mayConnect } from '../../net/address-policy.ts';
import { checkedLookup } from '../../net/checked-lookup.ts';
import { hostOf } from '../../net/host-of.ts';

const MAX_BYTES = 512 * 1024;

/**
 * GETs a small JSON document from exactly one host. No redirects, no proxies, a cap on size, and each address that the name
 * resolves to is checked at the moment of connecting, so that a name cannot turn into the inside of our network.
 *
 * @returns the body of a 200; rejects on everything else.
 */
export function fetchPinned(url: URL, policy: AddressPolicy, signal: AbortSignal): Promise<Buffer> {
  const host = hostOf(url);
  if (isIP(host) !== 0 && !mayConnect(host, policy)) return Promise.reject(new Error('address not allowed'));
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = send(
      url,
      { method: 'GET', agent: false, signal, lookup: checkedLookup(policy), headers: { accept: 'application/json' } },
      (response) => {
        const fail = (reason: string): void => {
          request.destroy();
          reject(new Error(reason));
        };
        if (response.statusCode !== 200) {
          fail(`status ${response.statusCode ?? 'unknown'}`);
          return;
        }
        const parts: Buffer[] = [];
        let size = 0;
        response.on('data', (part: Buffer) => {
          size += part.length;
          if (size > MAX_BYTES) fail('too large');
          else parts.push(part);
        });
        response.on('end', () => resolve(Buffer.concat(parts)));
        response.on('error', reject);
      },
    );
    request.on('error', reject);
    request.end();
  });
}
