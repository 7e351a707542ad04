import { z } from 'zod';
import { accessSchema } from './access.ts';
import { alertsSchema } from './alert-channels.ts';
import { auditSchema } from './audit-sinks.ts';
import { awsIdentitySchema } from './aws-identity.ts';
import { clientSchema } from './clients.ts';
import { durationSchema } from './duration.ts';
import { encryptionKeySchema } from './encryption-key.ts';
import { cidrSchema, isLoopbackName, secureUrlSchema, splitListen } from './issuer-fields.ts';
import { secretReferenceSchema } from './secret-reference.ts';
import { securityEventsSchema } from './security-events.ts';
import { signInSchema } from './sign-in.ts';
import { refuseBundleConflicts, spiffeRuleSchema } from './spiffe.ts';
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
  leases_per_minute_per_subject: count(120).describe('So many at once, and again when a minute has filled the bucket.'),
  leases_per_minute_per_target: z.number().int().min(1).optional().describe('No limit when absent.'),
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
    spiffe: z.array(spiffeRuleSchema).default([]).describe('Workloads of SPIFFE trust domains that are taken.'),
    aws_identity: awsIdentitySchema
      .optional()
      .describe('Identities of AWS that are taken, by a signed GetCallerIdentity.'),
    clients: z.array(clientSchema).default([]).describe('OAuth clients with keys of their own.'),
    client_certificates: z
      .strictObject({
        ca: path.optional().describe('PEM file of the authorities for tls_client_auth.'),
        forwarded_by: z
          .array(z.union([cidrSchema, z.ipv4(), z.ipv6()]))
          .default([])
          .describe(
            'Proxies whose Client-Cert and Client-Cert-Chain (RFC 9440) count; they must remove what their own callers send.',
          ),
        url: urlSchema
          .optional()
          .describe('Where certificates are asked for, when not at the URL of the issuer: mtls_endpoint_aliases.'),
      })
      .optional()
      .describe('Ask for client certificates; a connection without one is good too.'),
    dpop: z
      .strictObject({ nonce: z.enum(['off', 'required']).default('off') })
      .prefault({})
      .describe('required: proofs must carry a nonce of ours, so that none can be made in advance.'),
    sign_in: signInSchema.optional().describe('The identity provider where people sign in (sign-in.md).'),
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
    database: secretReferenceSchema
      .optional()
      .describe('A postgres:// URL that several daemons share; without it, a SQLite file of one daemon.'),
    encryption_key: encryptionKeySchema
      .optional()
      .describe('Seals signing keys and the store key: 32 bytes as hex or base64. A database needs it.'),
    former_encryption_keys: z
      .array(encryptionKeySchema)
      .default([])
      .describe('What was sealed with these can still be opened, until "lapse keys reseal".'),
    audit: auditSchema.prefault({}),
    shutdown_delay: z
      .union([z.literal('0s').transform(() => 0), durationSchema])
      .default(0)
      .describe(
        'How long /readyz says no before the daemon stops listening, so that a load balancer has gone elsewhere.',
      ),
    tracing: z
      .strictObject({
        otlp: z
          .url({ protocol: /^https?$/ })
          .describe('Where spans go: the whole URL, such as https://collector.example/v1/traces.'),
        headers: z.record(z.string(), secretReferenceSchema).default({}),
        sample: z
          .number()
          .min(0)
          .max(1)
          .default(1)
          .describe('Share of the requests without a trace of their own that are traced.'),
      })
      .optional()
      .describe('OpenTelemetry traces, by OTLP over HTTP; needs the packages of OpenTelemetry.'),
    alerts: alertsSchema.prefault({}),
    security_events: securityEventsSchema.prefault({}).describe('Who hears of leases and keys as CAEP events.'),
  })
  .superRefine((issuer, context) => {
    if (issuer.database !== undefined && issuer.encryption_key === undefined)
      context.addIssue({
        code: 'custom',
        path: ['database'],
        message: 'expected an encryption_key beside it: signing keys are in the database, sealed',
      });
    const host = splitListen(issuer.listen)?.host;
    if (host !== undefined && issuer.tls === undefined && !isLoopbackName(host))
      context.addIssue({
        code: 'custom',
        path: ['listen'],
        message: 'expected a loopback address, or tls {cert, key}',
      });
    if (host !== undefined && issuer.url === undefined && !isLoopbackName(host))
      context.addIssue({ code: 'custom', path: ['listen'], message: 'expected a loopback address, or a url' });
    const asking = [
      ['trust', issuer.trust],
      ['spiffe', issuer.spiffe],
      ['clients', issuer.clients],
    ] as const;
    // One name for one rule, whatever its kind: resource_servers speak of all of them.
    const names = new Set<string>();
    for (const [kind, rules] of asking) refuseDuplicates(rules, [kind], context, names);
    refuseDuplicates(issuer.aws_identity?.rules ?? [], ['aws_identity', 'rules'], context, names);
    refuseBundleConflicts(issuer.spiffe, context);
    refuseDuplicates(issuer.targets, ['targets'], context);
    refuseDuplicates(issuer.access.rules, ['access', 'rules'], context);
    refuseKeyConflicts(issuer.trust, context);
    for (const [index, rule] of issuer.trust.entries())
      refuseUnknown(
        rule.clients.filter((id) => !id.startsWith('spiffe://')),
        issuer.clients,
        'client',
        ['trust', index, 'clients'],
        context,
      );
    refuseUselessCertificates(issuer, context);
    for (const [index, target] of issuer.targets.entries())
      refuseUnknown(
        target.resource_servers,
        [...issuer.trust, ...issuer.spiffe, ...issuer.clients],
        'trust rule, SPIFFE rule or client',
        ['targets', index, 'resource_servers'],
        context,
      );
    const targets = [...issuer.targets, { id: '*' }];
    for (const [index, rule] of issuer.access.rules.entries())
      refuseUnknown(rule.targets, targets, 'target', ['access', 'rules', index, 'targets'], context);
  });

export type IssuerConfig = z.output<typeof issuerSchema>;
export type IssuerTarget = IssuerConfig['targets'][number];

interface CertificateUse {
  readonly clients: readonly Pick<z.output<typeof clientSchema>, 'tls_client_auth' | 'self_signed_tls_client_auth'>[];
  readonly client_certificates?: { readonly ca?: string | undefined } | undefined;
}

/** A client that could never prove anything is a mistake. */
function refuseUselessCertificates(
  { clients, client_certificates: asked }: CertificateUse,
  context: z.RefinementCtx,
): void {
  for (const [index, { tls_client_auth: byName, self_signed_tls_client_auth: own }] of clients.entries()) {
    const path = ['clients', index, byName === undefined ? 'self_signed_tls_client_auth' : 'tls_client_auth'];
    if ((byName !== undefined || own !== undefined) && asked === undefined)
      context.addIssue({ code: 'custom', path, message: 'needs client_certificates, or none is ever asked for' });
    else if (byName !== undefined && asked?.ca === undefined)
      context.addIssue({ code: 'custom', path, message: 'needs client_certificates.ca' });
  }
}

type Place = readonly (string | number)[];
type Named = readonly { readonly id: string }[];

function refuseDuplicates(entries: Named, place: Place, context: z.RefinementCtx, seen = new Set<string>()): void {
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
