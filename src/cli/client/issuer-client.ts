import { AppError, ERROR_CODES, type ErrorCode } from '../../errors.ts';
import type { SecretValue } from '../../model/secret-value.ts';

const TIMEOUT = 30_000;

/** Which of our errors stands behind an OAuth error, for the exit code. */
const OAUTH_CODES: Readonly<Record<string, ErrorCode>> = {
  access_denied: 'ERR_ACCESS_DENIED',
  expired_token: 'ERR_ACCESS_EXPIRED',
  insufficient_user_authentication: 'ERR_STEP_UP_REQUIRED',
  authorization_pending: 'ERR_ACCESS_PENDING',
  slow_down: 'ERR_POLL_TOO_FAST',
  invalid_grant: 'ERR_GRANT_INVALID',
  invalid_client: 'ERR_HTTP_UNAUTHENTICATED',
  invalid_target: 'ERR_TARGET_UNKNOWN',
  invalid_scope: 'ERR_SCOPE_INVALID',
  invalid_authorization_details: 'ERR_AUTHORIZATION_DETAILS',
  invalid_request: 'ERR_HTTP_MALFORMED',
  temporarily_unavailable: 'ERR_TARGET_UNREACHABLE',
};

interface Call {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly json?: object;
  readonly form?: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** Speaks to the daemon for the commands. Failures become AppErrors: the daemon's own code where it names one. */
export class IssuerClient {
  readonly url: string;
  readonly #session: SecretValue | undefined;

  /** @param session - of the signed-in operator, for `/api`. */
  constructor(url: string, session?: SecretValue) {
    this.url = url;
    this.#session = session;
  }

  /**
   * @returns the JSON body of a successful answer; undefined when there is none.
   * @throws {AppError} ERR_DAEMON_UNREACHABLE, ERR_DAEMON_ANSWER, or what the daemon says.
   */
  async call(call: Call): Promise<unknown> {
    const response = await this.#send(call);
    const text = await response.text().catch((cause: unknown) => {
      throw this.#unreachable(cause);
    });
    const body = text === '' ? undefined : parseJson(text);
    if (response.ok && (body !== undefined || text === '')) return body;
    throw toError(response.status, body, this.url);
  }

  async #send({ method, path, query = {}, json, form }: Call): Promise<Response> {
    const url = new URL(this.url + path);
    for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, value);
    const headers: Record<string, string> = { accept: 'application/json' };
    if (this.#session !== undefined) headers.authorization = `Bearer ${this.#session.reveal()}`;
    if (json !== undefined) headers['content-type'] = 'application/json';
    if (form !== undefined) headers['content-type'] = 'application/x-www-form-urlencoded';
    const body = json === undefined ? form && encodeForm(form) : JSON.stringify(json);
    try {
      return await fetch(url, {
        method,
        headers,
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT),
        ...(body === undefined ? {} : { body }),
      });
    } catch (cause) {
      throw this.#unreachable(cause);
    }
  }

  #unreachable(cause: unknown): AppError {
    return new AppError('ERR_DAEMON_UNREACHABLE', `${this.url}: the issuer cannot be reached`, {
      hint: 'is "lapse serve" running there?',
      cause,
    });
  }
}

function encodeForm(form: Readonly<Record<string, string | readonly string[] | undefined>>): string {
  const encoded = new URLSearchParams();
  for (const [name, value] of Object.entries(form))
    for (const one of value === undefined ? [] : typeof value === 'string' ? [value] : value) encoded.append(name, one);
  return encoded.toString();
}

function toError(status: number, body: unknown, url: string): AppError {
  if (!isRecord(body))
    return new AppError('ERR_DAEMON_ANSWER', `${url}: status ${status} without an answer of an issuer`);
  const code = isErrorCode(body.code) ? body.code : (OAUTH_CODES[String(body.error)] ?? 'ERR_DAEMON_ANSWER');
  const text = body.detail ?? body.error_description ?? body.error ?? `status ${status}`;
  const request = typeof body.request_id === 'string' ? ` (request ${body.request_id})` : '';
  return new AppError(code, `the issuer says: ${printable(String(text))}${printable(request)}`, {
    details: { answer: body },
    ...(typeof body.hint === 'string' ? { hint: printable(body.hint) } : {}),
  });
}

/** What comes over the network goes to a terminal. */
export function printable(text: string): string {
  return text.replace(/\p{C}/gu, '?').slice(0, 500);
}

function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERROR_CODES, code);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
