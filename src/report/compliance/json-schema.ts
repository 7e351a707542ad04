import { z } from 'zod';
import { SEVERITIES } from '../../model/finding.ts';
import type { JsonObject } from '../../model/json.ts';
import { CONTROL_STATES, GAP_KINDS } from './compliance-report.ts';

const time = z.string().meta({ format: 'date-time' });
const date = z.string().meta({ format: 'date' });
const count = z.number().int().min(0);
const names = z.array(z.string());
const severity = z.enum(SEVERITIES).meta({ id: 'severity' });
const location = z
  .looseObject({ path: z.string(), line: count.optional(), column: count.optional() })
  .meta({ id: 'location' });
const problem = z.strictObject({ code: z.string(), message: z.string(), location });
const gap = z
  .strictObject({
    kind: z
      .enum(GAP_KINDS)
      .describe('not-scanned and outside are told and keep no control from being clear; all others do.'),
    why: z.string(),
    rules: names.describe('The rules that could not say anything; empty for all.'),
  })
  .meta({ id: 'gap' });
const acceptance = z.strictObject({ reason: z.string(), owner: z.string(), expires: date }).meta({ id: 'acceptance' });

const findingFields = {
  fingerprint: z.string().describe('The same in every report, and in the baseline but for static secrets.'),
  rule: z.string(),
  title: z.string(),
  severity,
  subject: z.string().describe('Id in the inventory.'),
  subject_name: z.string(),
  message: z.string(),
  controls: names,
  first_seen: time.describe('The first time ever.'),
  last_seen: time.describe('The last time that it was judged to be so.'),
};

const finding = z.strictObject({
  ...findingFields,
  status: z.enum(['open', 'accepted']),
  since: time.describe('The beginning of this time, where it was gone in between.'),
  reopened: z.boolean(),
  unseen: z.boolean().describe('The latest scan did not look at its subject.'),
  platform: z.string().optional(),
  owner: z.string().optional(),
  environment: z.string().optional(),
  accepted: acceptance.optional(),
  expired: acceptance.optional().describe('An acceptance whose day is over.'),
  location: location.optional().describe('Where a reader should look first.'),
  evidence: z.array(
    z.strictObject({
      fact: z.string(),
      value: z.json(),
      source: z.string().optional(),
      as_of: z.string().optional(),
      confidence: z.string().optional(),
      location: location.optional(),
    }),
  ),
  sources: names.describe('Those that speak of its subject.'),
  remediation: z.string(),
});

const resolved = z.strictObject({
  ...findingFields,
  resolved_at: time.describe('Of the first judgement that no longer had it.'),
  how: z
    .enum(['fixed', 'subject-gone', 'other-policy'])
    .describe('other-policy: policies or their data changed at the same time, so that nobody knows.'),
});

const control = z.strictObject({
  id: z.string(),
  title: z.string(),
  selected: z.boolean().describe('False for one that only a rule names.'),
  state: z
    .enum(CONTROL_STATES)
    .describe(
      'open: findings that nobody accepted. partial: none of those, and not everything was assessed. accepted: all assessed, what was found is accepted. clear: all that rules can say was assessed, nothing found. not-assessed: no rule could say anything.',
    ),
  open: names.describe('Fingerprints.'),
  accepted: names.describe('Fingerprints.'),
  resolved: names.describe('Fingerprints.'),
  rules: z.array(
    z.strictObject({
      id: z.string(),
      title: z.string(),
      severity,
      assessed: z.boolean(),
      platforms: names.describe('Those on which it could say something; files and history for static secrets.'),
      subjects: count.describe('Rows of the inventory that it could judge.'),
    }),
  ),
  not_assessed: z.array(gap),
});

/** What `lapse report --format json` prints; the source of truth for `docs/compliance.schema.json`. */
export const complianceSchema = z.strictObject({
  schema: z.literal('lapse.compliance/1'),
  version: z.string().describe('Of lapse.'),
  framework: z.strictObject({
    id: z.string(),
    name: z.string(),
    version: z.string(),
    source: z.string(),
    selection: z.string().describe('Which of its controls are here, and why those.'),
  }),
  made_at: time,
  as_of: time,
  snapshot: count.describe('The state of the inventory; 0 is before the first scan.'),
  since: time,
  history_from: time.optional().describe('Where the history begins after "since".'),
  filters: z.strictObject({ platform: names, owner: names, environment: names }),
  judged: z
    .strictObject({ at: time, policy_revision: z.string() })
    .nullable()
    .describe('When policies judged last, and which; null when never.'),
  policy_revision: z.string().describe('Of the policies whose METADATA names the controls.'),
  baseline: z.string().nullable().describe('The file that was applied, as it is now.'),
  complete: z.boolean(),
  threshold: z.enum([...SEVERITIES, 'none']),
  exit_code: z.union([z.literal(0), z.literal(1), z.literal(3)]),
  counts: z.strictObject({
    controls: z.record(z.enum(CONTROL_STATES), count),
    open: count,
    accepted: count,
    resolved: count,
  }),
  controls: z.array(control),
  findings: z.array(finding).describe('Each that a control names, once.'),
  resolved: z.array(resolved),
  elsewhere: z
    .array(z.strictObject({ rule: z.string(), findings: count }))
    .describe('Findings of rules that name no control of the framework.'),
  exceptions: z
    .array(
      z.strictObject({
        name: z.string(),
        rules: names,
        subjects: names,
        reason: z.string(),
        owner: z.string().optional(),
        expires: z.string().optional(),
      }),
    )
    .describe('What policy data and the configuration of scans leave out.'),
  sources: z.array(
    z.strictObject({
      source: z.string(),
      at: time,
      read: count.describe('Files.'),
      unread: count.describe('Files that stand as an earlier scan read them.'),
      complete: z.boolean(),
      stale: z.boolean(),
      platforms: names,
    }),
  ),
  gaps: z.array(gap).describe('What makes the whole report incomplete.'),
  problems: z.array(problem),
});

/** As `complianceSchema` has it. */
export type ComplianceJson = z.input<typeof complianceSchema>;

/** JSON Schema (2020-12), committed as `docs/compliance.schema.json`. */
export function complianceJsonSchema(): JsonObject {
  const about = 'New members may be added; a change of meaning gets a new number.';
  return {
    title: 'lapse report --format json, schema lapse.compliance/1',
    description: about,
    ...(z.toJSONSchema(complianceSchema, { io: 'input' }) as JsonObject),
  };
}
