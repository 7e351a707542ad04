import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { mayConnect } from '../../net/address-policy.ts';
import { checkedLookup } from '../../net/checked-lookup.ts';
import { addressPolicyFor, hostOf } from '../../net/host-of.ts';

const MAX_BYTES = 512 * 1024;

/** How far a connection to a configured host may go, and how its certificate is judged. */
export interface Pinned {
  /** The host lives in a private network. */
  readonly privateNetwork: boolean;
  /** PEM of the authorities that may vouch for the host; those of the system when absent. */
  readonly ca?: string;
  /** What the host wants to see; read anew each time, since such tokens are short. */
  readonly bearer?: () => string;
}

/** A request that is not a plain GET; nothing of it may come from a caller. */
export interface PinnedRequest {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

const GET: PinnedRequest = { method: 'GET', headers: { accept: 'application/json' } };

/**
 * Asks exactly one host. No redirects, no proxies, a cap on size, and each address that the name resolves to is checked at the moment of
 * connecting, so that a name cannot turn into the inside of our network. Loopback only where the URL itself names it: development.
 *
 * @returns the body of a 200; rejects on everything else.
 */
export function fetchPinned(
  url: URL,
  { privateNetwork, ca, bearer }: Pinned,
  signal: AbortSignal,
  { method, headers, body }: PinnedRequest = GET,
): Promise<Buffer> {
  const host = hostOf(url);
  const policy = addressPolicyFor(host, privateNetwork);
  if (isIP(host) !== 0 && !mayConnect(host, policy)) return Promise.reject(new Error('address not allowed'));
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = send(
      url,
      {
        method,
        agent: false,
        signal,
        lookup: checkedLookup(policy),
        headers: { ...headers, ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer()}` }) },
        ...(ca === undefined ? {} : { ca }),
      },
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
    request.end(body);
  });
}
