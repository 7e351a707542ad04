import { z } from 'zod';
import { accessSchema } from './access.ts';
import { auditSinksSchema } from './audit-sinks.ts';
import { durationSchema } from './duration.ts';
import { cidrSchema, isLoopbackName, secureUrlSchema, splitListen } from './issuer-fields.ts';
import { secretReferenceSchema } from './secret-reference.ts';
import { targetSchema } from './targets.ts';
import { refuseKeyConflicts, trustRuleSchema } from './trust.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const count = (usual: number) => z.number().int().min(1).default(usual);
const path = z.string().min(1);

const urlSchema = secureUrlSchema.refine(
  (text) => !text.endsWith('/') && !/[?#@]/.test(text),
  'expected a URL without trailing slash, user, query or fragment: it is compared character by character',
);

const listenSchema = z
  .string()
  .refine((text) => splitListen(text) !== undefined, 'expected host:port, for example 127.0.0.1:8787 or [::1]:8787');

const quotasSchema = z.strictObject({
  open_requests_per_subject: count(5).describe('Requests that wait for a human, of one requester.'),
  active_leases_per_subject: count(20),
  active_leases_per_target: count(1000),
  active_leases: count(10_000).describe('Of the whole issuer.'),
  leases_per_minute_per_subject: count(120),
  overdue_leases_per_target: count(20).describe(
    'A target with this many leases that could not be taken back in time gets no new ones.',
  ),
  requests_per_minute: count(600).describe('HTTP requests of one source address.'),
});

/** The section `issuer` of `lapse.yaml`. Durations come out as milliseconds. */
export const issuerSchema = z
  .strictObject({
    url: urlSchema
      .optional()
      .describe('The public URL: iss of our tokens and the audience that subject tokens must name.'),
    listen: listenSchema.default('127.0.0.1:8787').describe('host:port; anything but loopback needs tls.'),
    tls: z.strictObject({ cert: path, key: path }).optional().describe('PEM files.'),
    trusted_proxies: z
      .array(z.union([cidrSchema, z.ipv4(), z.ipv6()]))
      .default([])
      .describe('Addresses or networks whose X-Forwarded-For and X-Forwarded-Proto count.'),
    trust: z.array(trustRuleSchema).default([]).describe('Whose tokens are taken, and for whom they stand.'),
    targets: z.array(targetSchema).default([]).describe('What leases are made at.'),
    access: accessSchema.prefault({}).describe('Who may have what, and who must be asked.'),
    quotas: quotasSchema.prefault({}),
    pending_ttl: durationSchema.default(24 * HOUR).describe('How long a request waits for an approver.'),
    reconcile_interval: durationSchema.default(MINUTE),
    metrics_token: secretReferenceSchema
      .optional()
      .describe(
        'What a scraper from another machine must show at /metrics; without it, only this machine may read them.',
      ),
    audit: z.strictObject({ sinks: auditSinksSchema }).prefault({}),
  })
  .superRefine((issuer, context) => {
    const host = splitListen(issuer.listen)?.host;
    if (host !== undefined && issuer.tls === undefined && !isLoopbackName(host))
      context.addIssue({
        code: 'custom',
        path: ['listen'],
        message: 'expected a loopback address, or tls {cert, key}',
      });
    if (host !== undefined && issuer.url === undefined && !isLoopbackName(host))
      context.addIssue({ code: 'custom', path: ['listen'], message: 'expected a loopback address, or a url' });
    refuseDuplicates(issuer.trust, ['trust'], context);
    refuseDuplicates(issuer.targets, ['targets'], context);
    refuseDuplicates(issuer.access.rules, ['access', 'rules'], context);
    refuseKeyConflicts(issuer.trust, context);
    for (const [index, target] of issuer.targets.entries())
      refuseUnknown(
        target.resource_servers,
        issuer.trust,
        'trust rule',
        ['targets', index, 'resource_servers'],
        context,
      );
    const targets = [...issuer.targets, { id: '*' }];
    for (const [index, rule] of issuer.access.rules.entries())
      refuseUnknown(rule.targets, targets, 'target', ['access', 'rules', index, 'targets'], context);
  });

export type IssuerConfig = z.output<typeof issuerSchema>;
export type IssuerTarget = IssuerConfig['targets'][number];

type Place = readonly (string | number)[];
type Named = readonly { readonly id: string }[];

function refuseDuplicates(entries: Named, place: Place, context: z.RefinementCtx): void {
  const seen = new Set<string>();
  for (const [index, { id }] of entries.entries()) {
    if (seen.has(id))
      context.addIssue({ code: 'custom', path: [...place, index, 'id'], message: `duplicate id "${id}"` });
    seen.add(id);
  }
}

function refuseUnknown(
  ids: readonly string[],
  known: Named,
  what: string,
  place: Place,
  context: z.RefinementCtx,
): void {
  for (const [index, id] of ids.entries())
    if (!known.some((entry) => entry.id === id))
      context.addIssue({ code: 'custom', path: [...place, index], message: `unknown ${what} "${id}"` });
}
