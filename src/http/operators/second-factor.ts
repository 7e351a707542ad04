import { createSecretKey, hkdfSync, randomBytes } from 'node:crypto';
import { AppError } from '../../errors.ts';
import { Sealer } from '../../issuer/sealer.ts';
import type { IssuerStore } from '../../store/issuer/issuer-store.ts';
import type { StoredOperator } from '../../store/issuer/operator-table.ts';
import { totpStep } from './totp.ts';

/** RFC 4226 section 4 asks for 160 bits. */
const SECRET_BYTES = 20;
/** Six digits are few: after so many wrong ones nobody is asked for a while. */
const MOST_WRONG = 5;
const WRONG_FOR_MS = 5 * 60_000;

/**
 * Second factors of operators who sign in with a password. A code can only be checked with the secret itself, so it is kept sealed: who
 * has the database alone cannot make codes.
 */
export class SecondFactor {
  readonly #sealer: Sealer;
  readonly #wrong = new Map<string, { count: number; until: number }>();

  /** @param storeKey - the daemons' shared secret; a key of its own is derived from it (RFC 5869). */
  constructor(storeKey: Uint8Array) {
    const key = hkdfSync('sha256', storeKey, new Uint8Array(), 'lapse second factor', 32);
    this.#sealer = new Sealer(createSecretKey(Buffer.from(key)));
  }

  /** Draws a secret. `sealed` is for the store; it opens for this operator only. */
  draw(operator: string): { readonly secret: Buffer; readonly sealed: string } {
    const secret = randomBytes(SECRET_BYTES);
    return { secret, sealed: this.#sealer.seal(placeOf(operator), secret.toString('base64url')) };
  }

  /**
   * Whether the code is the operator's, now, for the first time.
   *
   * @throws {AppError} ERR_HTTP_RATE_LIMITED after too many that were not; ERR_STORE_KEY when it was sealed with another key.
   */
  async check(operator: StoredOperator, code: string, store: IssuerStore, now: Date): Promise<boolean> {
    const wrong = this.#wrong.get(operator.name);
    if (wrong !== undefined && wrong.until <= now.getTime()) this.#wrong.delete(operator.name);
    else if (wrong !== undefined && wrong.count >= MOST_WRONG)
      throw new AppError('ERR_HTTP_RATE_LIMITED', 'too many wrong codes', {
        details: { retryAfter: (wrong.until - now.getTime()) / 1000 },
      });
    const step = totpStep(this.#open(operator), code, now);
    const good =
      step !== undefined && (await store.write(({ operators }) => operators.useTotpStep(operator.name, step)));
    if (good) this.#wrong.delete(operator.name);
    else
      this.#wrong.set(operator.name, {
        count: (this.#wrong.get(operator.name)?.count ?? 0) + 1,
        until: now.getTime() + WRONG_FOR_MS,
      });
    return good;
  }

  #open({ name, totpSealed = '' }: StoredOperator): Buffer {
    return Buffer.from(this.#sealer.open(placeOf(name), totpSealed), 'base64url');
  }
}

function placeOf(operator: string): string {
  return `second factor of ${operator}`;
}
