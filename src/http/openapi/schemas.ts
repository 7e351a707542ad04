import { z } from 'zod';
import type { RequestCard } from '../../issuer/request-card.ts';
import type { AccessDetail, AccessRequest } from '../../model/access-request.ts';
import type { AuditEvent } from '../../model/audit-event.ts';
import type { Delegation } from '../../model/delegation.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Lease } from '../../model/lease.ts';
import type { Review } from '../../model/review.ts';
import type { StaticKeyBinding } from '../../model/static-key-binding.ts';

const moment = z.iso.datetime();
const seconds = z.number().int().min(0);
const words = z.array(z.string());
const hash = z.string().regex(/^[0-9a-f]{64}$/);
// Any JSON: what is in it depends on rules and events.
const object: z.ZodType<JsonObject> = z.record(z.string(), z.any());

const accessDetail: z.ZodType<AccessDetail> = z.object({
  type: z.string(),
  target: z.string(),
  actions: words,
  resources: words,
  principal: z.string().exactOptional(),
  duration: seconds,
  source_cidrs: words.exactOptional(),
  reason: z.string().exactOptional(),
  ticket: z.string().exactOptional(),
  not_before: moment.exactOptional(),
  break_glass: z.literal(true).exactOptional(),
  extends: z.string().exactOptional(),
});

const narrowing = z.object({
  duration: seconds.exactOptional(),
  actions: words.exactOptional(),
  resources: words.exactOptional(),
});
const narrowerChoice = narrowing.extend({ id: z.string() });

const requester = z.object({
  kind: z.enum(['workload', 'static-key', 'operator']),
  issuer: z.string(),
  subject: z.string(),
  principal: z.string().exactOptional(),
  owners: words,
  claims: object,
  lease: z.string().exactOptional(),
  client: z.string().exactOptional(),
  actor: z.object({ issuer: z.string(), subject: z.string(), act: object.exactOptional() }).exactOptional(),
  cnf: z.union([z.object({ jkt: z.string() }), z.object({ 'x5t#S256': z.string() })]).exactOptional(),
});

const approvalPlace = z.object({ from: z.string(), count: z.number().int(), level: z.number().int().exactOptional() });

const decision = z.object({
  effect: z.enum(['allow', 'escalate', 'deny']),
  rule: z.string(),
  reasons: words,
  ttl_max: z.number(),
  scope: z.object({ actions: words, resources: words }),
  source_cidrs: words,
  approvals: z.array(approvalPlace),
  pending_ttl: z.number().exactOptional(),
  narrower: z.array(narrowerChoice).exactOptional(),
  notify: words,
  policy_revision: z.string(),
});

const approval = z.object({
  approver: z.string(),
  inPlaceOf: z.string().exactOptional(),
  level: z.number().int().exactOptional(),
  narrowed: narrowing.exactOptional(),
  amr: words.exactOptional(),
  verdict: z.enum(['approve', 'reject']),
  reason: z.string().exactOptional(),
  canonicalHash: hash,
  policyRevision: z.string(),
  at: moment,
});

const accessRequest: z.ZodType<AccessRequest> = z.object({
  id: z.string(),
  requester,
  detail: accessDetail,
  sourceIp: z.string(),
  bindingMessage: z.string().exactOptional(),
  createdAt: moment,
  pendingExpiresAt: moment.exactOptional(),
  approvedAt: moment.exactOptional(),
  canonicalHash: hash,
  state: z.enum(['pending', 'approved', 'denied', 'rejected', 'expired', 'cancelled', 'fulfilled']),
  decision: decision.exactOptional(),
  approvals: z.array(approval),
});

const requestCard: z.ZodType<RequestCard> = z.object({
  request: accessRequest,
  effective: accessDetail,
  hash,
  places: z.array(
    z.object({ from: z.string(), count: z.number(), level: z.number(), open: z.boolean(), given: words }),
  ),
  choices: z.array(narrowerChoice),
  seconds_left: z.number().exactOptional(),
  history: z.object({
    days: z.number(),
    requests: z.number(),
    automatic: z.number(),
    approved: z.number(),
    refused: z.number(),
  }),
  risk: object.nullable(),
  risk_level: z.enum(['low', 'medium', 'high']),
  extension: z.object({ lease: z.string(), from: moment, until: moment }).exactOptional(),
  own: z.boolean(),
});

const lease: z.ZodType<Lease> = z.object({
  id: z.string(),
  request: z.string(),
  broker: z.string(),
  target: z.string(),
  externalId: z.string(),
  sharedKey: z.string().exactOptional(),
  parent: z.string().exactOptional(),
  state: z.enum(['INTENT', 'CREATING', 'ACTIVE', 'REVOKING', 'DEAD']),
  detail: accessDetail,
  createdAt: moment,
  startsAt: moment.exactOptional(),
  expiresAt: moment,
  endReason: z
    .enum(['ended', 'expired', 'revoked', 'superseded', 'abandoned', 'missing', 'parent-ended'])
    .exactOptional(),
  firstCleanAt: moment.exactOptional(),
  verifiedDeadAt: moment.exactOptional(),
  attempts: z.number().int(),
  nextAttemptAt: moment.exactOptional(),
  lastError: z.string().exactOptional(),
  sessionsEnded: z.number().int().exactOptional(),
});

const auditEvent: z.ZodType<AuditEvent> = z.object({
  chain: z.string(),
  seq: z.number().int().min(1),
  prevHash: z.string(),
  hash,
  at: moment,
  event: z.string(),
  actor: z.string(),
  target: z.string().exactOptional(),
  request: z.string().exactOptional(),
  lease: z.string().exactOptional(),
  detail: object,
});

const delegation: z.ZodType<Delegation> = z.object({
  id: z.string(),
  operator: z.string(),
  substitute: z.string(),
  group: z.string().exactOptional(),
  from: moment,
  until: moment,
  createdAt: moment,
  withdrawnAt: moment.exactOptional(),
});

const review: z.ZodType<Review> = z.object({
  id: z.string(),
  request: z.string(),
  target: z.string(),
  operator: z.string(),
  human: z.string(),
  reason: z.string(),
  ticket: z.string().exactOptional(),
  openedAt: moment,
  dueAt: moment,
  overdueAt: moment.exactOptional(),
  closed: z
    .object({ by: z.string(), verdict: z.enum(['ok', 'incident']), note: z.string(), at: moment })
    .exactOptional(),
});

const binding: z.ZodType<StaticKeyBinding> = z.object({
  id: z.string(),
  secret: z.string(),
  fingerprint: hash,
  principal: z.string().exactOptional(),
  target: z.string(),
  sourceCidrs: words,
  until: moment,
  stage: z.enum(['planned', 'bound', 'swapped', 'disabled', 'gone']),
  createdBy: z.string(),
  createdAt: moment,
  lastUsedAt: moment.exactOptional(),
});

const grantedDetail = z.object({
  type: z.string(),
  locations: words,
  actions: words,
  datatypes: words,
  principal: z.string().exactOptional(),
  duration: seconds,
  source_cidrs: words.exactOptional(),
  reason: z.string().exactOptional(),
  ticket: z.string().exactOptional(),
  not_before: moment.exactOptional(),
  break_glass: z.literal(true).exactOptional(),
});

const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.string().regex(/^ERR_/),
    detail: z.string(),
    hint: z.string().exactOptional(),
    request_id: z.string(),
  })
  .describe('RFC 9457.');

const oauthError = z
  .object({
    error: z.string(),
    error_description: z.string(),
    request_id: z.string(),
    auth_req_id: z.string().exactOptional(),
    interval: z.number().exactOptional(),
    expires_in: z.number().exactOptional(),
    not_before: moment.exactOptional(),
    waiting_for: z.array(approvalPlace).exactOptional(),
    reasons: words.exactOptional(),
    decided_by: words.exactOptional(),
    decision_reasons: words.exactOptional(),
    acr_values: z.string().exactOptional(),
    max_age: z.number().exactOptional(),
  })
  .describe('RFC 6749 section 5.2; what waits for people says authorization_pending and auth_req_id.');

/** Schemas that have a name of their own in the document; what is made at other places of the source is checked against its type here. */
export const SCHEMAS = {
  AccessDetail: accessDetail,
  AccessRequest: accessRequest,
  AuditEvent: auditEvent,
  Delegation: delegation,
  GrantedDetail: grantedDetail,
  Lease: lease,
  OAuthError: oauthError,
  Problem: problem,
  RequestCard: requestCard,
  Review: review,
  StaticKeyBinding: binding,
} as const;
