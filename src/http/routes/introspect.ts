import type { FastifyInstance } from 'fastify';
import type { AccessRequest } from '../../model/access-request.ts';
import type { Lease } from '../../model/lease.ts';
import { type Caller, identifyCaller, unauthenticated } from '../caller.ts';
import { findLease } from '../find-lease.ts';
import type { HttpContext } from '../options.ts';
import { sameRequester } from '../same-requester.ts';
import { toAuthorizationDetails } from '../token/authorization-details.ts';
import { CREDENTIAL_KINDS } from '../token/credential-kinds.ts';
import { tokenLike } from '../token-like.ts';

/**
 * `POST /introspect` (RFC 7662). Only operators, the holder, and the resource servers of the target hear that a lease lives; to everybody
 * else it is inactive, as is one that is on its way out, even while the target is not clean yet.
 */
export function introspectRoute(app: FastifyInstance, context: HttpContext): void {
  tokenLike(app, '/introspect', async (form, request) => {
    const caller = await identifyCaller(request, context);
    if (caller === undefined) throw unauthenticated();
    const { lease } = await findLease(form.required('token'), context);
    if (lease === undefined || !(await context.issuer.isActive(lease.id))) return { active: false };
    const access = await context.issuer.findRequest(lease.request);
    if (access === undefined || !mayIntrospect(caller, lease, access, context)) return { active: false };
    return describe(lease, access, context);
  });
}

function mayIntrospect(caller: Caller, lease: Lease, access: AccessRequest, context: HttpContext): boolean {
  if (caller.kind === 'operator') return true;
  if (sameRequester(caller.requester, access.requester)) return true;
  const target = context.targets.find(({ id }) => id === lease.target);
  return caller.trustRule !== undefined && target?.resourceServers.includes(caller.trustRule) === true;
}

function describe(lease: Lease, access: AccessRequest, context: HttpContext): Record<string, unknown> {
  const approvers = access.approvals.filter(({ verdict }) => verdict === 'approve');
  return {
    active: true,
    iss: context.url,
    sub: access.requester.subject,
    aud: context.targets.find(({ id }) => id === lease.target)?.audience ?? lease.target,
    client_id: access.requester.subject,
    iat: seconds(lease.startsAt ?? lease.createdAt),
    exp: seconds(lease.expiresAt),
    jti: lease.id,
    token_type: CREDENTIAL_KINDS[lease.detail.type]?.tokenType ?? 'N_A',
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
