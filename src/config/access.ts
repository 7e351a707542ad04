import { z } from 'zod';
import { durationSchema } from './duration.ts';
import { cidrSchema, globSchema, idSchema } from './issuer-fields.ts';

const word = z.string().min(1);

const subjectPatternSchema = z
  .strictObject({
    kind: z.enum(['workload', 'static-key', 'operator']).optional(),
    issuer: word.optional(),
    subject: globSchema.optional(),
    claims: z.record(z.string(), globSchema).optional(),
  })
  .refine((entry) => Object.keys(entry).length > 0, 'expected at least one of kind, issuer, subject, claims');

const approvalsSchema = z.array(z.strictObject({ from: word, count: z.number().int().min(1).max(10) })).default([]);

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
    source_cidrs: z.array(cidrSchema).default([]),
    require_reason: z.boolean().default(false),
    require_ticket: z.boolean().default(false),
  })
  .superRefine((rule, context) => {
    if (rule.effect === 'deny') return;
    for (const field of ['subjects', 'targets', 'actions'] as const)
      if (rule[field].length === 0)
        context.addIssue({ code: 'custom', path: [field], message: `${rule.effect} needs ${field}` });
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

/** Who may have what: data for the policy `lapse/access/decision`. Without a rule, nobody may have anything. */
export const accessSchema = z
  .strictObject({
    rules: z.array(accessRuleSchema).default([]),
    groups: z.record(z.string(), z.array(word)).default({}).describe('Approver group → operators.'),
    default_approvals: approvalsSchema.describe(
      'Who is asked where a rule that allows must not do so by itself, and names nobody: without them that is a no.',
    ),
    freezes: z.array(freezeSchema).default([]).describe('When nothing is granted, or nothing without a person.'),
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
        if (group === undefined)
          context.addIssue({ code: 'custom', path: [...path, 'from'], message: `unknown group "${approval.from}"` });
        else if (new Set(group).size < approval.count)
          context.addIssue({
            code: 'custom',
            path: [...path, 'count'],
            message: 'the group has fewer people than this',
          });
      }
    }
  });
