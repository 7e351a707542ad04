import type { MintedCredential, MintPlan } from '../brokers/broker.ts';
import { externalId, sharedId } from '../brokers/external-id.ts';
import { AppError } from '../errors.ts';
import type { AccessDetail, AccessRequest, Decision } from '../model/access-request.ts';
import { type Lease, objectName } from '../model/lease.ts';
import type { AppendedEvent, NewAuditEvent } from '../store/issuer/audit-table.ts';
import type { IssuerTables } from '../store/issuer/issuer-store.ts';
import { actorOf } from './actor.ts';
import type { RequestOutcome } from './issuer.ts';
import { holdParent, parentOf, withinParent } from './parent-lease.ts';
import type { IssuerParts, Target } from './parts.ts';
import { checkLeaseQuota } from './quota.ts';
import { randomId } from './random-id.ts';
import type { Revoker } from './revoker.ts';

type Granted = Extract<RequestOutcome, { kind: 'granted' }>;

export interface MintOrder {
  readonly request: AccessRequest;
  readonly target: Target;
  readonly decision: Decision;
  /** What is granted, as `grantedDetail` says. */
  readonly detail: AccessDetail;
  readonly approvedBy: readonly string[];
  /** Says that the request came, where that is written with the lease. */
  readonly received?: NewAuditEvent | undefined;
  /** Where the clock of the lease starts, when that is not now. */
  readonly startsAt?: Date;
  /** Whether the request may be claimed once more when this goes wrong. */
  readonly claimable: boolean;
  /** Writes the request's own row, in the transaction of the intent. */
  record(tables: IssuerTables, now: Date): Promise<void>;
}

/**
 * Makes one lease: INTENT and CREATING on disk in one commit, then the call to the target, then ACTIVE and its audit event on disk in one
 * commit, then an audit sink has it, and only then the credential is handed out. Where nothing is made at a target, one commit holds all
 * of it. Whatever fails after CREATING starts the way back.
 *
 * @throws {AppError} ERR_QUOTA_EXCEEDED, ERR_TARGET_UNREACHABLE, ERR_TARGET_REFUSED, ERR_AUDIT_UNWRITABLE, ERR_STORE_UNREACHABLE
 */
export async function mint(parts: IssuerParts, revoker: Revoker, order: MintOrder): Promise<Granted> {
  const id = randomId('lse');
  if (order.target.broker.capabilities.handsOutOnly === true) return await mintAtOnce(parts, revoker, id, order);
  return await revoker.whileCreating(id, async () => {
    const intent = await parts.write((tables, now) => begin(tables, parts, id, order, now));
    parts.wake(new Date(intent.expiresAt));
    parts.wake(new Date(new Date(intent.createdAt).getTime() + parts.settings.abandonAfter));
    return await orAbandon(revoker, intent, order, async () => {
      const credential = await revoker.shared.at(intent, ({ latest }) =>
        order.target.broker.create(planOf(intent, order, latest)),
      );
      const { lease, event } = await parts.write((tables, now) => activate(tables, intent, order, now));
      await parts.delivery.reached(event.seq);
      return granted(order, lease, credential);
    });
  });
}

/** The credential is made last: before, it would be of a lease that is not on disk. */
async function mintAtOnce(parts: IssuerParts, revoker: Revoker, id: string, order: MintOrder): Promise<Granted> {
  const { lease, event } = await parts.write(async (tables, now) =>
    activate(tables, await begin(tables, parts, id, order, now), order, now),
  );
  parts.wake(new Date(lease.expiresAt));
  return await orAbandon(revoker, lease, order, async () => {
    const credential = await order.target.broker.create(planOf(lease, order, undefined));
    await parts.delivery.reached(event.seq);
    return granted(order, lease, credential);
  });
}

async function orAbandon<T>(revoker: Revoker, lease: Lease, order: MintOrder, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await revoker.abandon(lease, error, { cancelRequest: !order.claimable });
    throw asAppError(error, order.target.settings.id);
  }
}

function granted({ request }: MintOrder, lease: Lease, credential: MintedCredential): Granted {
  return { kind: 'granted', request: { ...request, state: 'fulfilled' }, lease, detail: lease.detail, credential };
}

/** Writes down what is about to be made: the lease is CREATING when this is on disk. */
async function begin(
  tables: IssuerTables,
  parts: IssuerParts,
  id: string,
  order: MintOrder,
  now: Date,
): Promise<Lease> {
  const { request, target } = order;
  const { issuerId } = parts.store;
  const { broker } = target;
  await checkLeaseQuota(tables, parts.settings.quotas, request.requester, order.detail.target, now);
  const parent = await parentOf(tables, request.requester.lease, now);
  const detail = withinParent(order, parent, now);
  await order.record(tables, now);
  // A request that is claimed may be claimed twice at once; one that is written down just now cannot.
  const held = order.claimable
    ? await tables.leases.list({ requests: [request.id], states: ['INTENT', 'CREATING', 'ACTIVE'] })
    : [];
  if (held.length > 0) throw new AppError('ERR_REQUEST_STATE', `request "${request.id}" is being answered already`);
  const lease: Lease = {
    id,
    request: request.id,
    broker: target.settings.type,
    target: detail.target,
    externalId: externalId(issuerId, id),
    ...(broker.sharedKey === undefined
      ? {}
      : { sharedKey: sharedId(issuerId, detail.target, broker.sharedKey(detail)) }),
    ...(parent === undefined ? {} : { parent: parent.id }),
    state: 'INTENT',
    detail,
    createdAt: now.toISOString(),
    expiresAt: new Date((order.startsAt ?? now).getTime() + detail.duration * 1000).toISOString(),
    attempts: 0,
  };
  await tables.leases.insertIntent(lease, request.requester);
  await tables.audit.append(
    {
      ...place(lease, order),
      event: 'lease.intent',
      detail: {
        external_id: lease.externalId,
        ...(lease.sharedKey === undefined ? {} : { shared_key: lease.sharedKey }),
        ...(lease.parent === undefined ? {} : { parent: lease.parent }),
        expires_at: lease.expiresAt,
        granted: { ...detail },
      },
    },
    now,
  );
  await tables.audit.append({ ...place(lease, order), event: 'lease.creating', detail: {} }, now);
  const creating = await tables.leases.move(id, ['INTENT'], 'CREATING', {});
  if (creating === undefined) throw new AppError('ERR_REQUEST_STATE', `lease "${id}" was taken back meanwhile`);
  return creating;
}

/** The lease may be handed out when this is on disk and an audit sink has the event. */
async function activate(
  { leases, requests, audit }: IssuerTables,
  intent: Lease,
  order: MintOrder,
  now: Date,
): Promise<{ readonly lease: Lease; readonly event: AppendedEvent }> {
  if (now.toISOString() >= intent.expiresAt)
    throw new AppError('ERR_TARGET_UNREACHABLE', `target "${intent.target}" answered after the lease's time was over`);
  if (intent.parent !== undefined) await holdParent(leases, intent.parent, now);
  const moved = await leases.move(intent.id, ['CREATING'], 'ACTIVE', { startsAt: now.toISOString() });
  if (moved === undefined) throw new AppError('ERR_REQUEST_STATE', `lease "${intent.id}" was taken back meanwhile`);
  const answered = await requests.move(order.request.id, ['approved'], 'fulfilled');
  if (!answered) throw new AppError('ERR_REQUEST_STATE', `request "${order.request.id}" ended meanwhile`);
  const appended = await audit.append(
    {
      ...place(moved, order),
      event: 'lease.active',
      detail: {
        external_id: moved.externalId,
        expires_at: moved.expiresAt,
        rule: order.decision.rule,
        policy_revision: order.decision.policy_revision,
        approved_by: order.approvedBy,
      },
    },
    now,
  );
  return { lease: moved, event: appended };
}

/** @param latest - until when others hold what this lease shares with them. */
function planOf(lease: Lease, order: MintOrder, latest: Date | undefined): MintPlan {
  const own = new Date(lease.expiresAt);
  return {
    leaseId: lease.id,
    externalId: objectName(lease),
    detail: lease.detail,
    expiresAt: latest !== undefined && latest > own ? latest : own,
    requester: order.request.requester,
    request: order.request.id,
    approvedBy: order.approvedBy,
    policyRevision: order.decision.policy_revision,
  };
}

function place(lease: Lease, order: MintOrder) {
  return { actor: actorOf(order.request.requester), target: lease.target, request: lease.request, lease: lease.id };
}

/** Whatever a broker throws: a credential may be part of a foreign error, so its text stays in `cause`. */
function asAppError(error: unknown, target: string): AppError {
  if (error instanceof AppError) return error;
  return new AppError('ERR_INTERNAL', `target "${target}": the credential could not be made`, { cause: error });
}
