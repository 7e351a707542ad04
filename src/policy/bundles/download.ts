import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { rootCertificates } from 'node:tls';
import { AppError } from '../../errors.ts';
import type { SecretValue } from '../../model/secret-value.ts';

export interface DownloadOptions {
  readonly url: URL;
  /** Of what is there already: the server may say that it is still the same (RFC 9110, section 13.1.2). */
  readonly etag?: string;
  /** A bearer token (RFC 6750); goes to the origin of the URL, and nowhere else. */
  readonly credential?: SecretValue;
  /** PEM, besides the authorities that the runtime trusts. */
  readonly ca?: string;
  /** Milliseconds for everything. */
  readonly timeout: number;
  /** Bytes. */
  readonly maxSize: number;
}

/** `unchanged` when what the ETag stands for is what the server has. */
export type Downloaded = 'unchanged' | { readonly bytes: Buffer; readonly etag?: string };

const MOST_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * GETs a file. Redirects are followed on the same origin only.
 *
 * @throws AppError ERR_POLICY_UNREACHABLE, which names the place without its query.
 */
export async function download(options: DownloadOptions): Promise<Downloaded> {
  const signal = AbortSignal.timeout(options.timeout);
  let url = options.url;
  try {
    for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
      const answer = await ask(url, options, signal);
      if (!(answer instanceof URL)) return answer;
      if (answer.origin !== options.url.origin)
        throw unreachable(options.url, `redirects to ${answer.origin}, which is not asked`);
      url = answer;
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    if (signal.aborted) throw unreachable(options.url, `no whole answer within ${options.timeout} ms`);
    throw unreachable(options.url, codeOf(error));
  }
  throw unreachable(options.url, `redirects more than ${MOST_REDIRECTS} times`);
}

/** One request; a URL where the answer is a redirect. */
function ask(url: URL, options: DownloadOptions, signal: AbortSignal): Promise<Downloaded | URL> {
  const { etag, credential, ca } = options;
  const headers = {
    'user-agent': 'lapse',
    accept: 'application/gzip, application/octet-stream, */*;q=0.1',
    'accept-encoding': 'identity',
    ...(etag === undefined ? {} : { 'if-none-match': etag }),
    ...(credential === undefined ? {} : { authorization: `Bearer ${credential.reveal()}` }),
  };
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const trusted = ca === undefined ? {} : { ca: [...rootCertificates, ca] };
    const outgoing: ClientRequest = send(url, { headers, signal, agent: false, ...trusted }, (response) => {
      readAnswer(response, url, options)
        .then(resolve, reject)
        .finally(() => outgoing.destroy());
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

async function readAnswer(response: IncomingMessage, url: URL, options: DownloadOptions): Promise<Downloaded | URL> {
  const { statusCode: status = 0, headers } = response;
  if (status === 304) {
    if (options.etag !== undefined) return 'unchanged';
    throw unreachable(url, 'answers 304 (not modified), though nothing is there yet');
  }
  if (REDIRECTS.has(status) && headers.location !== undefined && URL.canParse(headers.location, url.href))
    return new URL(headers.location, url);
  if (status !== 200) throw unreachable(url, `answers ${status}`);
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > options.maxSize) throw unreachable(url, `sends more than ${options.maxSize} bytes`);
    parts.push(part);
  }
  const { etag } = headers;
  return { bytes: Buffer.concat(parts), ...(etag === undefined ? {} : { etag }) };
}

function unreachable(url: URL, why: string): AppError {
  return new AppError('ERR_POLICY_UNREACHABLE', `${shownUrl(url)}: ${why}`, {
    hint: 'is it reachable from here, with this credential and these certificates?',
  });
}

/** Without what may be secret in it. */
export function shownUrl({ origin, pathname }: URL): string {
  return origin + pathname;
}

/** The message of a failure may quote what was sent; its code does not. */
function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'no answer';
  return code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE' ? `the answer breaks off (${code})` : code;
}
