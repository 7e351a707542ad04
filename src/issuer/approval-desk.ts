import { AppError } from '../errors.ts';
import type { AccessRequest, Decision } from '../model/access-request.ts';
import type { IssuerTables } from '../store/issuer/issuer-store.ts';
import type { StoredOperator } from '../store/issuer/operator-table.ts';
import { fillsSlots } from './approver-slots.ts';
import { decide, type Evaluated } from './decide.ts';
import { deniedEvent } from './denied-event.ts';
import type { CallContext } from './issuer.ts';
import type { IssuerParts, Target } from './parts.ts';
import { requestHash } from './request-hash.ts';

/** An approval that counts now, with the person and the groups behind it. */
export interface ValidApproval {
  readonly approver: string;
  readonly human: string;
  readonly groups: readonly string[];
  /** Under which it was given. */
  readonly policyRevision: string;
}

interface Ballot {
  readonly verdict: 'approve' | 'reject';
  readonly operator: string;
  readonly reason?: string | undefined;
}

const WAITING = ['pending', 'approved'] as const;

/** People's answers to requests: who may give one, which of them count, and what that makes of the request. */
export class ApprovalDesk {
  readonly #parts: IssuerParts;

  constructor(parts: IssuerParts) {
    this.#parts = parts;
  }

  async approve(
    id: string,
    operator: string,
    reason: string | undefined,
    context: CallContext,
  ): Promise<AccessRequest> {
    const found = await this.#waiting(id);
    const target = this.#parts.targets.get(found.detail.target);
    if (target === undefined) throw new AppError('ERR_TARGET_UNKNOWN', `no target "${found.detail.target}" any more`);
    // Nobody approves what policy no longer says: after a change it is asked again first.
    const current = await this.withCurrentDecision(found, target);
    if (current.state !== 'pending')
      throw new AppError('ERR_REQUEST_STATE', `request "${id}" is ${current.state}, not pending`);
    return await this.#vote(id, { verdict: 'approve', operator, reason }, context);
  }

  async deny(id: string, operator: string, reason: string | undefined, context: CallContext): Promise<AccessRequest> {
    await this.#waiting(id);
    return await this.#vote(id, { verdict: 'reject', operator, reason }, context);
  }

  /** The request as it is now; one whose time is over is expired first. */
  async expireIfOverdue(id: string): Promise<AccessRequest | undefined> {
    const found = await this.#parts.store.read(({ requests }) => requests.find(id));
    if (found === undefined || !isOverdue(found, this.#parts.now())) return found;
    return await this.#parts.write((tables, now) => expire(tables, found, now));
  }

  /** Expires every request whose time is over. */
  async expireOverdue(): Promise<number> {
    const overdue = await this.#parts.store.read(({ requests }) => requests.overdue(this.#parts.now(), 200));
    if (overdue.length === 0) return 0;
    await this.#parts.write(async (tables, now) => {
      for (const request of overdue) await expire(tables, request, now);
    });
    return overdue.length;
  }

  /** Asks policy again where it has changed since it decided on this request; approvals for the old policy are void then. */
  async withCurrentDecision(request: AccessRequest, target: Target): Promise<AccessRequest> {
    if (request.decision?.policy_revision === this.#parts.policy.revision) return request;
    const evaluated = await decide(this.#parts, target, request, []);
    if (evaluated.decision.effect === 'deny') return await this.refuse(request, evaluated);
    return await this.reopen(request, evaluated);
  }

  /** Approvals of this very request under the policy that holds now, by people who may give them. */
  async validApprovals(request: AccessRequest): Promise<readonly ValidApproval[]> {
    return await this.#parts.store.read((tables) => this.#valid(tables, request));
  }

  /** Policies may have been replaced since the approvals were read: what was approved under others counts for nothing. */
  satisfied(decision: Decision, given: readonly ValidApproval[]): boolean {
    const counting = given.filter(({ policyRevision }) => policyRevision === decision.policy_revision);
    return decision.effect === 'allow' || (decision.effect === 'escalate' && fillsSlots(decision.approvals, counting));
  }

  /** Back to waiting, under a new decision. An allow needs nobody any more. */
  async reopen(request: AccessRequest, evaluated: Evaluated): Promise<AccessRequest> {
    return await this.#parts.write(async (tables, now) => {
      await tables.requests.addDecision(request.id, evaluated.decision, evaluated.inputHash, now);
      const state = evaluated.decision.effect === 'allow' ? 'approved' : 'pending';
      const moved = await tables.requests.move(request.id, WAITING, state);
      if (moved)
        await tables.audit.append(
          {
            ...place(request),
            event: 'request.reopened',
            detail: { state, rule: evaluated.decision.rule, policy_revision: evaluated.decision.policy_revision },
          },
          now,
        );
      return (await tables.requests.find(request.id)) ?? request;
    });
  }

  /** Policy says no to what was waiting. */
  async refuse(request: AccessRequest, { decision, inputHash }: Evaluated): Promise<AccessRequest> {
    return await this.#parts.write(async (tables, now) => {
      await tables.requests.addDecision(request.id, decision, inputHash, now);
      await tables.requests.move(request.id, WAITING, 'denied');
      await tables.audit.append(deniedEvent(request, decision), now);
      return (await tables.requests.find(request.id)) ?? request;
    });
  }

  async #waiting(id: string): Promise<AccessRequest> {
    const found = await this.expireIfOverdue(id);
    if (found === undefined) throw new AppError('ERR_REQUEST_NOT_FOUND', `no request "${id}"`);
    if (found.state !== 'pending')
      throw new AppError('ERR_REQUEST_STATE', `request "${id}" is ${found.state}, not pending`);
    return found;
  }

  /** Whoever tries and may not is in the log as well. */
  async #vote(id: string, ballot: Ballot, context: CallContext): Promise<AccessRequest> {
    try {
      return await this.#count(id, ballot, context);
    } catch (error) {
      if (
        error instanceof AppError &&
        (error.code === 'ERR_APPROVAL_SELF' || error.code === 'ERR_APPROVAL_NOT_ELIGIBLE')
      )
        await this.#parts.write(({ audit }, now) =>
          audit.append(
            {
              event: 'approval.refused',
              actor: `operator:${ballot.operator}`,
              request: id,
              detail: {
                reason: error.code === 'ERR_APPROVAL_SELF' ? 'self' : 'not-eligible',
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

  /** Everything that decides is read in the transaction that writes, so that two last approvals cannot both be the last. */
  async #count(id: string, ballot: Ballot, context: CallContext): Promise<AccessRequest> {
    return await this.#parts.write(async (tables, now) => {
      const request = await tables.requests.find(id);
      if (request === undefined) throw new AppError('ERR_REQUEST_NOT_FOUND', `no request "${id}"`);
      const decision = request.decision;
      if (request.state !== 'pending' || decision === undefined || isOverdue(request, now))
        throw new AppError('ERR_REQUEST_STATE', `request "${id}" is ${request.state}, not pending`);
      const voter = await tables.operators.find(ballot.operator);
      if (voter === undefined)
        throw new AppError('ERR_APPROVAL_NOT_ELIGIBLE', `"${ballot.operator}" is no operator of this issuer`);
      if (isRequester(voter, request)) {
        if (ballot.verdict === 'approve')
          throw new AppError('ERR_APPROVAL_SELF', `"${voter.name}" counts as the requester of "${id}"`, {
            hint: 'somebody else must approve it',
          });
        return await this.#end(tables, request, voter, 'cancelled', ballot, now, context);
      }
      const asked = new Set(decision.approvals.map(({ from }) => from));
      if (!this.#groupsOf(voter).some((group) => asked.has(group)))
        throw new AppError('ERR_APPROVAL_NOT_ELIGIBLE', `"${voter.name}" is in no group that may answer "${id}"`);
      if (ballot.verdict === 'reject') return await this.#end(tables, request, voter, 'rejected', ballot, now, context);
      return await this.#approved(tables, request, decision, voter, ballot, now, context);
    });
  }

  async #approved(
    tables: IssuerTables,
    request: AccessRequest,
    decision: Decision,
    voter: StoredOperator,
    ballot: Ballot,
    now: Date,
    context: CallContext,
  ): Promise<AccessRequest> {
    const before = await this.#valid(tables, request);
    if (before.some(({ human }) => human === voter.human))
      throw new AppError('ERR_APPROVAL_NOT_ELIGIBLE', `"${voter.name}" has approved "${request.id}" already`);
    await this.#record(tables, request, decision, voter, ballot, now, context);
    if (this.satisfied(decision, await this.#valid(tables, request))) {
      const until = new Date(now.getTime() + this.#parts.settings.claimTtl).toISOString();
      const longer = until > (request.pendingExpiresAt ?? '') ? { pendingExpiresAt: until } : {};
      await tables.requests.move(request.id, ['pending'], 'approved', longer);
      const { policy_revision } = decision;
      await tables.audit.append({ ...place(request), event: 'request.approved', detail: { policy_revision } }, now);
    }
    return (await tables.requests.find(request.id)) ?? request;
  }

  async #end(
    tables: IssuerTables,
    request: AccessRequest,
    voter: StoredOperator,
    state: 'rejected' | 'cancelled',
    ballot: Ballot,
    now: Date,
    context: CallContext,
  ): Promise<AccessRequest> {
    if (request.decision !== undefined)
      await this.#record(tables, request, request.decision, voter, ballot, now, context);
    await tables.requests.move(request.id, WAITING, state);
    return (await tables.requests.find(request.id)) ?? request;
  }

  async #record(
    tables: IssuerTables,
    request: AccessRequest,
    decision: Decision,
    voter: StoredOperator,
    ballot: Ballot,
    now: Date,
    context: CallContext,
  ): Promise<void> {
    await tables.requests.addApproval(request.id, {
      approver: voter.name,
      human: voter.human,
      verdict: ballot.verdict,
      ...(ballot.reason === undefined ? {} : { reason: ballot.reason }),
      canonicalHash: requestHash(request.requester, request.detail),
      policyRevision: decision.policy_revision,
      at: now.toISOString(),
    });
    await tables.audit.append(
      {
        ...place(request),
        actor: `operator:${voter.name}`,
        event: ballot.verdict === 'approve' ? 'approval.given' : 'approval.rejected',
        detail: {
          reason: ballot.reason,
          canonical_hash: request.canonicalHash,
          policy_revision: decision.policy_revision,
          source_ip: context.sourceIp,
          correlation_id: context.correlationId,
        },
      },
      now,
    );
  }

  async #valid(tables: IssuerTables, request: AccessRequest): Promise<readonly ValidApproval[]> {
    // Hashed anew from what is stored, so that a request that was edited in the database has no approvals.
    const hash = requestHash(request.requester, request.detail);
    if (hash !== request.canonicalHash) return [];
    const valid: ValidApproval[] = [];
    for (const approval of await tables.requests.approvals(request.id)) {
      if (approval.verdict !== 'approve' || approval.canonicalHash !== hash) continue;
      if (approval.policyRevision !== this.#parts.policy.revision) continue;
      const operator = await tables.operators.find(approval.approver);
      if (operator === undefined || isRequester(operator, request)) continue;
      const { policyRevision } = approval;
      valid.push({ approver: operator.name, human: operator.human, groups: this.#groupsOf(operator), policyRevision });
    }
    return valid;
  }

  #groupsOf(operator: StoredOperator): readonly string[] {
    const configured = Object.entries(this.#parts.settings.groups)
      .filter(([, members]) => members.includes(operator.name))
      .map(([group]) => group);
    return [...new Set([...operator.groups, ...configured])];
  }
}

/** The person who asked, whoever owns or started what asks, under any account. */
function isRequester(operator: StoredOperator, { requester }: AccessRequest): boolean {
  const names = new Set([operator.name, operator.human].map(folded));
  if (requester.kind === 'operator' && names.has(folded(requester.subject))) return true;
  return requester.owners.some((owner) => names.has(folded(owner)));
}

function folded(name: string): string {
  return name.normalize('NFKC').trim().toLowerCase();
}

function isOverdue(request: AccessRequest, now: Date): boolean {
  if (request.state !== 'pending' && request.state !== 'approved') return false;
  return request.pendingExpiresAt !== undefined && request.pendingExpiresAt <= now.toISOString();
}

async function expire(tables: IssuerTables, request: AccessRequest, now: Date): Promise<AccessRequest> {
  const moved = await tables.requests.move(request.id, WAITING, 'expired');
  if (moved) await tables.audit.append({ ...place(request), event: 'request.expired', detail: {} }, now);
  return (await tables.requests.find(request.id)) ?? request;
}

function place(request: AccessRequest) {
  return { actor: 'system', target: request.detail.target, request: request.id };
}
