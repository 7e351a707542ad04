import type { AccessDetail } from '../model/access-request.ts';
import { actClaim } from '../model/act-claim.ts';
import type { JsonObject } from '../model/json.ts';
import { SecretValue } from '../model/secret-value.ts';
import type { Broker, MintPlan } from './broker.ts';
import type { SignToken, TokenAlgorithm } from './sign-token.ts';

/** A target that accepts our own access tokens. */
export interface JwtTarget {
  readonly type: 'jwt';
  /** `aud` of the tokens. */
  readonly audience: string;
  /** Actions that may be asked for; they become the `scope` of the token. */
  readonly actions: readonly string[];
  readonly alg: TokenAlgorithm;
  /** Seconds. */
  readonly maxSeconds: number;
}

export interface JwtBrokerDeps {
  /** `iss`. */
  readonly issuerUrl: string;
  readonly sign: SignToken;
  now(): Date;
}

/**
 * Mints access tokens (RFC 9068) that this issuer signs itself. Nothing exists outside, so nothing can be listed or removed: a
 * token that was taken back is inactive at introspection at once, and elsewhere at its `exp`, which is therefore when its lease
 * is dead.
 */
export function createJwtBroker(target: JwtTarget, deps: JwtBrokerDeps): Broker {
  return {
    detailType: 'api_token',
    capabilities: {
      nativeExpiry: true,
      sourceBound: false,
      endsSessions: false,
      lists: false,
      handsOutOnly: true,
      minSeconds: 1,
      maxSeconds: target.maxSeconds,
      settleMs: 0,
    },
    refuses(detail) {
      return refusal(target, detail);
    },
    async create(plan) {
      const token = await deps.sign(claims(target, deps, plan), { alg: target.alg, typ: 'at+jwt' });
      return { plain: { audience: target.audience }, secret: { access_token: new SecretValue(token) } };
    },
    async disable() {},
    async endSessions() {
      return 0;
    },
    async remove() {},
    async verify() {
      return 'unknown';
    },
    async list() {
      return [];
    },
    async close() {},
  };
}

function refusal(target: JwtTarget, detail: AccessDetail): string | undefined {
  if (detail.actions.length === 0) return 'a token needs at least one action';
  const unknown = detail.actions.find((action) => !target.actions.includes(action));
  if (unknown !== undefined) return `the target knows no action "${unknown}"`;
  const foreign = detail.resources.find((resource) => resource !== target.audience);
  if (foreign !== undefined) return `the target is no audience "${foreign}"`;
  return undefined;
}

/** Claims of RFC 9068 section 2.2, with RFC 9396 section 9.1 for what was granted, and the lease and its approval as our own. */
function claims(target: JwtTarget, deps: JwtBrokerDeps, plan: MintPlan): JsonObject {
  const issuedAt = Math.floor(deps.now().getTime() / 1000);
  const { type, actions, resources, duration } = plan.detail;
  return {
    iss: deps.issuerUrl,
    sub: plan.requester.subject,
    aud: target.audience,
    client_id: plan.requester.client ?? plan.requester.subject,
    ...actAndKey(plan.requester),
    iat: issuedAt,
    // Rounded down: never above what policy allows.
    exp: Math.floor(plan.expiresAt.getTime() / 1000),
    jti: plan.leaseId,
    scope: actions.join(' '),
    authorization_details: [{ type, locations: [target.audience], actions, datatypes: resources, duration }],
    lease: plan.leaseId,
    approval: { id: plan.request, by: plan.approvedBy, policy: plan.policyRevision },
  };
}

/** RFC 8693 section 4.1, RFC 7800. */
function actAndKey({ actor, cnf }: MintPlan['requester']): JsonObject {
  return {
    ...(actor === undefined ? {} : { act: actClaim(actor) }),
    ...(cnf === undefined ? {} : { cnf }),
  };
}
