/** What a code means to the outside: the process exit code, the HTTP status, and the OAuth error (RFC 6749, 8693, 9396). */
interface ErrorKind {
  readonly exit: 2 | 3 | 4 | 5 | 70;
  readonly http: number;
  readonly oauth?: string;
}

/**
 * Every error code lapse can raise. `docs/errors.md` is generated from this table, and a test shows that each is reached.
 *
 * Exit codes: 2 usage or config, 3 incomplete (something could not be read or evaluated), 4 denied, 5 store, daemon or
 * target unreachable, 70 a bug. The codes 0 (clean) and 1 (findings or drift) are results, not errors.
 */
export const ERROR_CODES = {
  ERR_USAGE: { exit: 2, http: 400, oauth: 'invalid_request' },
  ERR_CONFIG_INVALID: { exit: 2, http: 500 },
  ERR_CONFIG_NOT_FOUND: { exit: 2, http: 500 },
  ERR_CONFIG_SECRET: { exit: 2, http: 500 },
  ERR_BASELINE_INVALID: { exit: 2, http: 500 },
  ERR_INTERNAL: { exit: 70, http: 500, oauth: 'server_error' },

  ERR_SCAN_PATH_NOT_FOUND: { exit: 2, http: 400 },
  ERR_SCAN_UNREADABLE: { exit: 3, http: 500 },
  ERR_SCAN_SYNTAX: { exit: 3, http: 500 },
  ERR_SCAN_LIMIT: { exit: 3, http: 500 },
  ERR_SCAN_GIT: { exit: 2, http: 500 },

  ERR_LIVE_CREDENTIALS: { exit: 2, http: 500 },
  ERR_LIVE_REFUSED: { exit: 3, http: 502 },
  ERR_LIVE_UNREACHABLE: { exit: 3, http: 502 },

  ERR_VERIFY_REFUSED: { exit: 3, http: 500 },
  ERR_VERIFY_UNREACHABLE: { exit: 3, http: 502 },

  ERR_STORE_UNREACHABLE: { exit: 5, http: 503, oauth: 'temporarily_unavailable' },
  ERR_STORE_VERSION: { exit: 2, http: 500 },
  ERR_STORE_UNSAFE: { exit: 2, http: 500 },
  ERR_STORE_NOT_FOUND: { exit: 2, http: 404 },
  ERR_STORE_KEY: { exit: 2, http: 500 },

  ERR_POLICY_INVALID: { exit: 3, http: 500, oauth: 'server_error' },
  ERR_POLICY_NOT_FOUND: { exit: 2, http: 500, oauth: 'server_error' },
  ERR_POLICY_BUNDLE: { exit: 3, http: 500, oauth: 'server_error' },
  ERR_POLICY_UNREACHABLE: { exit: 5, http: 503, oauth: 'temporarily_unavailable' },
  ERR_POLICY_COMPILER: { exit: 70, http: 500, oauth: 'server_error' },
  ERR_POLICY_TIMEOUT: { exit: 3, http: 500, oauth: 'server_error' },
  ERR_POLICY_EVALUATION: { exit: 3, http: 500, oauth: 'server_error' },
  ERR_POLICY_UNDEFINED: { exit: 3, http: 500, oauth: 'server_error' },
  ERR_POLICY_ANSWER: { exit: 3, http: 500, oauth: 'server_error' },

  ERR_HTTP_MALFORMED: { exit: 2, http: 400, oauth: 'invalid_request' },
  ERR_HTTP_TOO_LARGE: { exit: 2, http: 413, oauth: 'invalid_request' },
  ERR_HTTP_MEDIA_TYPE: { exit: 2, http: 415, oauth: 'invalid_request' },
  ERR_HTTP_METHOD: { exit: 2, http: 405, oauth: 'invalid_request' },
  ERR_HTTP_NOT_FOUND: { exit: 2, http: 404, oauth: 'invalid_request' },
  ERR_HTTP_RATE_LIMITED: { exit: 5, http: 429, oauth: 'temporarily_unavailable' },
  ERR_HTTP_UNAUTHENTICATED: { exit: 4, http: 401, oauth: 'invalid_client' },
  ERR_HTTP_INSECURE: { exit: 4, http: 400, oauth: 'invalid_request' },

  ERR_GRANT_TYPE_UNSUPPORTED: { exit: 2, http: 400, oauth: 'unsupported_grant_type' },
  ERR_GRANT_INVALID: { exit: 4, http: 400, oauth: 'invalid_grant' },
  ERR_CLIENT_UNAUTHORIZED: { exit: 4, http: 400, oauth: 'unauthorized_client' },
  ERR_CLIENT_REFUSED: { exit: 4, http: 401, oauth: 'invalid_client' },
  ERR_DPOP_PROOF: { exit: 4, http: 400, oauth: 'invalid_dpop_proof' },
  ERR_DPOP_NONCE: { exit: 4, http: 400, oauth: 'use_dpop_nonce' },
  ERR_SUBJECT_TOKEN_REFUSED: { exit: 4, http: 400, oauth: 'invalid_request' },
  ERR_AUTHORIZATION_DETAILS: { exit: 2, http: 400, oauth: 'invalid_authorization_details' },
  ERR_SCOPE_INVALID: { exit: 2, http: 400, oauth: 'invalid_scope' },
  ERR_ACCESS_DENIED: { exit: 4, http: 400, oauth: 'access_denied' },
  ERR_BACKCHANNEL_DENIED: { exit: 4, http: 403, oauth: 'access_denied' },
  ERR_BINDING_MESSAGE: { exit: 2, http: 400, oauth: 'invalid_binding_message' },
  ERR_ACCESS_PENDING: { exit: 4, http: 400, oauth: 'authorization_pending' },
  ERR_ACCESS_EXPIRED: { exit: 4, http: 400, oauth: 'expired_token' },
  ERR_POLL_TOO_FAST: { exit: 4, http: 400, oauth: 'slow_down' },
  ERR_KEYS_UNREACHABLE: { exit: 5, http: 503, oauth: 'temporarily_unavailable' },

  ERR_SIGN_IN_REFUSED: { exit: 4, http: 401 },
  ERR_SIGN_IN_FACTOR: { exit: 4, http: 401 },
  ERR_SIGN_IN_UNAVAILABLE: { exit: 5, http: 503 },
  ERR_DEVICE_CODE: { exit: 4, http: 404 },
  ERR_FORM_REFUSED: { exit: 4, http: 403 },
  ERR_DAEMON_UNREACHABLE: { exit: 5, http: 503 },
  ERR_DAEMON_ANSWER: { exit: 5, http: 502 },
  ERR_NOT_SIGNED_IN: { exit: 4, http: 401 },

  ERR_REQUEST_NOT_FOUND: { exit: 2, http: 404, oauth: 'invalid_grant' },
  ERR_REQUEST_STATE: { exit: 2, http: 409, oauth: 'invalid_grant' },
  ERR_APPROVAL_SELF: { exit: 4, http: 403, oauth: 'access_denied' },
  ERR_APPROVAL_NOT_ELIGIBLE: { exit: 4, http: 403, oauth: 'access_denied' },
  ERR_APPROVAL_NARROWING: { exit: 2, http: 409 },
  ERR_REQUEST_CHANGED: { exit: 2, http: 409 },
  ERR_STEP_UP_REQUIRED: { exit: 4, http: 401, oauth: 'insufficient_user_authentication' },
  ERR_LEASE_NOT_EXTENDABLE: { exit: 2, http: 409, oauth: 'invalid_request' },
  ERR_DELEGATION_INVALID: { exit: 2, http: 409 },
  ERR_DELEGATION_NOT_FOUND: { exit: 2, http: 404 },
  ERR_REVIEW_NOT_FOUND: { exit: 2, http: 404 },
  ERR_REVIEW_REFUSED: { exit: 4, http: 403 },
  ERR_LEASE_NOT_FOUND: { exit: 2, http: 404 },
  ERR_REVOKE_INCOMPLETE: { exit: 3, http: 503 },
  ERR_QUOTA_EXCEEDED: { exit: 4, http: 429, oauth: 'temporarily_unavailable' },
  ERR_AUDIT_UNWRITABLE: { exit: 5, http: 503, oauth: 'temporarily_unavailable' },
  ERR_TARGET_UNKNOWN: { exit: 2, http: 400, oauth: 'invalid_target' },
  ERR_TARGET_UNREACHABLE: { exit: 5, http: 503, oauth: 'temporarily_unavailable' },
  ERR_TARGET_REFUSED: { exit: 5, http: 503, oauth: 'temporarily_unavailable' },
  ERR_STATIC_KEY_REFUSED: { exit: 4, http: 403, oauth: 'access_denied' },
  ERR_SECRET_UNKNOWN: { exit: 2, http: 404 },
  ERR_BINDING_NOT_FOUND: { exit: 2, http: 404 },
  ERR_BINDING_INVALID: { exit: 2, http: 409 },
  ERR_OPERATOR_EXISTS: { exit: 2, http: 409 },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof ERROR_CODES;

export interface AppErrorOptions {
  /** Advice: what the reader can do about it. */
  readonly hint?: string;
  /** Structured facts for JSON output and logs. Never a secret. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/**
 * The one error class. `message` is lower case, without full stop, and names the datum and its place
 * (`file:line:column` where there is one); advice goes into `hint`.
 *
 * @example
 * throw new AppError('ERR_CONFIG_INVALID', 'lapse.yaml:3:5: unknown key "scna"', { hint: 'did you mean "scan"?' });
 */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.details = options.details;
  }

  get kind(): ErrorKind {
    return ERROR_CODES[this.code];
  }
}

/** Something that is wrong in a file that people write. */
export interface FileFault {
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly hint?: string;
}

/**
 * All that is wrong in a file, as one error: the first fault in the message, the others in the hint.
 *
 * @param hint - advice for all of them.
 */
export function invalidFile(
  code: ErrorCode,
  name: string,
  faults: readonly FileFault[],
  hint: string | undefined = undefined,
): AppError {
  const sorted = faults.toSorted((a, b) => a.line - b.line || a.column - b.column);
  const [first, ...others] = sorted;
  const more = others.map(({ line, column, message }) => `${name}:${line}:${column}: ${message}`);
  const hints = [first?.hint, more.length === 0 ? undefined : `also:\n    ${more.join('\n    ')}`, hint];
  const text = hints.filter((one) => one !== undefined).join('\n  ');
  return new AppError(code, `${name}:${first?.line ?? 1}:${first?.column ?? 1}: ${first?.message ?? 'invalid'}`, {
    ...(text === '' ? {} : { hint: text }),
    details: { file: name, issues: sorted },
  });
}
