import { AppError } from '../errors.ts';
import type { AccessDetail, Requester } from '../model/access-request.ts';
import type { Lease } from '../model/lease.ts';
import type { IssuerTables } from '../store/issuer/issuer-store.ts';
import { subjectKey } from '../store/issuer/subject-key.ts';
import { actorOf } from './actor.ts';
import type { Extension, RequestOutcome } from './issuer.ts';
import type { MintOrder } from './mint.ts';
import type { IssuerParts, Target } from './parts.ts';
import { requestHash } from './request-hash.ts';

/**
 * What is asked for when a lease is to last longer: the same again, for longer altogether. So limits hold for the whole of it, and
 * nobody comes to a long lease by many short ones.
 *
 * @throws {AppError} ERR_LEASE_NOT_FOUND when it is not out, or with somebody else; ERR_LEASE_NOT_EXTENDABLE.
 */
export async function extensionDetail(
  parts: IssuerParts,
  leaseId: string,
  requester: Requester,
  asked: Extension,
): Promise<AccessDetail> {
  const lease = await parts.store.read(({ leases }) => leases.find(leaseId));
  const request =
    lease === undefined ? undefined : await parts.store.read(({ requests }) => requests.find(lease.request));
  const isHolder =
    request !== undefined &&
    subjectKey(request.requester) === subjectKey(requester) &&
    requestHash(requester, request.detail) === request.canonicalHash;
  if (lease === undefined || !isHolder || lease.state !== 'ACTIVE' || lease.expiresAt <= parts.now().toISOString())
    throw new AppError('ERR_LEASE_NOT_FOUND', `no lease "${leaseId}" is out with this requester`);
  const flaw = notExtendable(lease, parts.targets.get(lease.target));
  if (flaw !== undefined) throw new AppError('ERR_LEASE_NOT_EXTENDABLE', `lease "${leaseId}": ${flaw}`);
  const { reason: _before, ticket: _first, not_before: _start, extends: _last, ...same } = lease.detail;
  const { reason = lease.detail.reason, ticket = lease.detail.ticket } = asked;
  return {
    ...same,
    duration: lease.detail.duration + asked.seconds,
    ...(reason === undefined ? {} : { reason }),
    ...(ticket === undefined ? {} : { ticket }),
    extends: lease.id,
  };
}

function notExtendable(lease: Lease, target: Target | undefined): string | undefined {
  if (lease.detail.break_glass === true) return 'emergency access is not renewed: break the glass again if it must be';
  if (target?.broker.extend === undefined || target.retired === true)
    return 'what was handed out cannot be made to last longer';
  if (lease.sharedKey !== undefined) return 'it shares an object at the target with others';
  return undefined;
}

/**
 * Makes a lease last longer. The target's own expiry is moved first: should the rest fail, the lease ends when it was to end, and with it
 * what is at the target.
 *
 * @throws {AppError} ERR_REQUEST_STATE when the lease was taken back meanwhile, ERR_TARGET_UNREACHABLE, ERR_TARGET_REFUSED, ERR_AUDIT_UNWRITABLE
 */
export async function prolong(
  parts: IssuerParts,
  order: MintOrder,
): Promise<Extract<RequestOutcome, { kind: 'extended' }>> {
  const { request, target, detail } = order;
  const leaseId = detail.extends ?? '';
  const before = await parts.write(async (tables, now) => {
    await order.record(tables, now);
    const lease = await activeLease(tables, leaseId, now);
    if (endOf(lease, detail) <= lease.expiresAt)
      throw new AppError(
        'ERR_LEASE_NOT_EXTENDABLE',
        `lease "${leaseId}": nothing is left of the time that it may have`,
      );
    return lease;
  });
  const expiresAt = endOf(before, detail);
  await target.broker.extend?.(before.externalId, new Date(expiresAt));
  const { lease, seq } = await parts.write(async (tables, now) => {
    await activeLease(tables, leaseId, now);
    const moved = await tables.leases.move(leaseId, ['ACTIVE'], 'ACTIVE', {
      expiresAt,
      detail: { ...before.detail, duration: detail.duration },
    });
    const answered = await tables.requests.move(request.id, ['approved'], 'fulfilled');
    if (moved === undefined || !answered)
      throw new AppError('ERR_REQUEST_STATE', `lease "${leaseId}" was taken back meanwhile`);
    const event = await tables.audit.append(
      {
        event: 'lease.extended',
        actor: actorOf(request.requester),
        target: moved.target,
        request: request.id,
        lease: leaseId,
        detail: {
          from: before.expiresAt,
          expires_at: expiresAt,
          rule: order.decision.rule,
          policy_revision: order.decision.policy_revision,
          approved_by: order.approvedBy,
        },
      },
      now,
    );
    return { lease: moved, seq: event.seq };
  });
  parts.wake(new Date(expiresAt));
  await parts.delivery.reached(seq);
  return { kind: 'extended', request: { ...request, state: 'fulfilled' }, lease, detail };
}

async function activeLease({ leases }: IssuerTables, id: string, now: Date): Promise<Lease> {
  const lease = await leases.find(id);
  if (lease?.state === 'ACTIVE' && lease.expiresAt > now.toISOString()) return lease;
  throw new AppError('ERR_REQUEST_STATE', `lease "${id}" was taken back meanwhile`);
}

/** The beginning is where the end was counted from, so that it cannot wander. */
function endOf(lease: Lease, { duration }: AccessDetail): string {
  return new Date(Date.parse(lease.expiresAt) + (duration - lease.detail.duration) * 1000).toISOString();
}
