import { AppError } from '../errors.ts';

const MAX_PARAMETERS = 64;
/** RFC 8693 §2.1: these two alone may be given more than once. */
const REPEATABLE = new Set(['audience', 'resource']);

/** A form-encoded body of a token-like endpoint (RFC 6749 §3.2): no parameter twice, an empty value counts as absent. */
export class Form {
  readonly #values = new Map<string, string[]>();

  /** @throws {AppError} ERR_HTTP_MALFORMED. Messages name the parameter, never its value. */
  constructor(body: string) {
    let count = 0;
    for (const [name, value] of new URLSearchParams(body)) {
      count += 1;
      if (count > MAX_PARAMETERS) throw malformed(`more than ${MAX_PARAMETERS} parameters`);
      // The decoder puts U+FFFD where the bytes were no UTF-8.
      if (/[\0\uFFFD]/.test(name + value)) throw malformed('a parameter is not valid UTF-8 text');
      const values = this.#values.get(name);
      if (values === undefined) this.#values.set(name, [value]);
      else if (REPEATABLE.has(name)) values.push(value);
      else throw malformed(`parameter ${shown(name)} is repeated`);
    }
  }

  optional(name: string): string | undefined {
    return this.all(name)[0];
  }

  /** @throws {AppError} ERR_HTTP_MALFORMED when it is absent. */
  required(name: string): string {
    const value = this.optional(name);
    if (value === undefined) throw malformed(`parameter ${name} is missing`);
    return value;
  }

  all(name: string): readonly string[] {
    return (this.#values.get(name) ?? []).filter((value) => value !== '');
  }
}

function malformed(message: string): AppError {
  return new AppError('ERR_HTTP_MALFORMED', message);
}

/** A name from outside goes into an answer: only if it looks like a name. */
function shown(name: string): string {
  return /^[A-Za-z0-9_-]{1,40}$/.test(name) ? name : '(unnamed)';
}
