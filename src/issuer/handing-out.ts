import { AppError } from '../errors.ts';
import type { AccessRequest } from '../model/access-request.ts';
import type { IssuerTables } from '../store/issuer/issuer-store.ts';
import { actorOf } from './actor.ts';
import type { CallContext, RequestOutcome } from './issuer.ts';
import { type MintOrder, mint } from './mint.ts';
import type { IssuerParts } from './parts.ts';
import { prolong } from './prolong.ts';
import { failedEvent } from './request-events.ts';
import { markRevoking, type Revoker } from './revoker.ts';

/** What policy allows: a new lease, or more time of one that is out. */
export async function handOut(parts: IssuerParts, revoker: Revoker, order: MintOrder): Promise<RequestOutcome> {
  const { received } = order;
  return await noting<RequestOutcome>(
    parts,
    { request: { ...order.request, decision: order.decision }, received },
    () => (order.detail.extends === undefined ? mint(parts, revoker, order) : prolong(parts, order)),
  );
}

/** A refusal after policy has said yes, such as a quota, is in the log too. */
export async function noting<T>(
  parts: IssuerParts,
  { request, received }: Pick<MintOrder, 'request' | 'received'>,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AppError)
      await parts
        .write(async ({ requests, audit }, now) => {
          // What undid the request undid the event that says that it came.
          if (received !== undefined && (await requests.find(request.id)) === undefined)
            await audit.append(received, now);
          await audit.append(failedEvent(request, error.code), now);
        })
        .catch((failure: unknown) => parts.logger.error({ event: 'store.failed', err: failure }));
    throw error;
  }
}

/** The answer to an earlier try was lost: what it got is taken back, in the transaction that makes the new one. */
export async function supersede(
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
