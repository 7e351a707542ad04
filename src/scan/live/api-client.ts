import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import { AppError } from '../../errors.ts';

/** Who asks, and how the other side is known. */
export interface ApiClientOptions {
  /** What paths are relative to. Plain HTTP only on the loopback interface. */
  readonly base: string;
  /** Is asked before each request, since tokens run out. */
  headers(): Promise<Readonly<Record<string, string>>>;
  readonly tls?: {
    readonly ca?: string;
    readonly cert?: string;
    readonly key?: string;
    readonly servername?: string;
    /** False only where the user's own client configuration says so. */
    readonly rejectUnauthorized?: boolean;
  };
  /** Milliseconds between two requests; none when absent. */
  readonly interval?: number;
  /** Milliseconds for one exchange; 30 seconds when absent. */
  readonly timeout?: number;
  readonly now: () => Date;
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** A read-only client of a provider's API: one request at a time, tried again where the provider is busy. */
export interface ApiClient {
  /**
   * @param path - relative to the base; or whole, for a next page at the same host.
   * @returns any answer that a later try would not change.
   * @throws AppError ERR_LIVE_UNREACHABLE, which names the host and never what was sent.
   */
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<ApiAnswer>;
}

/** Tries, of which each waits twice as long as the one before. */
const TRIES = 5;
const FIRST_PAUSE = 500;
/** Seconds: who asks for a longer pause is not asked again. */
const LONGEST_PAUSE = 120;
/** A page of an answer has a few megabytes at most. */
const MOST_BODY = 256 * 1024 ** 2;
const BUSY = new Set([429, 500, 502, 503, 504]);
/** Failures that another try may not meet; a certificate that is not trusted stays so. */
const PASSING = new Set(['ECONNRESET', 'ECONNREFUSED', 'ETIMEDOUT', 'EPIPE', 'EAI_AGAIN', 'ABORT_ERR']);
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

export function apiClient(options: ApiClientOptions): ApiClient {
  const base = new URL(options.base.endsWith('/') ? options.base : `${options.base}/`);
  if (base.protocol !== 'https:' && !LOOPBACK.has(base.hostname)) {
    throw new AppError('ERR_USAGE', `${base.origin} is not asked without TLS`, {
      hint: 'an address that begins with https:',
    });
  }
  let asked = false;
  return {
    async get(path, headers = {}) {
      const url = new URL(path.replace(/^\/+/, ''), base);
      // A page's link must not carry the credential to another host.
      if (url.origin !== base.origin) {
        throw new AppError('ERR_LIVE_UNREACHABLE', `${base.host} sends on to ${url.host}, which is not asked`);
      }
      for (let attempt = 1; ; attempt++) {
        if (asked && options.interval !== undefined) await pause(options.interval);
        asked = true;
        const answer = await exchange(url, { ...(await options.headers()), ...headers }, options).catch(
          (cause: unknown) => {
            if (attempt < TRIES && PASSING.has(codeOf(cause))) return undefined;
            throw unreachable(base.host, cause);
          },
        );
        if (answer !== undefined && !isBusy(answer)) return answer;
        const wait = answer === undefined ? undefined : askedToWait(answer, options.now());
        if (attempt === TRIES || (wait ?? 0) > LONGEST_PAUSE) {
          throw unreachable(base.host, answer === undefined ? undefined : { code: `answers ${answer.status}` });
        }
        await pause(wait === undefined ? FIRST_PAUSE * 2 ** (attempt - 1) : wait * 1_000);
      }
    },
  };
}

/** GitHub and others refuse with 403 where they mean that it was too much. */
function isBusy({ status, headers }: ApiAnswer): boolean {
  return (
    BUSY.has(status) ||
    (status === 403 && (headers['retry-after'] !== undefined || headers['x-ratelimit-remaining'] === '0'))
  );
}

/** Seconds (RFC 9110, section 10.2.3; `X-RateLimit-Reset` is a time in seconds since 1970). */
function askedToWait({ headers }: ApiAnswer, now: Date): number | undefined {
  const after = headers['retry-after'];
  if (after !== undefined && /^\d+$/.test(after)) return Number(after);
  const until = after === undefined ? Number(headers['x-ratelimit-reset'] ?? Number.NaN) * 1_000 : Date.parse(after);
  return Number.isNaN(until) ? undefined : Math.max(1, Math.ceil((until - now.getTime()) / 1_000));
}

function exchange(url: URL, headers: Readonly<Record<string, string>>, options: ApiClientOptions): Promise<ApiAnswer> {
  const { timeout = 30_000, tls = {} } = options;
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const outgoing = request(
      url,
      { headers: { 'user-agent': 'lapse', ...headers }, signal: AbortSignal.timeout(timeout), ...tls },
      (response) => {
        const parts: Buffer[] = [];
        let length = 0;
        response.on('data', (part: Buffer) => {
          parts.push(part);
          length += part.length;
          if (length > MOST_BODY) response.destroy(Object.assign(new Error('too long'), { code: 'sends too much' }));
        });
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(parts).toString('utf8'),
          }),
        );
        response.on('error', reject);
      },
    );
    outgoing.on('error', reject);
    outgoing.end();
  });
}

/** The message of a failure may quote what was sent; its code does not. */
function unreachable(host: string, cause: unknown): AppError {
  return new AppError('ERR_LIVE_UNREACHABLE', `${host} cannot be asked (${codeOf(cause)})`, {
    hint: 'is it reachable from here, with these certificates? what was read of it before stays as it was',
  });
}

function codeOf(cause: unknown): string {
  return typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : 'no answer';
}
