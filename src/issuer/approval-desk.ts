import { AppError } from '../errors.ts';
import type { AccessDetail, AccessRequest, Decision, Narrowing } from '../model/access-request.ts';
import type { IssuerTables } from '../store/issuer/issuer-store.ts';
import type { StoredOperator } from '../store/issuer/operator-table.ts';
import { type Approvers, type Seat, shareAPerson, type ValidApproval } from './approvers.ts';
import type { ApprovalOptions, CallContext } from './issuer.ts';
import { both, narrowed, widens } from './narrowing.ts';
import type { IssuerParts, Target } from './parts.ts';
import { requestHash } from './request-hash.ts';
import { lastMoment } from './request-times.ts';
import { isRequester } from './requesting-people.ts';
import { isOverdue, placeOf, type WaitingRequests } from './waiting-requests.ts';

interface Ballot extends ApprovalOptions {
  readonly verdict: 'approve' | 'reject';
  readonly operator: string;
}

/** What a ballot is counted with: all of it read in the transaction that writes. */
interface Count {
  readonly tables: IssuerTables;
  readonly now: Date;
  readonly request: AccessRequest;
  readonly decision: Decision;
  readonly voter: StoredOperator;
  readonly ballot: Ballot;
  readonly context: CallContext;
}

/** People's answers to requests, and what they make of them. Saying no takes less than saying yes. */
export class ApprovalDesk {
  readonly #parts: IssuerParts;
  readonly #waiting: WaitingRequests;
  readonly #approvers: Approvers;

  constructor(parts: IssuerParts, waiting: WaitingRequests, approvers: Approvers) {
    this.#parts = parts;
    this.#waiting = waiting;
    this.#approvers = approvers;
  }

  async approve(id: string, operator: string, options: ApprovalOptions, context: CallContext): Promise<AccessRequest> {
    const found = await this.#pending(id);
    // Nobody approves what policy no longer says: after a change it is asked again first.
    const current = await this.#waiting.withCurrentDecision(found, this.#target(found));
    if (current.state !== 'pending')
      throw new AppError('ERR_REQUEST_STATE', `request "${id}" is ${current.state}, not pending`);
    return await this.#vote(id, { ...options, verdict: 'approve', operator }, context);
  }

  async deny(id: string, operator: string, options: ApprovalOptions, context: CallContext): Promise<AccessRequest> {
    await this.#pending(id);
    return await this.#vote(id, { ...options, verdict: 'reject', operator }, context);
  }

  /** What would be granted by now: what was asked, with every narrowing that counts; undefined when they leave nothing. */
  effective(request: AccessRequest, given: readonly ValidApproval[]): AccessDetail | undefined {
    return narrowed(
      request.detail,
      given.map((approval) => approval.narrowed),
    );
  }

  #target({ detail }: AccessRequest): Target {
    const target = this.#parts.targets.get(detail.target);
    if (target === undefined || target.retired === true)
      throw new AppError('ERR_TARGET_UNKNOWN', `no target "${detail.target}" any more`);
    return target;
  }

  async #pending(id: string): Promise<AccessRequest> {
    const found = await this.#waiting.expireIfOverdue(id);
    if (found === undefined) throw new AppError('ERR_REQUEST_NOT_FOUND', `no request "${id}"`);
    if (found.state !== 'pending')
      throw new AppError('ERR_REQUEST_STATE', `request "${id}" is ${found.state}, not pending`);
    return found;
  }

  /** Whoever tries and may not is in the log as well. */
  async #vote(id: string, ballot: Ballot, context: CallContext): Promise<AccessRequest> {
    try {
      const answered = await this.#count(id, ballot, context);
      if (answered.pendingExpiresAt !== undefined) this.#parts.wake(new Date(answered.pendingExpiresAt));
      if (answered.state !== 'pending') this.#parts.answers.tell(id);
      return answered;
    } catch (error) {
      const reason = refusalOf(error);
      if (reason !== undefined)
        await this.#parts.write(({ audit }, now) =>
          audit.append(
            {
              event: 'approval.refused',
              actor: `operator:${ballot.operator}`,
              request: id,
              detail: {
                reason,
                verdict: ballot.verdict,
                source_ip: context.sourceIp,
                correlation_id: context.correlationId,
              },
            },
            now,
          ),
        );
      throw error;
    }
  }

  /** The request is held while it is counted, so that two last approvals cannot both be the last. */
  async #count(id: string, ballot: Ballot, context: CallContext): Promise<AccessRequest> {
    return await this.#parts.write(async (tables, now) => {
      const request = await tables.requests.hold(id);
      if (request === undefined) throw new AppError('ERR_REQUEST_NOT_FOUND', `no request "${id}"`);
      const decision = request.decision;
      if (request.state !== 'pending' || decision === undefined || isOverdue(request, now))
        throw new AppError('ERR_REQUEST_STATE', `request "${id}" is ${request.state}, not pending`);
      const voter = await tables.operators.find(ballot.operator);
      if (voter === undefined)
        throw new AppError('ERR_APPROVAL_NOT_ELIGIBLE', `"${ballot.operator}" is no operator of this issuer`);
      const count = { tables, now, request, decision, voter, ballot, context };
      if (isRequester(voter, request)) {
        if (ballot.verdict === 'approve')
          throw new AppError('ERR_APPROVAL_SELF', `"${voter.name}" counts as the requester of "${id}"`, {
            hint: 'somebody else must approve it',
          });
        return await this.#end(count, 'cancelled');
      }
      if (ballot.verdict === 'approve') return await this.#approved(count);
      if (!(await this.#approvers.isAsked(tables, voter, decision.approvals)))
        throw new AppError('ERR_APPROVAL_NOT_ELIGIBLE', `"${voter.name}" is in no group that may answer "${id}"`);
      return await this.#end(count, 'rejected');
    });
  }

  async #approved(count: Count): Promise<AccessRequest> {
    const { tables, request, decision, voter, ballot } = count;
    const before = await this.#approvers.valid(tables, request);
    const shown = this.effective(request, before) ?? request.detail;
    if (ballot.hash !== undefined && ballot.hash !== requestHash(request.requester, shown))
      throw new AppError('ERR_REQUEST_CHANGED', `request "${request.id}" is not what was looked at any more`, {
        hint: `look at it again: lapse requests ${request.id}`,
      });
    const level = this.#approvers.openLevel(decision, before) ?? 0;
    const seat = await this.#approvers.seat(tables, request, voter, decision.approvals, level, ballot.inPlaceOf);
    const standing = { human: voter.human, ...(seat.of === undefined ? {} : { standsFor: seat.of.human }) };
    if (before.some((other) => shareAPerson(other, standing)))
      throw new AppError('ERR_APPROVAL_NOT_ELIGIBLE', `"${voter.name}" has approved "${request.id}" already`, {
        hint: 'one person fills one place, in person or by a substitute',
      });
    const narrowing = this.#narrowing(count, before);
    await this.#record(count, narrowing, seat);
    const given = await this.#approvers.valid(tables, request);
    const open = this.#approvers.openLevel(decision, given);
    const what = this.effective(request, given);
    if (open === undefined && what !== undefined) await this.#satisfied(count, what);
    else if (open !== undefined && open > level) await this.#askNext(count, open);
    return (await tables.requests.find(request.id)) ?? request;
  }

  async #satisfied({ tables, now, request, decision }: Count, what: AccessDetail): Promise<void> {
    await tables.requests.move(request.id, ['pending'], 'approved', {
      approvedAt: now.toISOString(),
      pendingExpiresAt: lastMoment(what, now).toISOString(),
    });
    const narrower =
      what.duration !== request.detail.duration || requestHash(request.requester, what) !== request.canonicalHash;
    await tables.audit.append(
      {
        ...placeOf(request),
        event: 'request.approved',
        detail: {
          policy_revision: decision.policy_revision,
          waited: waited(request, now),
          ...(narrower ? { approved: { ...what }, canonical_hash: requestHash(request.requester, what) } : {}),
        },
      },
      now,
    );
  }

  /** People of a level hear of a request when those before them have said yes. */
  async #askNext({ tables, now, request, decision }: Count, level: number): Promise<void> {
    const from = decision.approvals.filter((place) => (place.level ?? 1) === level).map((place) => place.from);
    await tables.audit.append({ ...placeOf(request), event: 'approval.asked', detail: { level, from } }, now);
  }

  /** @throws {AppError} ERR_APPROVAL_NARROWING where it would widen, or leaves what cannot be granted. */
  #narrowing({ request, decision, ballot }: Count, before: readonly ValidApproval[]): Narrowing {
    const choice = decision.narrower?.find(({ id }) => id === ballot.choice);
    if (ballot.choice !== undefined && choice === undefined)
      throw new AppError('ERR_APPROVAL_NARROWING', `request "${request.id}" has no choice "${ballot.choice}"`, {
        hint: `policy offers: ${decision.narrower?.map(({ id }) => id).join(', ') || 'none'}`,
      });
    const { id: _id, ...chosen } = choice ?? { id: '' };
    const narrowing = both(chosen, ballot.narrow ?? {});
    const problem =
      (request.detail.extends !== undefined && (narrowing.actions ?? narrowing.resources) !== undefined
        ? 'more time of a lease is time and nothing else'
        : undefined) ??
      widens(request.detail, narrowing) ??
      this.#ungrantable(request, [...before.map((given) => given.narrowed), narrowing]);
    if (problem !== undefined)
      throw new AppError('ERR_APPROVAL_NARROWING', `request "${request.id}" cannot be approved so: ${problem}`);
    return narrowing;
  }

  #ungrantable(request: AccessRequest, narrowings: readonly Narrowing[]): string | undefined {
    const { broker } = this.#target(request);
    const what = narrowed(request.detail, narrowings);
    if (what === undefined) return 'nothing is left that all approvers agree to';
    if (what.duration < broker.capabilities.minSeconds)
      return `the target grants no less than ${broker.capabilities.minSeconds} s`;
    return broker.refuses(what);
  }

  async #end(count: Count, state: 'rejected' | 'cancelled'): Promise<AccessRequest> {
    const { tables, request } = count;
    await this.#record(count, {}, { groups: [], level: 0 });
    await tables.requests.move(request.id, ['pending', 'approved'], state);
    return (await tables.requests.find(request.id)) ?? request;
  }

  async #record(
    { tables, now, request, decision, voter, ballot, context }: Count,
    narrowing: Narrowing,
    seat: Seat,
  ): Promise<void> {
    const hash = requestHash(request.requester, narrowed(request.detail, [narrowing]) ?? request.detail);
    const isNarrower = Object.keys(narrowing).length > 0;
    await tables.requests.addApproval(request.id, {
      approver: voter.name,
      human: voter.human,
      verdict: ballot.verdict,
      level: seat.level,
      ...(seat.of === undefined ? {} : { inPlaceOf: seat.of.name }),
      ...(isNarrower ? { narrowed: narrowing } : {}),
      ...(ballot.reason === undefined ? {} : { reason: ballot.reason }),
      ...(ballot.amr === undefined ? {} : { amr: ballot.amr }),
      canonicalHash: hash,
      policyRevision: decision.policy_revision,
      at: now.toISOString(),
    });
    await tables.audit.append(
      {
        ...placeOf(request),
        actor: `operator:${voter.name}`,
        event: ballot.verdict === 'approve' ? 'approval.given' : 'approval.rejected',
        detail: {
          reason: ballot.reason,
          canonical_hash: hash,
          policy_revision: decision.policy_revision,
          ...(ballot.verdict === 'approve' ? { level: seat.level } : { waited: waited(request, now) }),
          ...(seat.of === undefined ? {} : { in_place_of: seat.of.name }),
          ...(isNarrower ? { narrowed: { ...narrowing } } : {}),
          source_ip: context.sourceIp,
          correlation_id: context.correlationId,
        },
      },
      now,
    );
  }
}

/** Seconds since it was asked, by a clock that may have been set back. */
function waited({ createdAt }: AccessRequest, now: Date): number {
  return Math.max(0, Math.floor((now.getTime() - Date.parse(createdAt)) / 1000));
}

/** A reason id for the log, of those refusals that say something about who tried. */
function refusalOf(error: unknown): string | undefined {
  if (!(error instanceof AppError)) return undefined;
  if (error.code === 'ERR_APPROVAL_SELF') return 'self';
  if (error.code === 'ERR_APPROVAL_NOT_ELIGIBLE') return 'not-eligible';
  if (error.code === 'ERR_APPROVAL_NARROWING') return 'narrowing';
  return undefined;
}
