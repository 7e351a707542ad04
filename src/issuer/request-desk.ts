import { AppError } from '../errors.ts';
import type { AccessDetail, AccessRequest, Decision, Requester } from '../model/access-request.ts';
import type { IssuerTables } from '../store/issuer/issuer-store.ts';
import { subjectKey } from '../store/issuer/subject-key.ts';
import { actorOf } from './actor.ts';
import type { ApprovalDesk } from './approval-desk.ts';
import { decide, type Evaluated } from './decide.ts';
import { deniedEvent } from './denied-event.ts';
import { grantedDetail } from './granted-detail.ts';
import type { CallContext, RequestOutcome } from './issuer.ts';
import { mint } from './mint.ts';
import type { IssuerParts, Target } from './parts.ts';
import { checkPendingQuota } from './quota.ts';
import { randomId } from './random-id.ts';
import { requestHash } from './request-hash.ts';
import { markRevoking, type Revoker } from './revoker.ts';
import type { StaticKeys } from './static-keys.ts';

/** Takes requests in, has policy decide, and hands leases out: at once, or when an approved request is claimed. */
export class RequestDesk {
  readonly #parts: IssuerParts;
  readonly #revoker: Revoker;
  readonly #approvals: ApprovalDesk;
  readonly #staticKeys: StaticKeys;

  constructor(parts: IssuerParts, revoker: Revoker, approvals: ApprovalDesk, staticKeys: StaticKeys) {
    this.#parts = parts;
    this.#revoker = revoker;
    this.#approvals = approvals;
    this.#staticKeys = staticKeys;
  }

  async request(requester: Requester, detail: AccessDetail, context: CallContext): Promise<RequestOutcome> {
    const target = this.#checkedTarget(detail);
    await this.#parts.delivery.ready();
    const request = await this.#receive(requester, detail, context);
    const bound = await this.#staticKeys.mayUse(requester, detail.target, context.sourceIp);
    if (!bound) return await this.#denyNew(request, deniedFor('static-key-not-bound', this.#parts), context);
    const evaluated = await decide(this.#parts, target, request, []);
    if (evaluated.decision.effect === 'deny') return await this.#denyNew(request, evaluated, context);
    const grantable = grantedDetail(detail, evaluated.decision, target.settings.maxSeconds, target.broker);
    if (grantable.refused !== undefined)
      return await this.#denyNew(request, refusedFor(grantable.refused, evaluated), context);
    if (evaluated.decision.effect === 'escalate') return await this.#escalate(request, evaluated, context);
    const superseded: string[] = [];
    const outcome = await this.#minting({ ...request, decision: evaluated.decision }, () =>
      mint(this.#parts, this.#revoker, {
        request: { ...request, decision: evaluated.decision },
        target,
        decision: evaluated.decision,
        detail: grantable.detail,
        approvedBy: [],
        claimable: false,
        record: async (tables, now) => {
          superseded.push(...(await supersede(tables, request, context, now)));
          await this.#insert(tables, request, evaluated, context, now);
          await noteEmergency(tables, request, evaluated, now);
        },
      }),
    );
    for (const id of superseded) await this.#startRevoking(id);
    return outcome;
  }

  async claim(id: string, requester: Requester, context: CallContext): Promise<RequestOutcome> {
    const found = await this.#approvals.expireIfOverdue(id);
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
    const target = this.#checkedTarget(found.detail);
    await this.#parts.delivery.ready();
    if (!(await this.#staticKeys.mayUse(requester, found.detail.target, context.sourceIp)))
      return await this.#denyWaiting(found, deniedFor('static-key-not-bound', this.#parts));
    const current = await this.#approvals.withCurrentDecision(found, target);
    if (current.state === 'denied') return { kind: 'denied', request: current, reasons: endReasons(current) };
    if (current.state === 'pending') return pending(current);
    return await this.#mintApproved(current, target, context);
  }

  async #mintApproved(request: AccessRequest, target: Target, context: CallContext): Promise<RequestOutcome> {
    const given = await this.#approvals.validApprovals(request);
    const evaluated = await decide(this.#parts, target, request, given);
    if (evaluated.decision.effect === 'deny') return await this.#denyWaiting(request, evaluated);
    if (!this.#approvals.satisfied(evaluated.decision, given))
      return pending(await this.#approvals.reopen(request, evaluated));
    const grantable = grantedDetail(request.detail, evaluated.decision, target.settings.maxSeconds, target.broker);
    if (grantable.refused !== undefined)
      return await this.#denyWaiting(request, refusedFor(grantable.refused, evaluated));
    return await this.#minting({ ...request, decision: evaluated.decision }, () =>
      mint(this.#parts, this.#revoker, {
        request: { ...request, decision: evaluated.decision },
        target,
        decision: evaluated.decision,
        detail: grantable.detail,
        approvedBy: given.map(({ approver }) => approver),
        claimable: true,
        record: async (tables, now) => {
          const still = await tables.requests.find(request.id);
          if (still?.state !== 'approved')
            throw new AppError('ERR_REQUEST_STATE', `request "${request.id}" ended meanwhile`);
          await tables.requests.addDecision(request.id, evaluated.decision, evaluated.inputHash, now);
          await tables.audit.append(evaluatedEvent(request, evaluated, context), now);
          await noteEmergency(tables, request, evaluated, now);
        },
      }),
    );
  }

  #checkedTarget(detail: AccessDetail): Target {
    const target = this.#parts.targets.get(detail.target);
    if (target === undefined) throw new AppError('ERR_TARGET_UNKNOWN', `no target "${detail.target}"`);
    if (detail.type !== target.broker.detailType)
      throw new AppError(
        'ERR_AUTHORIZATION_DETAILS',
        `target "${detail.target}" serves no details of type "${detail.type}"`,
      );
    if (!Number.isFinite(detail.duration) || detail.duration <= 0)
      throw new AppError('ERR_AUTHORIZATION_DETAILS', 'the duration must be a positive number of seconds');
    if ((detail.principal !== undefined) !== (target.broker.capabilities.elevates === true))
      throw new AppError(
        'ERR_AUTHORIZATION_DETAILS',
        detail.principal === undefined
          ? 'authorization_details: an elevation needs the principal that gets it'
          : 'authorization_details: the target elevates nobody, so no principal can be named',
      );
    const refusal = target.broker.refuses(detail);
    if (refusal !== undefined) throw new AppError('ERR_AUTHORIZATION_DETAILS', refusal);
    return target;
  }

  async #receive(requester: Requester, detail: AccessDetail, context: CallContext): Promise<AccessRequest> {
    const id = randomId('req');
    const hash = requestHash(requester, detail);
    return await this.#parts.write(async ({ audit }, now) => {
      await audit.append(
        {
          event: 'request.received',
          actor: actorOf(requester),
          target: detail.target,
          request: id,
          detail: {
            requester: {
              kind: requester.kind,
              issuer: requester.issuer,
              subject: requester.subject,
              principal: requester.principal,
              owners: requester.owners,
              client: requester.client,
              actor: requester.actor === undefined ? undefined : { ...requester.actor },
              cnf: requester.cnf,
            },
            asked: { ...detail },
            source_ip: context.sourceIp,
            correlation_id: context.correlationId,
            canonical_hash: hash,
          },
        },
        now,
      );
      return {
        id,
        requester,
        detail,
        sourceIp: context.sourceIp,
        createdAt: now.toISOString(),
        pendingExpiresAt: new Date(now.getTime() + this.#parts.settings.abandonAfter).toISOString(),
        canonicalHash: hash,
        state: 'approved',
        approvals: [],
      };
    });
  }

  async #insert(tables: IssuerTables, request: AccessRequest, evaluated: Evaluated, context: CallContext, now: Date) {
    const { correlationId, idempotencyKey } = context;
    await tables.requests.insert({ request, correlationId, idempotencyKey });
    await tables.requests.addDecision(request.id, evaluated.decision, evaluated.inputHash, now);
    await tables.audit.append(evaluatedEvent(request, evaluated, context), now);
  }

  async #denyNew(request: AccessRequest, evaluated: Evaluated, context: CallContext): Promise<RequestOutcome> {
    const { pendingExpiresAt: _none, ...rest } = request;
    const denied: AccessRequest = { ...rest, state: 'denied', decision: evaluated.decision };
    await this.#parts.write(async (tables, now) => {
      await this.#insert(tables, denied, evaluated, context, now);
      await tables.audit.append(deniedEvent(denied, evaluated.decision), now);
    });
    return { kind: 'denied', request: denied, reasons: evaluated.decision.reasons };
  }

  async #denyWaiting(request: AccessRequest, evaluated: Evaluated): Promise<RequestOutcome> {
    const denied = await this.#approvals.refuse(request, evaluated);
    return { kind: 'denied', request: denied, reasons: evaluated.decision.reasons };
  }

  async #escalate(request: AccessRequest, evaluated: Evaluated, context: CallContext): Promise<RequestOutcome> {
    return await this.#minting({ ...request, decision: evaluated.decision }, async () => {
      const stored = await this.#parts.write(async (tables, now) => {
        await checkPendingQuota(tables, this.#parts.settings.quotas, request.requester);
        const waiting: AccessRequest = {
          ...request,
          state: 'pending',
          pendingExpiresAt: new Date(now.getTime() + this.#parts.settings.pendingTtl).toISOString(),
          decision: evaluated.decision,
        };
        await this.#insert(tables, waiting, evaluated, context, now);
        return waiting;
      });
      if (stored.pendingExpiresAt !== undefined) this.#parts.wake(new Date(stored.pendingExpiresAt));
      return pending(stored);
    });
  }

  /** A refusal after policy has said yes, such as a quota, is in the log too. */
  async #minting<T>(request: AccessRequest, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof AppError)
        await this.#parts
          .write(({ audit }, now) =>
            audit.append(
              {
                event: 'request.failed',
                actor: actorOf(request.requester),
                target: request.detail.target,
                request: request.id,
                detail: { error: error.code, policy_revision: request.decision?.policy_revision },
              },
              now,
            ),
          )
          .catch((failure: unknown) => this.#parts.logger.error({ event: 'store.failed', err: failure }));
      throw error;
    }
  }

  async #startRevoking(leaseId: string): Promise<void> {
    const lease = await this.#parts.store.read(({ leases }) => leases.find(leaseId));
    if (lease?.state === 'REVOKING') this.#revoker.start(lease);
  }
}

function pending(request: AccessRequest): RequestOutcome {
  return { kind: 'pending', request, expiresAt: new Date(request.pendingExpiresAt ?? request.createdAt) };
}

/** The answer to an earlier try was lost: what it got is taken back, in the transaction that makes the new one. */
async function supersede(
  tables: IssuerTables,
  request: AccessRequest,
  context: CallContext,
  now: Date,
): Promise<readonly string[]> {
  if (context.idempotencyKey === undefined) return [];
  const earlier = await tables.requests.withIdempotencyKey(request.requester, context.idempotencyKey);
  if (earlier.length === 0) return [];
  const leases = await tables.leases.list({ requests: earlier, states: ['INTENT', 'CREATING', 'ACTIVE'] });
  for (const { id } of leases) await markRevoking(tables, id, 'superseded', actorOf(request.requester), now);
  return leases.map(({ id }) => id);
}

/** Emergency access is an event of its own: an alert comes of it. */
async function noteEmergency(tables: IssuerTables, request: AccessRequest, { decision }: Evaluated, now: Date) {
  if (!decision.reasons.includes('break-glass')) return;
  const { reason, ticket, target, actions } = request.detail;
  await tables.audit.append(
    {
      event: 'break_glass.used',
      actor: actorOf(request.requester),
      target,
      request: request.id,
      detail: {
        rule: decision.rule,
        reasons: decision.reasons,
        policy_revision: decision.policy_revision,
        actions,
        reason,
        ticket,
        notify: decision.notify,
      },
    },
    now,
  );
}

function evaluatedEvent(request: AccessRequest, { decision, inputHash }: Evaluated, context: CallContext) {
  return {
    event: 'policy.evaluated',
    actor: 'system',
    target: request.detail.target,
    request: request.id,
    detail: {
      effect: decision.effect,
      rule: decision.rule,
      reasons: decision.reasons,
      approvals: decision.approvals.map(({ from, count }) => ({ from, count })),
      policy_revision: decision.policy_revision,
      input_hash: inputHash,
      correlation_id: context.correlationId,
    },
  };
}

function deniedFor(reason: string, parts: IssuerParts): Evaluated {
  return refusedFor(reason, {
    decision: {
      effect: 'deny',
      rule: reason,
      reasons: [],
      ttl_max: 0,
      scope: { actions: [], resources: [] },
      source_cidrs: [],
      approvals: [],
      notify: [],
      policy_revision: parts.policy.revision,
    },
    inputHash: '',
  });
}

/** Policy would, but it cannot be done. */
function refusedFor(reason: string, { decision, inputHash }: Evaluated): Evaluated {
  const refused: Decision = { ...decision, effect: 'deny', reasons: [reason] };
  return { decision: refused, inputHash };
}

function endReasons(request: AccessRequest): readonly string[] {
  if (request.state === 'denied') return request.decision?.reasons ?? [];
  return [`request-${request.state}`];
}
