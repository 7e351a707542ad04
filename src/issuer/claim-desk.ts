import { AppError } from '../errors.ts';
import type { AccessRequest, Requester } from '../model/access-request.ts';
import { subjectKey } from '../store/issuer/subject-key.ts';
import type { ApprovalDesk } from './approval-desk.ts';
import type { Approvers } from './approvers.ts';
import { checkedTarget } from './check-detail.ts';
import { decide, type Evaluated } from './decide.ts';
import { grantedDetail } from './granted-detail.ts';
import { handOut } from './handing-out.ts';
import type { CallContext, RequestOutcome } from './issuer.ts';
import type { IssuerParts, Target } from './parts.ts';
import { deniedFor, endReasons, evaluatedEvent, refusedFor } from './request-events.ts';
import { requestHash } from './request-hash.ts';
import { clockStart, isEarly } from './request-times.ts';
import type { Revoker } from './revoker.ts';
import type { StaticKeys } from './static-keys.ts';
import type { WaitingRequests } from './waiting-requests.ts';

interface Desks {
  readonly revoker: Revoker;
  readonly staticKeys: StaticKeys;
  readonly waiting: WaitingRequests;
  readonly approvers: Approvers;
  readonly approvals: Pick<ApprovalDesk, 'effective'>;
}

/** Hands out what was waited for, to whoever asked for it, if everything that made it good is still true. */
export class ClaimDesk {
  readonly #parts: IssuerParts;
  readonly #desks: Desks;

  constructor(parts: IssuerParts, desks: Desks) {
    this.#parts = parts;
    this.#desks = desks;
  }

  async claim(id: string, requester: Requester, context: CallContext): Promise<RequestOutcome> {
    const { waiting, staticKeys } = this.#desks;
    const found = await waiting.expireIfOverdue(id);
    // Whoever asked with other claims, such as another run of the same workflow, is somebody else.
    if (
      found === undefined ||
      subjectKey(found.requester) !== subjectKey(requester) ||
      found.canonicalHash !== requestHash(requester, found.detail)
    )
      throw new AppError('ERR_REQUEST_NOT_FOUND', `no request "${id}" waits for this requester`);
    if (found.state === 'fulfilled')
      throw new AppError('ERR_REQUEST_NOT_FOUND', `request "${id}" was answered already`);
    if (found.state !== 'pending' && found.state !== 'approved')
      return { kind: 'denied', request: found, reasons: endReasons(found) };
    const target = checkedTarget(this.#parts, found.detail);
    await this.#parts.delivery.ready();
    if (!(await staticKeys.mayUse(requester, found.detail.target, context.sourceIp)))
      return await this.#deny(found, deniedFor('static-key-not-bound', this.#parts.policy.revision));
    const current = await waiting.withCurrentDecision(found, target);
    if (current.state === 'denied') return { kind: 'denied', request: current, reasons: endReasons(current) };
    if (current.state === 'pending' || isEarly(current, this.#parts.now())) return pending(current);
    return await this.#handOut(current, target, context);
  }

  async #handOut(request: AccessRequest, target: Target, context: CallContext): Promise<RequestOutcome> {
    const { approvers, approvals, waiting, revoker } = this.#desks;
    const given = await this.#parts.store.read((tables) => approvers.valid(tables, request));
    // What approvers left of it is what policy is asked about, and what is granted.
    const effective = approvals.effective(request, given) ?? request.detail;
    const evaluated = await decide(this.#parts, target, { ...request, detail: effective }, given);
    const { decision } = evaluated;
    if (decision.effect === 'deny') return await this.#deny(request, evaluated);
    if (!approvers.satisfied(decision, given)) return pending(await waiting.reopen(request, evaluated));
    const grantable = grantedDetail(effective, decision, target.settings.maxSeconds, target.broker);
    if (grantable.refused !== undefined) return await this.#deny(request, refusedFor(grantable.refused, evaluated));
    return await handOut(this.#parts, revoker, {
      request: { ...request, decision },
      target,
      decision,
      detail: grantable.detail,
      approvedBy: given.map(({ approver }) => approver),
      startsAt: clockStart(request.detail, new Date(request.approvedAt ?? request.createdAt)),
      claimable: true,
      record: async (tables, now) => {
        const still = await tables.requests.hold(request.id);
        if (still?.state !== 'approved')
          throw new AppError('ERR_REQUEST_STATE', `request "${request.id}" ended meanwhile`);
        // Whoever said yes may have lost the place since it was read.
        if (!approvers.satisfied(decision, await approvers.valid(tables, still)))
          throw new AppError('ERR_REQUEST_STATE', `an approval of request "${request.id}" is void by now`);
        await tables.requests.addDecision(request.id, decision, evaluated.inputHash, now);
        await tables.audit.append(evaluatedEvent(request, evaluated, context), now);
      },
    });
  }

  async #deny(request: AccessRequest, evaluated: Evaluated): Promise<RequestOutcome> {
    const denied = await this.#desks.waiting.refuse(request, evaluated);
    return { kind: 'denied', request: denied, reasons: evaluated.decision.reasons };
  }
}

function pending(request: AccessRequest): RequestOutcome {
  return { kind: 'pending', request, expiresAt: new Date(request.pendingExpiresAt ?? request.createdAt) };
}
