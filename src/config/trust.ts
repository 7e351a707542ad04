import { z } from 'zod';
import { segmentGlobNarrows } from '../model/segment-glob.ts';
import { durationSchema } from './duration.ts';
import { globSchema, idSchema, pinnedFields, secureUrlSchema } from './issuer-fields.ts';
import { secretReferenceSchema } from './secret-reference.ts';

const HOUR = 3_600_000;
/** Never `none`, never HS*: a public key must not become a shared secret. */
export const SIGNATURE_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
] as const;

/** Whose tokens are taken, and for whom they stand. */
export const trustRuleSchema = z
  .strictObject({
    id: idSchema,
    issuer: secureUrlSchema.describe('Compared exactly with the claim iss.'),
    audience: z
      .string()
      .min(1)
      .optional()
      .describe("What the claim aud must contain; the issuer's own URL when absent."),
    jwks_uri: secureUrlSchema
      .optional()
      .describe('Where the keys are; found by OpenID discovery on the host of the issuer when absent.'),
    ...pinnedFields,
    keys_token: secretReferenceSchema
      .optional()
      .describe(
        'Bearer token that the place of the keys wants to see, as the API server of Kubernetes does; read anew each time.',
      ),
    subject: globSchema.describe('Exact, or a segment glob: * inside a segment, ** for any number of them.'),
    claims: z
      .record(z.string(), globSchema)
      .default({})
      .describe('Exact values or segment globs; members of nested objects by path, as in kubernetes.io/namespace.'),
    algs: z.array(z.enum(SIGNATURE_ALGORITHMS)).min(1).default(['RS256', 'ES256']),
    max_token_age: durationSchema.default(HOUR).describe('Since the claim iat.'),
    replay: z
      .enum(['single_use', 'key_bound', 'off'])
      .default('single_use')
      .describe(
        'single_use: a token is good for one credential. key_bound: again by the holder of the DPoP key or certificate that it was first shown with. off: for workloads that show one token until it is renewed.',
      ),
    clients: z
      .array(z.string().min(1))
      .default([])
      .describe('Clients (of clients, or SPIFFE IDs) that alone may present such tokens; anybody when empty.'),
    owners_from: z
      .array(z.string().min(1))
      .default([])
      .describe('Claims that name who started the workload: that person may not approve its requests.'),
    principal: z.string().min(1).optional().describe('Inventory id of the principal that such a token stands for.'),
  })
  .superRefine((rule, context) => {
    const open = trustsEveryone(rule);
    if (open !== undefined) context.addIssue({ code: 'custom', path: ['subject'], message: open });
  });

type TrustRuleConfig = z.output<typeof trustRuleSchema>;

/** A token is verified before its rule is known, so all rules of one issuer must mean the same keys. */
export function refuseKeyConflicts(trust: readonly TrustRuleConfig[], context: z.RefinementCtx): void {
  for (const [index, rule] of trust.entries()) {
    const first = trust.find(({ issuer }) => issuer === rule.issuer);
    for (const field of ['jwks_uri', 'private_network', 'ca', 'keys_token'] as const)
      if (first !== undefined && JSON.stringify(first[field]) !== JSON.stringify(rule[field]))
        context.addIssue({
          code: 'custom',
          path: ['trust', index, field],
          message: `another rule of this issuer says otherwise ("${first.id}")`,
        });
  }
}

/** Claims that every token of an issuer has in common, or that are checked anyway, narrow nothing. */
const COMMON_CLAIMS = new Set(['iss', 'aud', 'exp', 'iat', 'nbf', 'jti']);

/**
 * Issuers that sign for the whole world: there a rule must name a tenant, by the literal start of `sub` or by one of the claims.
 * Sources: GitHub "OpenID Connect reference", GitLab "ID token authentication", Google "OpenID Connect", Buildkite "OIDC", HCP Terraform
 * "Workload identity tokens".
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
  'https://agent.buildkite.com': {
    subject: /^organization:[^*:/]+:/,
    claims: ['organization_slug', 'organization_id'],
  },
  'https://app.terraform.io': {
    subject: /^organization:[^*:/]+:/,
    claims: ['terraform_organization_name', 'terraform_organization_id'],
  },
  'https://accounts.google.com': { subject: /^[^*]+$/, claims: ['sub', 'email', 'hd'] },
};

function trustsEveryone(rule: TrustRuleConfig): string | undefined {
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
