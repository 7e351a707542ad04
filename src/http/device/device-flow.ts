import { createHash, randomBytes } from 'node:crypto';
import { AppError } from '../../errors.ts';
import type { CallContext, Issuer } from '../../issuer/issuer.ts';
import type { DeviceGrant } from '../../store/issuer/device-grant-table.ts';
import type { IssuerStore } from '../../store/issuer/issuer-store.ts';
import type { OperatorSession, Operators, SignedIn } from '../operators/operators.ts';
import { drawUserCode, readUserCode } from './user-code.ts';

const LIFE_SECONDS = 600;
const DRAWS = 5;
/** Of the whole issuer: strangers may ask, so that what they leave behind is bounded. */
const MAX_OPEN = 1000;
/** Wrong codes of one person (RFC 8628 section 5.1). */
const MAX_MISSES = 8;
const MISSES_WINDOW = 600_000;
const MAX_MACHINE = 80;

interface Dependencies {
  readonly store: IssuerStore;
  readonly operators: Pick<Operators, 'open' | 'sessions'>;
  readonly issuer: Pick<Issuer, 'record'>;
  now(): Date;
}

/** Signs a person in on a machine that has no browser (RFC 8628). It approves no access. */
export class DeviceFlow {
  readonly #deps: Dependencies;
  readonly #misses = new Map<string, readonly number[]>();

  constructor(deps: Dependencies) {
    this.#deps = deps;
  }

  /** @param machine - as it calls itself, for the person who confirms. */
  async start(
    clientId: string,
    machine: string,
    context: CallContext,
  ): Promise<{ readonly deviceCode: string; readonly userCode: string; readonly expiresIn: number }> {
    const createdAt = this.#deps.now();
    const deviceCode = randomBytes(32).toString('base64url');
    const grant = {
      clientId,
      machine: machine.slice(0, MAX_MACHINE),
      sourceIp: context.sourceIp,
      createdAt,
      expiresAt: new Date(createdAt.getTime() + LIFE_SECONDS * 1000),
    };
    const userCode = await this.#deps.store.write(async ({ devices }) => {
      // Late polls of a grant that is over still hear that it is.
      await devices.forget(new Date(createdAt.getTime() - LIFE_SECONDS * 1000));
      if ((await devices.countOpen(createdAt)) >= MAX_OPEN)
        throw new AppError('ERR_HTTP_RATE_LIMITED', 'too many machines wait to be signed in');
      for (let draw = 0; draw < DRAWS; draw += 1) {
        const code = drawUserCode();
        if (await devices.insert(hashCode(deviceCode), { ...grant, userCode: code })) return code;
      }
      throw new AppError('ERR_INTERNAL', 'no free user code was drawn');
    });
    return { deviceCode, userCode, expiresIn: LIFE_SECONDS };
  }

  /**
   * What waits under the code that a person typed. Guessing is limited per person.
   *
   * @throws {AppError} ERR_DEVICE_CODE for every code that waits for nobody, ERR_HTTP_RATE_LIMITED.
   */
  async find(typed: string, operator: string): Promise<DeviceGrant> {
    const at = this.#deps.now();
    const misses = (this.#misses.get(operator) ?? []).filter((miss) => miss > at.getTime() - MISSES_WINDOW);
    if (misses.length >= MAX_MISSES)
      throw new AppError('ERR_HTTP_RATE_LIMITED', 'too many wrong codes', {
        hint: 'wait ten minutes',
        details: { retryAfter: MISSES_WINDOW / 1000 },
      });
    const code = readUserCode(typed);
    const grant =
      code === undefined ? undefined : await this.#deps.store.read(({ devices }) => devices.findByUserCode(code));
    if (grant?.state === 'pending' && grant.expiresAt > at) return grant;
    this.#misses.set(operator, [...misses, at.getTime()]);
    throw unknownCode();
  }

  /** @throws {AppError} ERR_DEVICE_CODE when it was answered before, or its time is over. */
  async answer(
    grant: DeviceGrant,
    verdict: 'approved' | 'denied',
    session: OperatorSession,
    context: CallContext,
  ): Promise<void> {
    const { store, issuer, now } = this.#deps;
    const by = { operator: session.operator, session: session.id };
    if (!(await store.write(({ devices }) => devices.answer(grant.userCode, verdict, by, now())))) throw unknownCode();
    await issuer.record(
      {
        event: `device.${verdict}`,
        actor: `operator:${session.operator}`,
        detail: { client: grant.clientId, machine: grant.machine, asked_from: grant.sourceIp, session: session.id },
      },
      context,
    );
  }

  /**
   * A poll of the machine: its session, once.
   *
   * @throws {AppError} ERR_ACCESS_PENDING, ERR_ACCESS_DENIED, ERR_ACCESS_EXPIRED; ERR_GRANT_INVALID for a code that is unknown, used, or of
   * another client.
   */
  async claim(deviceCode: string, clientId: string, context: CallContext): Promise<SignedIn> {
    const { store, operators, now } = this.#deps;
    const hash = hashCode(deviceCode);
    const grant = await store.read(({ devices }) => devices.find(hash));
    if (grant === undefined || grant.clientId !== clientId || grant.state === 'used') throw invalid();
    if (grant.state === 'denied') throw new AppError('ERR_ACCESS_DENIED', 'the person refused');
    if (grant.expiresAt <= now()) throw new AppError('ERR_ACCESS_EXPIRED', 'nobody confirmed the code in time');
    const { confirmed } = grant;
    if (grant.state === 'pending' || confirmed === undefined)
      throw new AppError('ERR_ACCESS_PENDING', 'nobody has confirmed the code yet');
    // Who signs out, or loses the session, before the machine comes takes the confirmation back.
    const session = (await operators.sessions(confirmed.operator)).find(({ id }) => id === confirmed.session);
    if (!(await store.write(({ devices }) => devices.use(hash))) || session === undefined) throw invalid();
    const { method, signIn } = session;
    const client = grant.machine === '' ? grant.clientId : `${grant.clientId} on ${grant.machine}`;
    return await operators.open({ operator: confirmed.operator, method, signIn, client }, context);
  }
}

function hashCode(code: string): string {
  return createHash('sha256').update(code).digest('hex');
}

function invalid(): AppError {
  return new AppError('ERR_GRANT_INVALID', 'no such device_code');
}

function unknownCode(): AppError {
  return new AppError('ERR_DEVICE_CODE', 'no machine waits with this code', {
    hint: 'codes are good for ten minutes and once: look at the machine, or start again there',
  });
}
