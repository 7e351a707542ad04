import { z } from 'zod';
import { durationSchema } from './duration.ts';
import { cidrSchema, globSchema, idSchema } from './issuer-fields.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Of our own second factor, and of sign-ins that cannot be phished (OpenID Connect Extended Authentication Profile). */
const DEFAULT_ACR_VALUES = ['urn:lapse:acr:mfa', 'phr', 'phrh'];

const word = z.string().min(1);

const subjectPatternSchema = z
  .strictObject({
    kind: z.enum(['workload', 'static-key', 'operator']).optional(),
    issuer: word.optional(),
    subject: globSchema.optional(),
    claims: z.record(z.string(), globSchema).optional(),
  })
  .refine((entry) => Object.keys(entry).length > 0, 'expected at least one of kind, issuer, subject, claims');

const approvalsSchema = z
  .array(
    z.strictObject({
      from: word,
      count: z.number().int().min(1).max(10),
      level: z
        .number()
        .int()
        .min(1)
        .max(10)
        .optional()
        .describe('1 when absent; a level is asked when all below it are satisfied.'),
    }),
  )
  .default([]);

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected a time such as 08:00');

const windowSchema = z.strictObject({
  days: z.array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])).min(1),
  from: clock,
  until: clock.describe('Not after the beginning: on the next day.'),
  timezone: word.refine(isTimeZone, 'expected a time zone such as Europe/Berlin').default('UTC'),
});

const narrowerSchema = z
  .strictObject({
    id: idSchema,
    actions: z.array(word).min(1).optional(),
    resources: z.array(globSchema).min(1).optional(),
    max_ttl: durationSchema.optional(),
  })
  .refine(
    ({ actions, resources, max_ttl }) => (actions ?? resources ?? max_ttl) !== undefined,
    'expected at least one of actions, resources, max_ttl',
  );

/** To allow or to escalate, a rule must name what it covers; to deny, what it leaves out is everything. */
const accessRuleSchema = z
  .strictObject({
    id: idSchema,
    effect: z.enum(['allow', 'escalate', 'deny']),
    subjects: z.array(subjectPatternSchema).default([]),
    targets: z.array(word).default([]).describe('Ids of targets, or *.'),
    actions: z.array(word).default([]),
    resources: z.array(globSchema).default(['**']).describe('Patterns of what the actions are for; all when absent.'),
    principals: z
      .array(z.union([z.literal('@requester'), globSchema]))
      .default([])
      .describe(
        'Of elevations: patterns of who may get it, as the target calls them; @requester for oneself. None when absent.',
      ),
    max_ttl: durationSchema.optional(),
    approvals: approvalsSchema.describe('How many people of which groups must say yes.'),
    pending_ttl: durationSchema
      .optional()
      .describe('How long a request may wait for them; issuer.pending_ttl when absent.'),
    narrower: z.array(narrowerSchema).default([]).describe('What approvers may choose instead of the whole.'),
    windows: z.array(windowSchema).default([]).describe('When the rule allows or escalates; always when absent.'),
    break_glass: z.boolean().default(false).describe('Allows emergency access, and nothing else.'),
    source_cidrs: z.array(cidrSchema).default([]),
    require_reason: z.boolean().default(false),
    require_ticket: z.boolean().default(false),
  })
  .superRefine((rule, context) => {
    if (rule.effect === 'deny') return;
    for (const field of ['subjects', 'targets', 'actions'] as const)
      if (rule[field].length === 0)
        context.addIssue({ code: 'custom', path: [field], message: `${rule.effect} needs ${field}` });
    if (rule.break_glass && rule.effect !== 'allow')
      context.addIssue({ code: 'custom', path: ['break_glass'], message: 'emergency access is allowed or it is not' });
    if (rule.effect === 'escalate' && rule.approvals.length === 0)
      context.addIssue({ code: 'custom', path: ['approvals'], message: 'escalate needs approvals' });
  });

const freezeSchema = z
  .strictObject({
    id: idSchema,
    from: z.iso.datetime({ offset: true }),
    until: z.iso.datetime({ offset: true }),
    effect: z.enum(['deny', 'escalate']).default('deny'),
    targets: z.array(word).default([]).describe('Ids of targets; all when neither these nor environments are named.'),
    environments: z.array(word).default([]).describe('A target of unknown environment is in each of them.'),
  })
  .refine(({ from, until }) => Date.parse(from) < Date.parse(until), 'expected an end after the beginning');

const delegationSchema = z
  .strictObject({
    operator: word.describe('Who is away.'),
    substitute: word,
    group: word.optional().describe('All groups of the operator when absent.'),
    from: z.iso.datetime({ offset: true }),
    until: z.iso.datetime({ offset: true }),
  })
  .refine(({ from, until }) => Date.parse(from) < Date.parse(until), 'expected an end after the beginning')
  .refine(({ operator, substitute }) => operator !== substitute, 'expected somebody else as the substitute');

/** What emergency access takes. No more than an hour, whatever is configured. */
const breakGlassSchema = z.strictObject({
  acr_values: z
    .array(word)
    .default(DEFAULT_ACR_VALUES)
    .describe('Sign-ins of these classes are strong; that of lapse with a second factor is urn:lapse:acr:mfa.'),
  amr: z.array(word).default(['mfa', 'hwk']).describe('Sign-ins by one of these methods (RFC 8176) are strong.'),
  max_age: durationSchema.default(5 * MINUTE).describe('Since signing in.'),
  max_ttl: durationSchema.default(HOUR).refine((milliseconds) => milliseconds <= HOUR, 'expected an hour at most'),
  review_within: durationSchema.default(24 * HOUR).describe('By when somebody else has looked at it.'),
  reviewers: z.array(word).default([]).describe('Groups that review; any other operator when there are none.'),
  block_overdue: z.boolean().default(true).describe('Who has an overdue review gets no emergency access.'),
});

/** Who may have what: data for the policy `lapse/access/decision`. Without a rule, nobody may have anything. */
export const accessSchema = z
  .strictObject({
    rules: z.array(accessRuleSchema).default([]),
    groups: z.record(z.string(), z.array(word)).default({}).describe('Approver group → operators.'),
    provider_groups: z
      .array(z.string().min(1))
      .default([])
      .describe('Groups that the identity provider of sign_in says people are in: approvals may ask them too.'),
    default_approvals: approvalsSchema.describe(
      'Who is asked where a rule that allows must not do so by itself, and names nobody: without them that is a no.',
    ),
    freezes: z.array(freezeSchema).default([]).describe('When nothing is granted, or nothing without a person.'),
    delegations: z.array(delegationSchema).default([]).describe('Who fills whose place as an approver, and when.'),
    break_glass: breakGlassSchema.prefault({}).describe('What emergency access takes, beside a rule that allows it.'),
  })
  .superRefine((access, context) => {
    const lists = [
      ...access.rules.map(({ approvals }, index) => ({ approvals, at: ['rules', index, 'approvals'] })),
      { approvals: access.default_approvals, at: ['default_approvals'] },
    ];
    for (const { approvals, at } of lists) {
      for (const [place, approval] of approvals.entries()) {
        const group = access.groups[approval.from];
        const path = [...at, place];
        if (group === undefined && access.provider_groups.includes(approval.from)) continue;
        if (group === undefined)
          context.addIssue({ code: 'custom', path: [...path, 'from'], message: `unknown group "${approval.from}"` });
        else if (new Set(group).size < peopleUpTo(approvals, place))
          context.addIssue({
            code: 'custom',
            path: [...path, 'count'],
            message: 'the group has fewer people than this',
          });
      }
    }
    const named = [
      ...access.delegations.flatMap(({ group }, index) =>
        group === undefined ? [] : [{ group, at: ['delegations', index, 'group'] }],
      ),
      ...access.break_glass.reviewers.map((group, index) => ({ group, at: ['break_glass', 'reviewers', index] })),
    ];
    for (const { group, at } of named)
      if (access.groups[group] === undefined && !access.provider_groups.includes(group))
        context.addIssue({ code: 'custom', path: at, message: `unknown group "${group}"` });
  });

/** One person fills one place, at whatever level: a group needs people for all of them. */
function peopleUpTo(approvals: readonly { readonly from: string; readonly count: number }[], place: number): number {
  const group = approvals[place]?.from;
  const places = approvals.slice(0, place + 1).filter(({ from }) => from === group);
  return places.reduce((people, { count }) => people + count, 0);
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
