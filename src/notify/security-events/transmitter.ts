import { createHash, timingSafeEqual } from 'node:crypto';
import type { IssuerKeys } from '../../issuer/keys.ts';
import type { Logger } from '../../issuer/logger.ts';
import type { JobQueue } from '../../jobs/job-queue.ts';
import type { AuditEvent } from '../../model/audit-event.ts';
import type { JsonObject } from '../../model/json.ts';
import type { SecretValue } from '../../model/secret-value.ts';
import { addressPolicyFor, hostOf } from '../../net/host-of.ts';
import { DeliveryError, post } from '../../net/post.ts';
import type { IssuerStore } from '../../store/issuer/issuer-store.ts';
import { claimsOf } from './claims-of.ts';

interface ReceiverCommon {
  readonly id: string;
  readonly audience: string;
}

export interface PushReceiver extends ReceiverCommon {
  readonly type: 'push';
  readonly url: string;
  /** Value of the header `Authorization`. */
  readonly authorization?: SecretValue;
  readonly privateNetwork: boolean;
  /** Milliseconds. */
  readonly timeout: number;
  readonly ca?: string;
}

export interface PollReceiver extends ReceiverCommon {
  readonly type: 'poll';
  /** Bearer token that it shows. */
  readonly token: SecretValue;
}

export interface TransmitterOptions {
  readonly receivers: readonly (PushReceiver | PollReceiver)[];
  readonly store: IssuerStore;
  readonly jobs: Pick<JobQueue, 'add' | 'work'>;
  readonly sign: IssuerKeys['sign'];
  /** `iss`. */
  readonly url: string;
  readonly logger: Logger;
  now(): Date;
}

/** What a receiver asks for, and says of what it got (RFC 8936 §2.2). */
export interface PollRequest {
  readonly most: number;
  readonly ack: readonly string[];
  /** `jti` → code. */
  readonly errors: Readonly<Record<string, string>>;
}

const QUEUE = 'security-events';
const KEEP = 7 * 24 * 3_600_000;
const FORGET = 3_600_000;

/** Tells receivers when leases and static keys end, as security event tokens: pushed as jobs, or kept until they are fetched. */
export class Transmitter {
  readonly #options: TransmitterOptions;
  #forgot = 0;

  constructor(options: TransmitterOptions) {
    this.#options = options;
    const push = new Map(options.receivers.flatMap((one) => (one.type === 'push' ? [[one.id, one] as const] : [])));
    options.jobs.work(QUEUE, async ({ data }) => {
      const receiver = push.get(String(data.receiver));
      // One that is no longer configured is owed nothing.
      if (receiver !== undefined) await this.#push(receiver, data.claims as JsonObject);
    });
  }

  /** For the outbox: resolves when whatever comes of the event is on disk. @returns whether anything did. */
  async tell(event: AuditEvent): Promise<boolean> {
    const { receivers, store, jobs, url, now } = this.#options;
    const lease = await this.#leaseOf(event);
    let told = false;
    for (const { id: receiver, audience, type } of receivers) {
      const claims = claimsOf(event, lease, { issuer: url, receiver, audience });
      if (claims === undefined) continue;
      told = true;
      const jti = String(claims.jti);
      if (type === 'push') await jobs.add(QUEUE, { receiver, claims }, { key: `${receiver}:${jti}` });
      else await store.write(({ securityEvents }) => securityEvents.add(receiver, jti, claims, now()));
    }
    return told;
  }

  /** The receiver that a header `Authorization` is of. */
  receiverOf(authorization: string | undefined): string | undefined {
    if (authorization === undefined) return undefined;
    const shown = digest(authorization);
    return this.#options.receivers.find(
      (one) => one.type === 'poll' && timingSafeEqual(shown, digest(`Bearer ${one.token.reveal()}`)),
    )?.id;
  }

  async poll(
    receiver: string,
    { most, ack, errors }: PollRequest,
  ): Promise<{ readonly sets: Readonly<Record<string, string>>; readonly moreAvailable: boolean }> {
    const { store, logger, now } = this.#options;
    for (const [jti, code] of Object.entries(errors))
      logger.warn({ event: 'security_event.refused', receiver, jti, code: shortCode(code) }, 'a receiver took it not');
    const done = [...ack, ...Object.keys(errors)];
    if (done.length > 0 || now().getTime() - this.#forgot > FORGET)
      await store.write(async ({ securityEvents }) => {
        await securityEvents.remove(receiver, done);
        await securityEvents.forget(new Date(now().getTime() - KEEP));
      });
    if (done.length === 0) this.#forgot = now().getTime();
    const waiting = await store.read(({ securityEvents }) => securityEvents.waiting(receiver, most + 1));
    const sets: Record<string, string> = {};
    for (const claims of waiting.slice(0, most)) sets[String(claims.jti)] = await this.#signed(claims);
    return { sets, moreAvailable: waiting.length > most };
  }

  async #leaseOf({ lease: id }: AuditEvent) {
    if (id === undefined) return undefined;
    return await this.#options.store.read(async ({ leases, requests }) => {
      const lease = await leases.find(id);
      const origin = lease === undefined ? undefined : await requests.origin(lease.request);
      if (lease === undefined || origin === undefined) return undefined;
      return { subject: origin.requester.subject, detailType: lease.detail.type };
    });
  }

  async #signed(claims: JsonObject): Promise<string> {
    return await this.#options.sign(claims, { alg: 'ES256', typ: 'secevent+jwt' });
  }

  /** RFC 8935 §2. */
  async #push({ id, url: text, authorization, privateNetwork, timeout, ca }: PushReceiver, claims: JsonObject) {
    const url = new URL(text);
    const { status, body } = await post(url, await this.#signed(claims), {
      headers: {
        'content-type': 'application/secevent+jwt',
        accept: 'application/json',
        ...(authorization === undefined ? {} : { authorization: authorization.reveal() }),
      },
      policy: addressPolicyFor(hostOf(url), privateNetwork),
      timeout,
      ...(ca === undefined ? {} : { ca }),
    });
    if (status === 202) return;
    this.#options.logger.warn({ event: 'security_event.refused', receiver: id, status, code: errorIn(body) });
    throw new DeliveryError(`HTTP_${status}`);
  }
}

/** `err` of RFC 8935 §2.3. */
function errorIn(body: Buffer): string {
  try {
    return shortCode(JSON.parse(body.toString('utf8')).err);
  } catch {
    return 'none';
  }
}

/** What a stranger calls an error: a code, or nothing of it is repeated. */
function shortCode(code: unknown): string {
  return typeof code === 'string' && /^[a-z_]{1,40}$/.test(code) ? code : 'other';
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
