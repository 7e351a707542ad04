import { createHash, randomBytes } from 'node:crypto';
import { AppError } from '../../errors.ts';
import type { CallContext, Issuer } from '../../issuer/issuer.ts';
import { randomId } from '../../issuer/random-id.ts';
import { MFA_ACR } from '../../issuer/settings.ts';
import { SecretValue } from '../../model/secret-value.ts';
import type { IssuerStore } from '../../store/issuer/issuer-store.ts';
import type { SignIn, StoredOperator, StoredSession } from '../../store/issuer/operator-table.ts';
import { verifyPassword } from './password.ts';
import type { SecondFactor } from './second-factor.ts';

const SESSION_HOURS = 12;
const SESSION_FORM = /^lapse_session_[A-Za-z0-9_-]{43}$/;
/** scrypt holds 32 MB while it runs: more at once would let strangers spend our memory. */
const MAX_CONCURRENT_SIGN_INS = 4;
const MAX_CLIENT = 120;

/** A session that is not over, and the groups of who holds it. */
export interface OperatorSession extends StoredSession {
  readonly groups: readonly string[];
}

/** What is known of a session before it begins. */
export type NewSession = Pick<StoredSession, 'operator' | 'method' | 'signIn' | 'client'>;

/** An account as an identity provider vouches for it. */
export type Enrolment = Pick<StoredOperator, 'name' | 'human' | 'groups'> & { readonly identity: string };

export interface SignedIn {
  readonly operator: string;
  readonly token: SecretValue;
  readonly expiresAt: Date;
}

interface Dependencies {
  readonly store: IssuerStore;
  readonly issuer: Pick<Issuer, 'record'>;
  readonly secondFactor: SecondFactor;
  /** Milliseconds that a session lasts. */
  readonly sessionTtl?: number;
  now(): Date;
}

/** The people who approve and operate, and their sessions. Tokens are kept as hashes; every attempt to sign in is audited. */
export class Operators {
  readonly #deps: Dependencies;
  #signingIn = 0;

  constructor(deps: Dependencies) {
    this.#deps = deps;
  }

  /**
   * With name and password, and the code of the second factor for whoever has one.
   *
   * @param client - browser or machine, as it calls itself.
   * @throws {AppError} ERR_SIGN_IN_REFUSED, the same for an unknown name and a wrong password, and for a wrong code;
   * ERR_SIGN_IN_FACTOR when the password is right and a code is missing.
   */
  async signIn(
    name: string,
    password: SecretValue,
    context: CallContext,
    client = '',
    code: string | undefined = undefined,
  ): Promise<SignedIn> {
    const { store } = this.#deps;
    if (this.#signingIn >= MAX_CONCURRENT_SIGN_INS)
      throw new AppError('ERR_HTTP_RATE_LIMITED', 'too many people sign in at once', { details: { retryAfter: 1 } });
    this.#signingIn += 1;
    try {
      const operator = await store.read((tables) => tables.operators.find(name));
      if (!(await verifyPassword(password, operator?.passwordHash)) || operator === undefined) {
        await this.refuse(operator?.name, 'password', context);
        throw new AppError('ERR_SIGN_IN_REFUSED', 'name or password is wrong');
      }
      const signIn = await this.#withFactor(operator, code, context);
      return await this.open({ operator: operator.name, method: 'password', signIn, client }, context);
    } finally {
      this.#signingIn -= 1;
    }
  }

  async #withFactor(operator: StoredOperator, code: string | undefined, context: CallContext): Promise<SignIn> {
    const { store, secondFactor, now } = this.#deps;
    const authenticatedAt = now();
    if (operator.totpSealed === undefined) return { amr: ['pwd'], authenticatedAt };
    if (code === undefined) {
      await this.refuse(operator.name, 'second-factor-missing', context);
      throw new AppError('ERR_SIGN_IN_FACTOR', 'a code of the second factor is needed', {
        hint: 'lapse login --code',
      });
    }
    if (await secondFactor.check(operator, code, store, authenticatedAt))
      return { amr: ['pwd', 'otp', 'mfa'], acr: MFA_ACR, authenticatedAt };
    await this.refuse(operator.name, 'second-factor', context);
    throw new AppError('ERR_SIGN_IN_REFUSED', 'the code is wrong, or was used before');
  }

  /** Begins a session of a person whose proof was checked. Its token is drawn here, never taken from outside. */
  async open(person: NewSession, context: CallContext): Promise<SignedIn> {
    const { store, issuer, now, sessionTtl = SESSION_HOURS * 3_600_000 } = this.#deps;
    const token = new SecretValue(`lapse_session_${randomBytes(32).toString('base64url')}`);
    const createdAt = now();
    const expiresAt = new Date(createdAt.getTime() + sessionTtl);
    const session: StoredSession = {
      ...person,
      id: randomId('ses'),
      createdAt,
      expiresAt,
      sourceIp: context.sourceIp,
      client: person.client.slice(0, MAX_CLIENT),
    };
    const { method, operator, signIn } = person;
    await issuer.record(
      {
        event: 'operator.signed_in',
        actor: `operator:${operator}`,
        detail: { method, acr: signIn.acr, amr: [...signIn.amr], session: session.id },
      },
      context,
    );
    await store.write(async (tables) => {
      await tables.operators.forgetSessions(createdAt);
      await tables.operators.addSession(hashToken(token.reveal()), session);
    });
    return { operator, token, expiresAt };
  }

  /**
   * Finds or makes the operator whom an identity provider vouches for, by the identity and not by the name, and takes over what the
   * provider says of groups and person now.
   *
   * @returns the operator's name, which stays what it first was; undefined when the name belongs to another account.
   */
  async enrol(account: Enrolment, context: CallContext): Promise<string | undefined> {
    const { store, issuer, now } = this.#deps;
    const { name, added } = await store.write(async ({ operators }) => {
      const known = await operators.findByIdentity(account.identity);
      if (known !== undefined) {
        await operators.update(known.name, account);
        return { name: known.name, added: false };
      }
      const added = await operators.insert({ ...account, createdAt: now().toISOString() });
      return { name: added ? account.name : undefined, added };
    });
    if (added)
      await issuer.record(
        {
          event: 'operator.added',
          actor: 'system',
          detail: { operator: account.name, identity: account.identity, by: 'sign-in' },
        },
        context,
      );
    return name;
  }

  /** Gives accounts to the people that the configuration names; what it no longer names stays as it was. */
  async assignPeople(humanOf: (accounts: readonly string[]) => string | undefined): Promise<void> {
    await this.#deps.store.write(async ({ operators }) => {
      for (const { name, human, groups, identity } of await operators.list()) {
        const person = humanOf([name, ...(identity === undefined ? [] : [identity])]);
        if (person !== undefined && person !== human) await operators.update(name, { human: person, groups });
      }
    });
  }

  /** Writes down an attempt to sign in that failed; the reason is for the audit log only. */
  async refuse(operator: string | undefined, reason: string, context: CallContext): Promise<void> {
    const actor = `operator:${operator ?? 'unknown'}`;
    await this.#deps.issuer.record({ event: 'operator.sign_in_refused', actor, detail: { reason } }, context);
  }

  /** Who holds a session token; undefined when it is unknown or over. */
  async session(token: string): Promise<OperatorSession | undefined> {
    if (!SESSION_FORM.test(token)) return undefined;
    const { store, now } = this.#deps;
    const found = await store.read((tables) => tables.operators.findSession(hashToken(token), now()));
    return found === undefined ? undefined : { ...found.session, groups: found.operator.groups };
  }

  async sessions(operator: string): Promise<readonly StoredSession[]> {
    return await this.#deps.store.read((tables) => tables.operators.sessionsOf(operator, this.#deps.now()));
  }

  /** Ends one of one's own sessions, such as that of a machine that was lost. @returns false when there is no such session. */
  async endSession(operator: string, id: string, context: CallContext): Promise<boolean> {
    const ended = await this.#deps.store.write((tables) => tables.operators.endSessionById(operator, id));
    if (ended)
      await this.#deps.issuer.record(
        { event: 'operator.signed_out', actor: `operator:${operator}`, detail: { session: id } },
        context,
      );
    return ended;
  }

  async signOut(token: string): Promise<void> {
    await this.#deps.store.write((tables) => tables.operators.endSession(hashToken(token)));
  }
}

function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
