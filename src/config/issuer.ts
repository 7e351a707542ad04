import { isIPv4, isIPv6 } from 'node:net';
import { z } from 'zod';
import { isPortableSegmentGlob, segmentGlobNarrows } from '../model/segment-glob.ts';
import { durationSchema } from './duration.ts';
import { secretReferenceSchema } from './secret-reference.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Ids stand in metrics, audit and token parameters: short, lower case, no separators of their own. */
const idSchema = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?$/, 'expected an id of lower-case letters, digits, ".", "_" and "-"');

/** Two stars in a segment and one `**` are what policies can evaluate too. */
const globSchema = z
  .string()
  .min(1)
  .refine(isPortableSegmentGlob, 'expected at most two "*" in a segment and one "**" in all');

const cidrSchema = z.string().refine(isCidr, 'expected a network such as 10.2.0.0/16 or 2001:db8::/32');

const urlSchema = z
  .string()
  .refine((text) => {
    const url = parseUrl(text);
    return (
      url !== undefined && (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackName(url.hostname)))
    );
  }, 'expected an https URL (http only on loopback)')
  .refine(
    (text) => !text.endsWith('/') && !/[?#@]/.test(text),
    'expected a URL without trailing slash, user, query or fragment: it is compared character by character',
  );

const listenSchema = z
  .string()
  .refine((text) => splitListen(text) !== undefined, 'expected host:port, for example 127.0.0.1:8787 or [::1]:8787');

const trustRuleSchema = z
  .strictObject({
    id: idSchema,
    /** Compared exactly with `iss`. */
    issuer: z.string().min(1),
    /** What `aud` must contain; the issuer's own URL when absent. */
    audience: z.string().min(1).optional(),
    /** Where the keys are; found by OpenID discovery at `issuer` when absent. Its host is pinned. */
    jwks_uri: z.string().min(1).optional(),
    /** The issuer lives in a private network: its keys may be fetched from there. Link-local addresses never count. */
    private_network: z.boolean().default(false),
    /** Exact, or a segment glob. */
    subject: globSchema,
    /** Exact values or segment globs; members of nested objects by path, as in `kubernetes.io/namespace`. */
    claims: z.record(z.string(), globSchema).default({}),
    algs: z
      .array(z.enum(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA']))
      .min(1)
      .default(['RS256', 'ES256']),
    /** Oldest acceptable `iat`. */
    max_token_age: durationSchema.default(HOUR),
    replay: z.enum(['single_use', 'off']).default('single_use'),
    /** Claims that name the person who started the workload: that person may not approve its requests. */
    owners_from: z.array(z.string().min(1)).default([]),
    /** Inventory id of the principal that such a token stands for. */
    principal: z.string().min(1).optional(),
  })
  .superRefine((rule, context) => {
    for (const [field, text] of Object.entries({ issuer: rule.issuer, jwks_uri: rule.jwks_uri })) {
      if (text === undefined) continue;
      const url = parseUrl(text);
      if (
        url === undefined ||
        !(url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackName(url.hostname)))
      )
        context.addIssue({ code: 'custom', path: [field], message: 'expected an https URL (http only on loopback)' });
    }
    const open = trustsEveryone(rule);
    if (open !== undefined) context.addIssue({ code: 'custom', path: ['subject'], message: open });
  });

const targetFields = {
  id: idSchema,
  environment: z.string().min(1).default('unknown'),
  labels: z.record(z.string(), z.string()).default({}),
  /** No lease on this target is longer. */
  max_ttl: durationSchema.default(HOUR),
  /** Ids of trust rules: workloads that may introspect what was issued for this target. */
  resource_servers: z.array(idSchema).default([]),
};

const postgresTargetSchema = z.strictObject({
  ...targetFields,
  type: z.literal('postgres'),
  /** `postgres://…` of the role that makes the leased roles. */
  connection: secretReferenceSchema,
  /** What requesters are told to connect to, where it differs from the broker's own connection. */
  connect: z
    .strictObject({
      host: z.string().min(1).optional(),
      port: z.number().int().min(1).max(65535).optional(),
      database: z.string().min(1).optional(),
    })
    .prefault({}),
  /** What membership in group roles gives, in the words of requests. A lease gets the roles whose grants it asks for whole. */
  grants: z
    .array(
      z.strictObject({
        actions: z.array(z.string().min(1)).min(1),
        resources: z.array(z.string().min(1)).min(1),
        /** NOLOGIN roles; a leased role becomes a member of each. */
        roles: z.array(z.string().min(1)).min(1),
      }),
    )
    .min(1),
  connection_limit: z.number().int().min(1).max(1000).default(5),
  /** Session defaults of leased roles. Their holders may change them: they prevent accidents and deny nothing. */
  session: z
    .strictObject({
      statement_timeout: durationSchema.optional(),
      read_only: z.boolean().optional(),
      search_path: z.array(z.string().min(1)).optional(),
    })
    .prefault({}),
  /** What enforces source networks; without it, a grant that demands them is refused. PostgreSQL 17 and later. */
  source_bound: z.literal('login-trigger').optional(),
  /** NOLOGIN role that gets what a leased role may have created; without one, that is dropped. */
  reassign_to: z.string().min(1).optional(),
  connect_timeout: durationSchema.default(5_000),
  statement_timeout: durationSchema.default(10_000),
});

const jwtTargetSchema = z.strictObject({
  ...targetFields,
  type: z.literal('jwt'),
  /** `aud` of the tokens. */
  audience: z.string().min(1),
  /** Scopes that may be asked for, as actions. */
  actions: z.array(z.string().min(1)).min(1),
  alg: z.enum(['ES256', 'RS256']).default('ES256'),
});

const subjectPatternSchema = z
  .strictObject({
    kind: z.enum(['workload', 'static-key', 'operator']).optional(),
    issuer: z.string().min(1).optional(),
    subject: globSchema.optional(),
    claims: z.record(z.string(), globSchema).optional(),
  })
  .refine((entry) => Object.keys(entry).length > 0, 'expected at least one of kind, issuer, subject, claims');

/** To allow or to escalate, a rule must name what it covers; to deny, what it leaves out is everything. */
const accessRuleSchema = z
  .strictObject({
    id: idSchema,
    effect: z.enum(['allow', 'escalate', 'deny']),
    subjects: z.array(subjectPatternSchema).default([]),
    targets: z.array(z.string().min(1)).default([]),
    actions: z.array(z.string().min(1)).default([]),
    /** Patterns of what the actions are for; all when absent. */
    resources: z.array(globSchema).default(['**']),
    max_ttl: durationSchema.optional(),
    approvals: z.array(z.strictObject({ from: z.string().min(1), count: z.number().int().min(1).max(10) })).default([]),
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

const accessSchema = z
  .strictObject({
    rules: z.array(accessRuleSchema).default([]),
    /** Approver group → operators. */
    groups: z.record(z.string(), z.array(z.string().min(1))).default({}),
  })
  .superRefine((access, context) => {
    for (const [index, rule] of access.rules.entries()) {
      for (const [place, approval] of rule.approvals.entries()) {
        const group = access.groups[approval.from];
        const path = ['rules', index, 'approvals', place];
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

/** The section `issuer` of `lapse.yaml`. Durations come out as milliseconds. */
export const issuerSchema = z
  .strictObject({
    /** The public URL: `iss` of our tokens and the audience that subject tokens must name. Defaults to the loopback address. */
    url: urlSchema.optional(),
    listen: listenSchema.default('127.0.0.1:8787'),
    tls: z.strictObject({ cert: z.string().min(1), key: z.string().min(1) }).optional(),
    /** Addresses or networks whose `X-Forwarded-For` counts. */
    trusted_proxies: z.array(z.union([cidrSchema, z.ipv4(), z.ipv6()])).default([]),
    trust: z.array(trustRuleSchema).default([]),
    targets: z.array(z.discriminatedUnion('type', [postgresTargetSchema, jwtTargetSchema])).default([]),
    access: accessSchema.prefault({}),
    quotas: z
      .strictObject({
        /** Requests that wait for a human, of one requester. */
        open_requests_per_subject: z.number().int().min(1).default(5),
        active_leases_per_subject: z.number().int().min(1).default(20),
        active_leases_per_target: z.number().int().min(1).default(1000),
        active_leases: z.number().int().min(1).default(10_000),
        leases_per_minute_per_subject: z.number().int().min(1).default(120),
        /** A target with this many leases that could not be taken back in time gets no new ones. */
        overdue_leases_per_target: z.number().int().min(1).default(20),
        /** HTTP requests of one source address. */
        requests_per_minute: z.number().int().min(1).default(600),
      })
      .prefault({}),
    /** How long a request waits for an approver. */
    pending_ttl: durationSchema.default(24 * HOUR),
    reconcile_interval: durationSchema.default(MINUTE),
    /** What a scraper from another machine must show at `/metrics`; without it, only this machine may read them. */
    metrics_token: secretReferenceSchema.optional(),
    /** Files that get a copy of every audit event, besides the chain in the issuer's own store. */
    audit: z.strictObject({ files: z.array(z.string().min(1)).default([]) }).prefault({}),
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
    refuseDuplicates(issuer.trust, 'trust', context);
    refuseDuplicates(issuer.targets, 'targets', context);
    refuseDuplicates(issuer.access.rules, 'access.rules', context);
    refuseKeyConflicts(issuer.trust, context);
    for (const [index, target] of issuer.targets.entries())
      for (const [place, rule] of target.resource_servers.entries())
        if (!issuer.trust.some(({ id }) => id === rule))
          context.addIssue({
            code: 'custom',
            path: ['targets', index, 'resource_servers', place],
            message: `unknown trust rule "${rule}"`,
          });
    const targets = new Set<string>(['*', ...issuer.targets.map((target) => target.id)]);
    for (const [index, rule] of issuer.access.rules.entries())
      for (const [place, target] of rule.targets.entries())
        if (!targets.has(target))
          context.addIssue({
            code: 'custom',
            path: ['access', 'rules', index, 'targets', place],
            message: `unknown target "${target}"`,
          });
  });

export type IssuerConfig = z.output<typeof issuerSchema>;
export type IssuerTarget = IssuerConfig['targets'][number];

/** Splits `host:port`; an IPv6 host stands in brackets. */
export function splitListen(text: string): { readonly host: string; readonly port: number } | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9.-]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || port > 65535) return undefined;
  if (match?.[1] !== undefined && !isIPv6(host)) return undefined;
  return { host, port };
}

/** Only names and addresses that cannot lead off this machine. */
export function isLoopbackName(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  return bare === 'localhost' || bare === '::1' || (isIPv4(bare) && bare.startsWith('127.'));
}

function isCidr(text: string): boolean {
  const [address, bits, ...rest] = text.split('/');
  if (address === undefined || bits === undefined || rest.length > 0 || !/^\d{1,3}$/.test(bits)) return false;
  return (isIPv4(address) && Number(bits) <= 32) || (isIPv6(address) && Number(bits) <= 128);
}

function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

/** Claims that every token of an issuer has in common, or that are checked anyway, narrow nothing. */
const COMMON_CLAIMS = new Set(['iss', 'aud', 'exp', 'iat', 'nbf', 'jti']);

/**
 * Issuers that sign for the whole world: there a rule must name a tenant, by the literal start of `sub` or by one of the claims.
 * Sources: GitHub "OpenID Connect reference", GitLab "ID token authentication", Google "OpenID Connect".
 */
const SHARED_ISSUERS: Readonly<Record<string, { readonly subject: RegExp; readonly claims: readonly string[] }>> = {
  'https://token.actions.githubusercontent.com': {
    subject: /^repo:[^*:/]+\//,
    claims: [
      'repository',
      'repository_id',
      'repository_owner',
      'repository_owner_id',
      'job_workflow_ref',
      'enterprise_id',
    ],
  },
  'https://gitlab.com': {
    subject: /^project_path:[^*:/]+\//,
    claims: ['project_path', 'project_id', 'namespace_path', 'namespace_id'],
  },
  'https://accounts.google.com': { subject: /^[^*]+$/, claims: ['sub', 'email', 'hd'] },
};

function trustsEveryone(rule: {
  readonly issuer: string;
  readonly subject: string;
  readonly claims: Readonly<Record<string, string>>;
}): string | undefined {
  const narrowing = Object.entries(rule.claims).filter(
    ([name, pattern]) => !COMMON_CLAIMS.has(name) && segmentGlobNarrows(pattern),
  );
  const shared = SHARED_ISSUERS[rule.issuer];
  if (shared !== undefined) {
    const named = narrowing.some(
      ([name, pattern]) => shared.claims.includes(name) && /^[^*:/]+(?:[:/]|$)/.test(pattern),
    );
    if (!named && !shared.subject.test(rule.subject))
      return 'this issuer signs for everybody: expected a subject or a claim that names your organisation';
    return undefined;
  }
  if (!segmentGlobNarrows(rule.subject) && narrowing.length === 0)
    return 'this would trust everybody whom the issuer signs for: expected a narrower subject or a claim';
  return undefined;
}

function refuseDuplicates(
  entries: readonly { readonly id: string }[],
  section: string,
  context: z.RefinementCtx,
): void {
  const seen = new Set<string>();
  for (const [index, entry] of entries.entries()) {
    if (seen.has(entry.id))
      context.addIssue({
        code: 'custom',
        path: [...section.split('.'), index, 'id'],
        message: `duplicate id "${entry.id}"`,
      });
    seen.add(entry.id);
  }
}

/** A token is verified before its rule is known, so all rules of one issuer must mean the same keys. */
function refuseKeyConflicts(trust: readonly z.output<typeof trustRuleSchema>[], context: z.RefinementCtx): void {
  for (const [index, rule] of trust.entries()) {
    const first = trust.find(({ issuer }) => issuer === rule.issuer);
    for (const field of ['jwks_uri', 'private_network'] as const)
      if (first !== undefined && first[field] !== rule[field])
        context.addIssue({
          code: 'custom',
          path: ['trust', index, field],
          message: `another rule of this issuer says otherwise ("${first.id}")`,
        });
  }
}
