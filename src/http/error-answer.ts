import type { FastifyError } from 'fastify';
import { AppError, type ErrorCode } from '../errors.ts';

/** How an endpoint answers errors: RFC 6749 §5.2 for token-like ones, RFC 9457 for the others. */
export type ErrorForm = 'oauth' | 'problem';

export interface ErrorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

const RETRY_AFTER_SECONDS = 5;

const OAUTH_STATUSES = new Set([401, 405, 413, 415, 429]);

/** What a code means in a problem's title; every other one says what its status says. */
export const TITLES: Readonly<Record<number, string>> = {
  400: 'The request is not valid',
  401: 'Sign in first',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Not possible in this state',
  413: 'Too large',
  415: 'Media type not supported',
  429: 'Too many requests',
  503: 'Not available now',
};

/**
 * Turns what was thrown into an answer. The message of an error below 500 is told; of all others only that it failed, since
 * they speak of the inside. Members of `details.answer` go into an OAuth body as they are (`auth_req_id`, `reasons`).
 *
 * @param error - as {@link toAppError} gives it.
 */
export function errorAnswer(error: AppError, form: ErrorForm, requestId: string, authorized: boolean): ErrorAnswer {
  const { http: status, oauth = status < 500 ? 'invalid_request' : 'server_error' } = error.kind;
  const description = status < 500 ? error.message : 'the request could not be served now';
  const headers = errorHeaders(error, status, authorized);
  if (form === 'oauth') {
    // RFC 6749 §5.2: 400, unless the specification says otherwise.
    // CIBA Core 1.0 §13 has 403 for a refusal there.
    const as = OAUTH_STATUSES.has(status) || status >= 500 || error.code === 'ERR_BACKCHANNEL_DENIED';
    const told = as ? status : 400;
    const body = {
      error: oauth,
      error_description: oauthText(description),
      ...extraMembers(error),
      request_id: requestId,
    };
    return { status: told, headers: { ...headers, 'content-type': 'application/json' }, body };
  }
  const body = {
    type: `urn:lapse:error:${error.code}`,
    title: TITLES[status] ?? 'The request failed',
    status,
    code: error.code,
    detail: description,
    ...(status < 500 && error.hint !== undefined ? { hint: error.hint } : {}),
    request_id: requestId,
  };
  return { status, headers: { ...headers, 'content-type': 'application/problem+json' }, body };
}

const FRAMEWORK_CODES: Readonly<Record<number, ErrorCode>> = {
  400: 'ERR_HTTP_MALFORMED',
  404: 'ERR_HTTP_NOT_FOUND',
  413: 'ERR_HTTP_TOO_LARGE',
  414: 'ERR_HTTP_TOO_LARGE',
  415: 'ERR_HTTP_MEDIA_TYPE',
  429: 'ERR_HTTP_RATE_LIMITED',
};

/** Our own errors as they are; those of the web framework by status; everything else is a bug. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const status = isFrameworkError(error) ? (error.statusCode ?? 500) : 500;
  const code = FRAMEWORK_CODES[status] ?? 'ERR_INTERNAL';
  if (code === 'ERR_INTERNAL') return new AppError(code, 'an unexpected error', { cause: error });
  return new AppError(code, TITLES[status]?.toLowerCase() ?? 'the request is not valid', { cause: error });
}

function isFrameworkError(error: unknown): error is FastifyError {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number';
}

function errorHeaders(error: AppError, status: number, authorized: boolean): Record<string, string> {
  if (error.code === 'ERR_STEP_UP_REQUIRED') return { 'www-authenticate': stepUpChallenge(error) };
  if (status === 401) {
    // RFC 6750 §3: no error code when the request came without any proof.
    return { 'www-authenticate': authorized ? 'Bearer realm="lapse", error="invalid_token"' : 'Bearer realm="lapse"' };
  }
  if (status === 503 || status === 429) {
    const seconds = error.details?.retryAfter;
    return { 'retry-after': String(typeof seconds === 'number' ? Math.ceil(seconds) : RETRY_AFTER_SECONDS) };
  }
  if (status === 405 && typeof error.details?.allow === 'string') return { allow: error.details.allow };
  return {};
}

/** RFC 9470 §3: how to sign in so that the same call would do. */
function stepUpChallenge(error: AppError): string {
  const { acr_values, max_age }: { acr_values?: unknown; max_age?: unknown } = extraMembers(error);
  return [
    'Bearer realm="lapse", error="insufficient_user_authentication"',
    `error_description="${oauthText(error.message)}"`,
    ...(typeof acr_values === 'string' ? [`acr_values="${oauthText(acr_values)}"`] : []),
    ...(typeof max_age === 'number' ? [`max_age="${max_age}"`] : []),
  ].join(', ');
}

function extraMembers(error: AppError): object {
  const extra = error.details?.answer;
  return typeof extra === 'object' && extra !== null ? extra : {};
}

/** RFC 6749 §5.2 allows %x20-21, %x23-5B and %x5D-7E. */
function oauthText(text: string): string {
  return text.replace(/["\\]/g, "'").replace(/[^\x20-\x7e]/g, '?');
}
