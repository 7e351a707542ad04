import type { AccessDetail, AccessRequest, Requester } from '../model/access-request.ts';
import type { IssuerTables } from '../store/issuer/issuer-store.ts';
import { checkedTarget, checkStart } from './check-detail.ts';
import { decide, type Evaluated } from './decide.ts';
import { deniedEvent } from './denied-event.ts';
import { allowsEmergency, emergencyEvent, emergencyRefusal } from './emergency.ts';
import { grantedDetail } from './granted-detail.ts';
import { handOut, noting, supersede } from './handing-out.ts';
import type { CallContext, Extension, RequestOutcome } from './issuer.ts';
import type { IssuerParts, Target } from './parts.ts';
import { extensionDetail } from './prolong.ts';
import { checkPendingQuota } from './quota.ts';
import { randomId } from './random-id.ts';
import { deniedFor, evaluatedEvent, receivedEvent, refusedFor } from './request-events.ts';
import { requestHash } from './request-hash.ts';
import { isEarly, lastMoment, waitsUntil } from './request-times.ts';
import type { Reviews } from './reviews.ts';
import type { Revoker } from './revoker.ts';
import type { StaticKeys } from './static-keys.ts';

/** Takes requests in, has policy decide, and hands out at once what may be: everything else waits (`ClaimDesk`). */
export class RequestDesk {
  readonly #parts: IssuerParts;
  readonly #revoker: Revoker;
  readonly #staticKeys: StaticKeys;
  readonly #reviews: Reviews;

  constructor(parts: IssuerParts, revoker: Revoker, staticKeys: StaticKeys, reviews: Reviews) {
    this.#parts = parts;
    this.#revoker = revoker;
    this.#staticKeys = staticKeys;
    this.#reviews = reviews;
  }

  async request(requester: Requester, detail: AccessDetail, context: CallContext): Promise<RequestOutcome> {
    const target = checkedTarget(this.#parts, detail);
    checkStart(detail, this.#parts.now());
    await this.#parts.delivery.ready();
    const refused = await this.#refusalOf(requester, detail, context);
    const request = this.#received(requester, detail, context);
    if (refused !== undefined)
      return await this.#deny(request, deniedFor(refused, this.#parts.policy.revision), context);
    const evaluated = await decide(this.#parts, target, request, []);
    if (evaluated.decision.effect === 'deny') return await this.#deny(request, evaluated, context);
    if (detail.break_glass === true && !allowsEmergency(evaluated.decision))
      return await this.#deny(request, refusedFor('break-glass-not-allowed', evaluated), context);
    const grantable = grantedDetail(detail, evaluated.decision, this.#most(target, detail), target.broker);
    if (grantable.refused !== undefined)
      return await this.#deny(request, refusedFor(grantable.refused, evaluated), context);
    if (evaluated.decision.effect === 'escalate') return await this.#escalate(request, evaluated, context);
    if (context.later !== undefined || isEarly(request, this.#parts.now()))
      return await this.#schedule(request, evaluated, context);
    return await this.#grant(request, target, evaluated, grantable.detail, context);
  }

  /** @throws {AppError} ERR_LEASE_NOT_FOUND, ERR_LEASE_NOT_EXTENDABLE */
  async extend(leaseId: string, requester: Requester, asked: Extension, context: CallContext): Promise<RequestOutcome> {
    return await this.request(requester, await extensionDetail(this.#parts, leaseId, requester, asked), context);
  }

  /** What needs no policy to be refused. */
  async #refusalOf(requester: Requester, detail: AccessDetail, context: CallContext): Promise<string | undefined> {
    if (!(await this.#staticKeys.mayUse(requester, detail.target, context.sourceIp))) return 'static-key-not-bound';
    if (detail.break_glass !== true) return undefined;
    return await emergencyRefusal(this.#parts, requester, detail, context);
  }

  /** Seconds. */
  #most({ settings }: Target, { break_glass }: AccessDetail): number {
    if (break_glass !== true) return settings.maxSeconds;
    return Math.min(settings.maxSeconds, Math.floor(this.#parts.settings.breakGlass.maxTtl / 1000));
  }

  /** It is written down with what is decided about it: before that nothing is answered, and two commits cost twice as much as one. */
  #received(requester: Requester, detail: AccessDetail, context: CallContext): AccessRequest {
    const now = this.#parts.now();
    return {
      id: randomId('req'),
      requester,
      detail,
      sourceIp: context.sourceIp,
      createdAt: now.toISOString(),
      pendingExpiresAt: new Date(now.getTime() + this.#parts.settings.abandonAfter).toISOString(),
      canonicalHash: requestHash(requester, detail),
      state: 'approved',
      approvals: [],
      ...(context.later?.bindingMessage === undefined ? {} : { bindingMessage: context.later.bindingMessage }),
    };
  }

  async #grant(
    request: AccessRequest,
    target: Target,
    evaluated: Evaluated,
    detail: AccessDetail,
    context: CallContext,
  ): Promise<RequestOutcome> {
    const superseded: string[] = [];
    const outcome = await handOut(this.#parts, this.#revoker, {
      request: { ...request, decision: evaluated.decision },
      target,
      decision: evaluated.decision,
      detail,
      approvedBy: [],
      received: receivedEvent(request, context),
      claimable: false,
      record: async (tables, now) => {
        superseded.push(...(await supersede(tables, request, context, now)));
        await this.#insert(tables, request, evaluated, context, now);
        if (detail.break_glass !== true) return;
        const review = await this.#reviews.open(tables, request, now);
        this.#parts.wake(new Date(review.dueAt));
        await tables.audit.append(emergencyEvent(request, evaluated.decision, review.id), now);
      },
    });
    for (const id of superseded) await this.#startRevoking(id);
    return outcome;
  }

  async #insert(tables: IssuerTables, request: AccessRequest, evaluated: Evaluated, context: CallContext, now: Date) {
    const { correlationId, idempotencyKey } = context;
    await tables.audit.append(receivedEvent(request, context), now);
    await tables.requests.insert({ request, correlationId, idempotencyKey });
    await tables.requests.addDecision(request.id, evaluated.decision, evaluated.inputHash, now);
    await tables.audit.append(evaluatedEvent(request, evaluated, context), now);
  }

  async #deny(request: AccessRequest, evaluated: Evaluated, context: CallContext): Promise<RequestOutcome> {
    const { pendingExpiresAt: _none, ...rest } = request;
    const denied: AccessRequest = { ...rest, state: 'denied', decision: evaluated.decision };
    await this.#parts.write(async (tables, now) => {
      await this.#insert(tables, denied, evaluated, context, now);
      await tables.audit.append(deniedEvent(denied, evaluated.decision), now);
    });
    return { kind: 'denied', request: denied, reasons: evaluated.decision.reasons };
  }

  async #escalate(request: AccessRequest, evaluated: Evaluated, context: CallContext): Promise<RequestOutcome> {
    const { decision } = evaluated;
    const most = Math.min(this.#parts.settings.pendingTtl, context.later?.expiry ?? Number.POSITIVE_INFINITY);
    return await this.#wait({ ...request, decision }, evaluated, context, (now) => ({
      state: 'pending',
      pendingExpiresAt: earlier(waitsUntil(request.detail, decision, this.#parts.settings.pendingTtl, now), now, most),
    }));
  }

  /** Allowed by itself, and fetched later or asked for ahead: it can be claimed when its time has come, if policy still says so. */
  async #schedule(request: AccessRequest, evaluated: Evaluated, context: CallContext): Promise<RequestOutcome> {
    return await this.#wait({ ...request, decision: evaluated.decision }, evaluated, context, (now) => ({
      state: 'approved',
      pendingExpiresAt: lastMoment(request.detail, now).toISOString(),
    }));
  }

  async #wait(
    request: AccessRequest,
    evaluated: Evaluated,
    context: CallContext,
    waiting: (now: Date) => Required<Pick<AccessRequest, 'state' | 'pendingExpiresAt'>>,
  ): Promise<RequestOutcome> {
    return await noting(this.#parts, { request, received: receivedEvent(request, context) }, async () => {
      const stored = await this.#parts.write(async (tables, now) => {
        await checkPendingQuota(tables, this.#parts.settings.quotas, request.requester);
        const kept = { ...request, ...waiting(now) };
        await this.#insert(tables, kept, evaluated, context, now);
        return kept;
      });
      const expiresAt = new Date(stored.pendingExpiresAt);
      this.#parts.wake(expiresAt);
      return { kind: 'pending', request: stored, expiresAt };
    });
  }

  async #startRevoking(leaseId: string): Promise<void> {
    const lease = await this.#parts.store.read(({ leases }) => leases.find(leaseId));
    if (lease?.state === 'REVOKING') this.#revoker.start(lease);
  }
}

/** ISO 8601: a moment, or one that comes so many milliseconds from now when that is sooner. */
function earlier(moment: Date, now: Date, milliseconds: number): string {
  return new Date(Math.min(moment.getTime(), now.getTime() + milliseconds)).toISOString();
}
