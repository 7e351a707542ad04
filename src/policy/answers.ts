import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { Decision } from '../model/access-request.ts';
import { type RawFinding, SEVERITIES } from '../model/finding.ts';

const locationSchema = z.strictObject({
  path: z.string(),
  line: z.number().int().exactOptional(),
  column: z.number().int().exactOptional(),
  endColumn: z.number().int().exactOptional(),
  idLine: z.number().int().exactOptional(),
  item: z.string().exactOptional(),
  encoding: z.string().exactOptional(),
  commit: z.string().exactOptional(),
  author: z.string().exactOptional(),
  date: z.string().exactOptional(),
  removedBy: z.string().exactOptional(),
});

const evidenceSchema = z.strictObject({
  fact: z.string(),
  value: z.json(),
  source: z.string().exactOptional(),
  as_of: z.string().exactOptional(),
  confidence: z.string().exactOptional(),
  location: locationSchema.exactOptional(),
});

const findingSchema = z.strictObject({
  id: z.string(),
  subject: z.string(),
  detail: z.record(z.string(), z.json()),
  evidence: z.array(evidenceSchema).default([]),
  remediation: z.string().exactOptional(),
  severity: z.enum(SEVERITIES).exactOptional(),
});

const findingsSchema = z.array(findingSchema);

const seconds = z.number().int().nonnegative();
const names = z.array(z.string());
const approvalsSchema = z.array(
  z.strictObject({
    from: z.string(),
    count: z.number().int().positive(),
    level: z.number().int().positive().exactOptional(),
  }),
);
/** As a decision has them: of this request. */
const choicesSchema = z.array(
  z.strictObject({
    id: z.string(),
    actions: names.exactOptional(),
    resources: names.exactOptional(),
    duration: seconds.exactOptional(),
  }),
);
/** As policies offer them: of any request. */
const offersSchema = z.array(
  z.strictObject({
    id: z.string(),
    actions: names.exactOptional(),
    resources: names.exactOptional(),
    max_ttl: seconds.exactOptional(),
  }),
);
const scopeSchema = z.strictObject({ actions: names, resources: names });

const decisionSchema = z.strictObject({
  effect: z.enum(['allow', 'escalate', 'deny']),
  rule: z.string(),
  reasons: names,
  ttl_max: seconds,
  scope: scopeSchema,
  source_cidrs: names,
  approvals: approvalsSchema,
  pending_ttl: seconds.exactOptional(),
  narrower: choicesSchema.exactOptional(),
  notify: names,
});

const restrictionSchema = z.strictObject({
  effect: z.enum(['allow', 'escalate', 'deny']),
  rule: z.string(),
  reasons: names.default([]),
  ttl_max: seconds.optional(),
  scope: scopeSchema.optional(),
  source_cidrs: names.optional(),
  approvals: approvalsSchema.default([]),
  pending_ttl: seconds.optional(),
  notify: names.default([]),
});

const accessPoliciesSchema = z.array(
  z.strictObject({
    id: z.string(),
    effect: z.enum(['allow', 'escalate', 'deny']),
    reasons: names.default([]),
    max_ttl: seconds.exactOptional(),
    source_cidrs: names.default([]),
    approvals: approvalsSchema.default([]),
    notify: names.default([]),
    accepts: names.default([]),
    pending_ttl: seconds.exactOptional(),
    narrower: offersSchema.default([]),
  }),
);

/** A decision before the engine adds the policy's revision. */
export type PolicyDecision = Omit<Decision, 'policy_revision'>;

/** What an access policy of users answers: what it leaves out, it does not limit. `allow` means no objection. */
export type Restriction = z.infer<typeof restrictionSchema>;

/** @throws AppError `ERR_POLICY_ANSWER` naming entry point and member. */
export function parseFindings(entrypoint: string, value: unknown): readonly RawFinding[] {
  const findings = findingsSchema.safeParse(value);
  if (findings.success) return findings.data;
  const faults = z
    .array(z.unknown())
    .safeParse(value)
    .data?.flatMap((answer) => faultSchema.safeParse(answer).data?.fault ?? []);
  if (faults !== undefined && faults.length > 0) throw new AppError('ERR_POLICY_ANSWER', faults.join('; '));
  return parse(findingsSchema, entrypoint, value);
}

/**
 * What access policies of users (`custom.access["<id>"].answer`) say of a request, by id: the decision takes them in beside
 * the rules of the configuration. One that has nothing to say is not among them.
 *
 * @throws AppError `ERR_POLICY_ANSWER` naming entry point and member.
 */
export function parseAccessPolicies(entrypoint: string, value: unknown): z.infer<typeof accessPoliciesSchema> {
  const policies = parse(accessPoliciesSchema, entrypoint, value);
  return policies.sort((one, other) => (one.id < other.id ? -1 : 1));
}

/** How the composition of users' rules tells that one of them answers nonsense. */
const faultSchema = z.strictObject({ fault: z.string() });

/** @throws AppError `ERR_POLICY_ANSWER` naming entry point and member. */
export function parseDecision(entrypoint: string, value: unknown): PolicyDecision {
  return parse(decisionSchema, entrypoint, value);
}

/** @throws AppError `ERR_POLICY_ANSWER` naming entry point and member. */
export function parseRestriction(entrypoint: string, value: unknown): Restriction {
  return parse(restrictionSchema, entrypoint, value);
}

function parse<T>(schema: z.ZodType<T>, entrypoint: string, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue === undefined ? '' : issue.path.map(String).join('.');
  throw new AppError('ERR_POLICY_ANSWER', `${entrypoint}: malformed answer${path && ` at ${path}`}: ${issue?.message}`);
}
