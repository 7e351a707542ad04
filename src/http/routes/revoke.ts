import type { FastifyInstance } from 'fastify';
import { AppError } from '../../errors.ts';
import type { Lease } from '../../model/lease.ts';
import { callOf } from '../call.ts';
import { type Caller, identifyCaller, unauthenticated } from '../caller.ts';
import { findLease } from '../find-lease.ts';
import type { HttpContext } from '../options.ts';
import { sameRequester } from '../same-requester.ts';
import { requireKey, type Sender } from '../sender/sender.ts';
import { tokenLike } from '../token-like.ts';

/**
 * `POST /revoke` (RFC 7009): ends the lease with the token. Whoever holds what was handed out may end it; a lease id alone needs the identity
 * that the lease was given to, or an operator; and what was bound to a key is ended with that key. 200 means that the target is clean.
 */
export function revokeRoute(app: FastifyInstance, context: HttpContext): void {
  tokenLike(app, '/revoke', async (form, request, reply) => {
    const token = form.required('token');
    const { caller, sender } = await identifyCaller(form, request, reply, context);
    const { lease, possession } = await findLease(token, context);
    if (caller === undefined && !possession && token.startsWith('lse_')) throw unauthenticated();
    if (lease !== undefined) {
      const actor = await actorOf(caller, lease, sender, context);
      const { call } = callOf(request);
      const stop = context.metrics.revocation.startTimer();
      const reason = caller?.kind === 'operator' ? 'revoked' : 'ended';
      const { done } = await context.issuer.revoke(lease.id, { actor, reason }, call);
      stop({ done: String(done) });
      if (!done)
        throw new AppError('ERR_TARGET_UNREACHABLE', `lease ${lease.id} is not verified dead at its target yet`);
    }
    return {};
  });
}

/** RFC 7009 §2.1: a token of another client is refused. */
async function actorOf(
  caller: Caller | undefined,
  lease: Lease,
  sender: Sender,
  context: HttpContext,
): Promise<string> {
  if (caller?.kind === 'operator') return `operator:${caller.name}`;
  const access = await context.issuer.findRequest(lease.request);
  if (caller !== undefined && (access === undefined || !sameRequester(caller.requester, access.requester)))
    throw new AppError('ERR_GRANT_INVALID', 'the token was not issued to you');
  requireKey(access?.requester.cnf, sender);
  return `${access?.requester.kind ?? 'workload'}:${access?.requester.subject ?? 'unknown'}`;
}
