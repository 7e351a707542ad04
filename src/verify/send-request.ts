import { request as httpsRequest } from 'node:https';
import { AppError } from '../errors.ts';
import type { VerifyRequest } from './build-request.ts';

/** What a vendor answered: as much of the body as a rule may look at. */
export interface VerifyAnswer {
  readonly status: number;
  readonly body: string;
  /** Seconds that the vendor asks to wait (RFC 9110, section 10.2.3). */
  readonly retryAfter?: number;
}

export interface SendOptions {
  /** Milliseconds for the whole exchange. */
  readonly timeout: number;
  /** Certificate authorities to trust besides the system's, PEM. */
  readonly ca?: string;
  clock(): Date;
}

/** More of an answer is of no use to anybody. */
const MOST_BODY = 65_536;

/**
 * Sends a request and reads the answer. Redirects are not followed: a vendor's answer must not send the secret elsewhere.
 *
 * @throws AppError ERR_VERIFY_UNREACHABLE, which names the host only.
 */
export function sendRequest(request: VerifyRequest, { timeout, ca, clock }: SendOptions): Promise<VerifyAnswer> {
  const { url, method, headers, body } = request;
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown) => reject(unreachable(url.host, cause));
    const outgoing = httpsRequest(
      url,
      { method, headers, signal: AbortSignal.timeout(timeout), ...(ca === undefined ? {} : { ca }) },
      (response) => {
        const parts: Buffer[] = [];
        let length = 0;
        const done = () => {
          const wait = secondsUntil(response.headers['retry-after'] ?? '', clock());
          resolve({
            status: response.statusCode ?? 0,
            body: Buffer.concat(parts).subarray(0, MOST_BODY).toString('utf8'),
            ...(Number.isFinite(wait) && wait > 0 ? { retryAfter: wait } : {}),
          });
          response.destroy();
        };
        response.on('data', (part: Buffer) => {
          parts.push(part);
          length += part.length;
          if (length >= MOST_BODY) done();
        });
        response.on('end', done);
        response.on('error', fail);
      },
    );
    outgoing.on('error', fail);
    outgoing.end(body);
  });
}

/** `Retry-After` is a number of seconds or a date. */
function secondsUntil(text: string, now: Date): number {
  return /^\d+$/.test(text) ? Number(text) : Math.ceil((Date.parse(text) - now.getTime()) / 1_000);
}

/** The message of a failure may quote what was sent; its code does not. */
function unreachable(host: string, cause: unknown): AppError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'no answer';
  return new AppError('ERR_VERIFY_UNREACHABLE', `${host} cannot be asked whether a secret works (${code})`, {
    hint: 'is the host reachable from here? secrets that it issued keep the validity they had',
  });
}
