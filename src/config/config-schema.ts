import { z } from 'zod';
import { SEVERITIES } from '../model/finding.ts';
import type { Json } from '../model/json.ts';
import { durationSchema } from './duration.ts';
import { issuerSchema } from './issuer.ts';
import { bundlesSchema } from './policy-bundles.ts';
import { sizeSchema } from './size.ts';

const MEBIBYTE = 1024 ** 2;

const pathSchema = z.string().min(1);

const jsonSchema: z.ZodType<Json> = z.json();

const archiveLimitsSchema = z
  .strictObject({
    depth: z.number().int().min(1).max(100).optional().describe('Archives within archives: 8 when absent.'),
    members: z.number().int().min(1).optional().describe('Files in one archive: 500000 when absent.'),
    expanded_size: sizeSchema.optional().describe('What one archive expands to in all: 4GB when absent.'),
    ratio: z.number().min(1).optional().describe('How many times its size an archive expands to: 200 when absent.'),
    seconds: z.number().min(1).optional().describe('Time spent in one archive: 120 when absent.'),
  })
  .describe('What is beyond a limit is reported as not read, and the scan as incomplete.');

const ignoredSchema = z.strictObject({
  rule: z.string().min(1).describe('Id of a rule for secrets, or a pattern of ids such as generic/*.'),
  paths: z.array(z.string().min(1)).min(1).describe('Files, as patterns in .gitignore form.'),
  reason: z.string().min(3).describe('Why what the rule finds there is nothing to act on.'),
  expires: z.iso.date().optional().describe('After this day the findings count again.'),
});

const scanSchema = z.strictObject({
  exclude: z
    .array(z.string().min(1))
    .default([])
    .describe('Patterns in .gitignore form of files that no scanner reads, beside what .gitignore says.'),
  rules: z
    .array(pathSchema)
    .default([])
    .describe('Your own rules for secrets: files, folders or patterns, in the form of scanners/secrets/*.yaml.'),
  disable: z
    .array(z.string().regex(/^[a-z0-9*-]+\/[a-z0-9*-]+$/, 'expected vendor/rule'))
    .default([])
    .describe('Ids of built-in rules for secrets that are left out, or patterns of ids such as acme/*.'),
  ignore: z.array(ignoredSchema).default([]).describe('What some rules find in some files is left out.'),
  max_file_size: sizeSchema
    .default(50 * MEBIBYTE)
    .describe('Larger files of a scanned tree are reported as not read. Exports are streamed and may be larger.'),
  history: z.boolean().default(false).describe('Search the git history too, as --git-history does.'),
  archives: z
    .boolean()
    .default(true)
    .describe('Search archives, compressed files and container images for secrets; false is --no-archives.'),
  archive_limits: archiveLimitsSchema.prefault({}),
});

const exportSchema = z.strictObject({
  scanner: z.string().min(1).optional().describe('Id of the scanner that reads it; found by content when absent.'),
  path: pathSchema.describe('A file or a folder, relative to this file.'),
});

const policySchema = z.strictObject({
  paths: z.array(pathSchema).default([]).describe('Folders and files with your own Rego policies.'),
  data: z
    .record(z.string(), jsonSchema)
    .default({})
    .describe('Overrides of rego/data.yaml: levels, thresholds, allow-lists.'),
  bundles: bundlesSchema.default([]).describe('Policies and data that come as OPA bundles; see docs/bundles.md.'),
});

const checkSchema = z.strictObject({
  threshold: z
    .enum([...SEVERITIES, 'none'])
    .default('medium')
    .describe('The lowest severity that fails a check; none reports only.'),
  baseline: pathSchema.default('lapse-baseline.yaml').describe('File of accepted findings.'),
});

const storeSchema = z.strictObject({
  folder: pathSchema
    .optional()
    .describe('Folder of databases, keys and audit files, for this user only; .lapse beside this file when absent.'),
  path: pathSchema.optional().describe('SQLite file of the inventory; inventory.db in the state folder when absent.'),
});

const verifySchema = z.strictObject({
  ca: pathSchema.optional().describe('PEM file of further certificate authorities, such as that of a proxy.'),
  interval: durationSchema.default(1_000).describe('Pause between two requests to one vendor.'),
  timeout: durationSchema.default(10_000).describe('How long to wait for one answer.'),
});

const patterns = z.array(z.string().min(1)).min(1).optional();

const selectorFields = {
  platforms: patterns.describe('aws, kubernetes, …'),
  kinds: patterns.describe('user, service-account, …'),
  scopes: patterns.describe('Patterns of scope paths: 123456789012, prod-cluster/payments, acme/*.'),
  names: patterns.describe('Patterns of names and provider ids: prod-*, arn:aws:iam::*:role/prod/*.'),
  paths: patterns.describe('Patterns of files that declare it: deploy/prod.'),
  tags: patterns.describe('key=value of tags, labels and annotations, as patterns.'),
};
const SELECTORS = Object.keys(selectorFields);

const saysAbout = (rule: object): boolean => SELECTORS.some((name) => name in rule);
const SAYS_NOTHING = `expected at least one of ${SELECTORS.join(', ')}`;

const environmentSchema = z
  .strictObject({ name: z.string().min(1), ...selectorFields })
  .refine(saysAbout, SAYS_NOTHING)
  .describe('All that is given must fit, each by any of its patterns.');

const ownerSchema = z
  .strictObject({ owner: z.string().min(1), ...selectorFields })
  .refine(saysAbout, SAYS_NOTHING)
  .describe('All that is given must fit, each by any of its patterns.');

/** What `lapse.yaml` may say; the source of truth for the type, the loader and `docs/config.schema.json`. */
export const configSchema = z.strictObject({
  version: z.literal(1).describe('Form of this file.'),
  repository: z
    .string()
    .regex(/^[^/\s]+(?:\/[^/\s]+)+$/, 'expected owner/name')
    .optional()
    .describe('owner/name of the repository that is scanned; its origin when absent.'),
  cluster: z
    .string()
    .regex(/^[^/\s]+$/, 'expected a name without slash and space')
    .default('cluster')
    .describe('Name that Kubernetes objects are filed under, since no export has it.'),
  scan: scanSchema.prefault({}),
  exports: z.array(exportSchema).default([]).describe('Cloud and cluster exports that every scan reads.'),
  policy: policySchema.prefault({}),
  check: checkSchema.prefault({}),
  store: storeSchema.prefault({}),
  verify: verifySchema
    .prefault({})
    .describe('Asking vendors whether secrets still work: lapse verify, lapse scan --verify.'),
  environments: z
    .array(environmentSchema)
    .default([])
    .describe('Which part of the world is which environment. The first rule that fits counts.'),
  owners: z
    .array(ownerSchema)
    .default([])
    .describe('Who answers for what, before tags, CODEOWNERS and the like. The first rule that fits counts.'),
  issuer: issuerSchema.optional().describe('The daemon: who may ask for what, at which targets.'),
});
