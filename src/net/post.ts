import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { type AddressPolicy, mayConnect } from './address-policy.ts';
import { checkedLookup } from './checked-lookup.ts';
import { hostOf } from './host-of.ts';

/** More than any answer to a delivery has to say. */
const MAX_ANSWER = 64 * 1024;

export interface PostOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly policy: AddressPolicy;
  /** Milliseconds for all of it. */
  readonly timeout: number;
  /** PEM of the certificate authorities to believe instead of the usual ones. */
  readonly ca?: string;
}

export interface PostAnswer {
  readonly status: number;
  readonly body: Buffer;
}

/** What kept a delivery from being answered; `code` is short and may stand in a log. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
  readonly code: string;

  constructor(code: string, cause?: unknown) {
    super(code, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/**
 * POSTs to exactly the configured host: no redirect is followed, no proxy asked, every address that the name resolves to is checked
 * at the moment of connecting, and answer and time are limited.
 *
 * @returns any answer, whatever its status.
 * @throws {DeliveryError} without one.
 */
export async function post(url: URL, body: string, options: PostOptions): Promise<PostAnswer> {
  const host = hostOf(url);
  if (isIP(host) !== 0 && !mayConnect(host, options.policy)) throw new DeliveryError('ADDRESS_NOT_ALLOWED');
  const signal = AbortSignal.timeout(options.timeout);
  try {
    return await exchange(url, Buffer.from(body, 'utf8'), options, signal);
  } catch (error) {
    if (error instanceof DeliveryError) throw error;
    throw new DeliveryError(signal.aborted ? 'TIMEOUT' : codeOf(error), error);
  }
}

/** What an outage is called in logs and audit: the code of a system error, never its text. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'FAILED';
}

function exchange(url: URL, bytes: Buffer, options: PostOptions, signal: AbortSignal): Promise<PostAnswer> {
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = send(
      url,
      {
        method: 'POST',
        agent: false,
        signal,
        lookup: checkedLookup(options.policy),
        headers: { ...options.headers, 'content-length': bytes.length, 'user-agent': 'lapse' },
        ...(options.ca === undefined ? {} : { ca: options.ca }),
      },
      (response) => {
        const parts: Buffer[] = [];
        let size = 0;
        response.on('data', (part: Buffer) => {
          size += part.length;
          if (size <= MAX_ANSWER) parts.push(part);
          else request.destroy(new DeliveryError('ANSWER_TOO_LARGE'));
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts) }));
        response.on('error', reject);
      },
    );
    request.on('error', reject);
    request.end(bytes);
  });
}
