import { createHash, randomBytes } from 'node:crypto';
import { AppError } from '../../errors.ts';
import type { CallContext, Issuer } from '../../issuer/issuer.ts';
import { SecretValue } from '../../model/secret-value.ts';
import type { IssuerStore } from '../../store/issuer/issuer-store.ts';
import type { SignIn } from '../../store/issuer/operator-table.ts';
import { verifyPassword } from './password.ts';

const SESSION_HOURS = 12;
const SESSION_FORM = /^lapse_session_[A-Za-z0-9_-]{43}$/;
/** scrypt holds 32 MB while it runs: more at once would let strangers spend our memory. */
const MAX_CONCURRENT_SIGN_INS = 4;

export interface OperatorSession {
  readonly operator: string;
  readonly signIn: SignIn;
}

export interface SignedIn {
  readonly operator: string;
  readonly token: SecretValue;
  readonly expiresAt: Date;
}

interface Dependencies {
  readonly store: IssuerStore;
  readonly issuer: Pick<Issuer, 'record'>;
  now(): Date;
}

/** The people who approve and operate, and their sessions. Tokens are kept as hashes; every attempt to sign in is audited. */
export class Operators {
  readonly #deps: Dependencies;
  #signingIn = 0;

  constructor(deps: Dependencies) {
    this.#deps = deps;
  }

  /** @throws {AppError} ERR_SIGN_IN_REFUSED, the same for an unknown name and a wrong password. */
  async signIn(name: string, password: SecretValue, context: CallContext): Promise<SignedIn> {
    const { store, issuer, now } = this.#deps;
    if (this.#signingIn >= MAX_CONCURRENT_SIGN_INS)
      throw new AppError('ERR_HTTP_RATE_LIMITED', 'too many people sign in at once', { details: { retryAfter: 1 } });
    this.#signingIn += 1;
    try {
      const operator = await store.read((tables) => tables.operators.find(name));
      const actor = `operator:${operator?.name ?? 'unknown'}`;
      if (!(await verifyPassword(password, operator?.passwordHash)) || operator === undefined) {
        await issuer.record(
          { event: 'operator.sign_in_refused', actor, detail: { source_ip: context.sourceIp } },
          context,
        );
        throw new AppError('ERR_SIGN_IN_REFUSED', 'name or password is wrong');
      }
      const token = new SecretValue(`lapse_session_${randomBytes(32).toString('base64url')}`);
      const createdAt = now();
      const expiresAt = new Date(createdAt.getTime() + SESSION_HOURS * 3_600_000);
      await issuer.record({ event: 'operator.signed_in', actor, detail: { source_ip: context.sourceIp } }, context);
      await store.write(async (tables) => {
        await tables.operators.forgetSessions(createdAt);
        await tables.operators.addSession(hashToken(token.reveal()), operator.name, createdAt, expiresAt);
      });
      return { operator: operator.name, token, expiresAt };
    } finally {
      this.#signingIn -= 1;
    }
  }

  /** Who holds a session token; undefined when it is unknown or over. */
  async session(token: string): Promise<OperatorSession | undefined> {
    if (!SESSION_FORM.test(token)) return undefined;
    const { store, now } = this.#deps;
    const operator = await store.read((tables) => tables.operators.sessionOperator(hashToken(token), now()));
    return operator === undefined ? undefined : { operator: operator.name, signIn: operator.signIn };
  }

  async signOut(token: string): Promise<void> {
    await this.#deps.store.write((tables) => tables.operators.endSession(hashToken(token)));
  }
}

function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
