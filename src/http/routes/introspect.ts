import type { FastifyInstance } from 'fastify';
import type { CallContext } from '../../issuer/issuer.ts';
import type { AccessRequest } from '../../model/access-request.ts';
import { actClaim } from '../../model/act-claim.ts';
import type { Lease } from '../../model/lease.ts';
import { callOf } from '../call.ts';
import { type Caller, identifyCaller, unauthenticated } from '../caller.ts';
import { findLease } from '../find-lease.ts';
import { SIGNED_INTROSPECTION, signedIntrospection } from '../introspection-answer.ts';
import type { HttpContext } from '../options.ts';
import { sameRequester } from '../same-requester.ts';
import { toAuthorizationDetails } from '../token/authorization-details.ts';
import { CREDENTIAL_KINDS, tokenTypeOf } from '../token/credential-kinds.ts';
import { tokenLike } from '../token-like.ts';

/**
 * `POST /introspect` (RFC 7662). Only operators, the holder, and the resource servers of the target hear that a lease lives; to everybody
 * else it is inactive, as is one that is on its way out, even while the target is not clean yet.
 */
export function introspectRoute(app: FastifyInstance, context: HttpContext): void {
  tokenLike(app, '/introspect', async (form, request, reply) => {
    const { caller } = await identifyCaller(form, request, reply, context);
    if (caller === undefined) throw unauthenticated();
    const answer = await introspect(form.required('token'), caller, callOf(request).call, context);
    if (!wantsSigned(request.headers.accept)) return answer;
    reply.header('content-type', SIGNED_INTROSPECTION);
    if (caller.kind === 'operator') return await signedIntrospection(answer, { audience: caller.name }, context);
    const { requester, introspectionAlg: alg } = caller;
    return await signedIntrospection(answer, { audience: requester.subject, alg }, context);
  });
}

async function introspect(
  token: string,
  caller: Caller,
  call: CallContext,
  context: HttpContext,
): Promise<Record<string, unknown>> {
  const { lease } = await findLease(token, context);
  if (lease === undefined || !(await context.issuer.isActive(lease.id))) return { active: false };
  const access = await context.issuer.findRequest(lease.request);
  if (access === undefined || !mayIntrospect(caller, lease, access, context)) return { active: false };
  // A resource server asks because somebody came with it; holders and operators ask for themselves.
  if (caller.kind === 'workload' && !sameRequester(caller.requester, access.requester))
    context.issuer.used(lease, caller.requester, call);
  return describe(lease, access, context);
}

/** RFC 9701 §4. Whoever takes anything gets JSON, which every client of RFC 7662 understands. */
function wantsSigned(accept: string | undefined): boolean {
  return (accept ?? '').split(',').some((range) => range.split(';')[0]?.trim().toLowerCase() === SIGNED_INTROSPECTION);
}

function mayIntrospect(caller: Caller, lease: Lease, access: AccessRequest, context: HttpContext): boolean {
  if (caller.kind === 'operator') return true;
  if (sameRequester(caller.requester, access.requester)) return true;
  const target = context.targets.find(({ id }) => id === lease.target);
  return caller.rule !== undefined && target?.resourceServers.includes(caller.rule) === true;
}

function describe(lease: Lease, access: AccessRequest, context: HttpContext): Record<string, unknown> {
  const { requester } = access;
  const kind = CREDENTIAL_KINDS[lease.detail.type];
  const approvers = access.approvals.filter(({ verdict }) => verdict === 'approve');
  return {
    active: true,
    iss: context.url,
    sub: requester.subject,
    aud: context.targets.find(({ id }) => id === lease.target)?.audience ?? lease.target,
    client_id: requester.client ?? requester.subject,
    iat: seconds(lease.startsAt ?? lease.createdAt),
    exp: seconds(lease.expiresAt),
    jti: lease.id,
    token_type: kind === undefined ? 'N_A' : tokenTypeOf(kind, requester.cnf),
    ...(requester.cnf === undefined ? {} : { cnf: requester.cnf }),
    ...(requester.actor === undefined ? {} : { act: actClaim(requester.actor) }),
    authorization_details: toAuthorizationDetails(lease.detail),
    lease: lease.id,
    approval: {
      id: access.id,
      by: approvers.map(({ approver }) => approver),
      policy: access.decision?.policy_revision,
    },
  };
}

function seconds(iso: string): number {
  return Math.floor(Date.parse(iso) / 1000);
}
