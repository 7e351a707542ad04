import { z } from 'zod';
import { durationSchema } from './duration.ts';
import { idSchema, secureUrlSchema } from './issuer-fields.ts';
import { secretReferenceSchema } from './secret-reference.ts';

const HOUR = 3_600_000;
const word = z.string().min(1);

const common = {
  id: idSchema,
  environment: word.default('unknown'),
  labels: z.record(z.string(), z.string()).default({}),
  principals: z
    .array(word)
    .default([])
    .describe('Inventory ids of what a lease acts as: policies hear whether they can become administrator.'),
  max_ttl: durationSchema.default(HOUR).describe('No lease on this target is longer.'),
  resource_servers: z
    .array(idSchema)
    .default([])
    .describe('Trust rules, SPIFFE rules and clients that may introspect what was issued for this target.'),
};

const postgresGrantsSchema = z
  .array(
    z.strictObject({
      actions: z.array(word).min(1),
      resources: z.array(word).min(1),
      roles: z.array(word).min(1).describe('NOLOGIN roles; whoever has the lease is a member of each.'),
    }),
  )
  .min(1)
  .describe('What membership in group roles gives, in the words of requests.');

const postgresTargetSchema = z.strictObject({
  ...common,
  type: z.literal('postgres'),
  connection: secretReferenceSchema.describe('postgres://… of the role that makes the leased roles.'),
  connect: z
    .strictObject({
      host: word.optional(),
      port: z.number().int().min(1).max(65535).optional(),
      database: word.optional(),
    })
    .prefault({})
    .describe("What requesters are told to connect to, where it differs from the broker's own connection."),
  grants: postgresGrantsSchema,
  connection_limit: z.number().int().min(1).max(1000).default(5),
  session: z
    .strictObject({
      statement_timeout: durationSchema.optional(),
      read_only: z.boolean().optional(),
      search_path: z.array(word).optional(),
    })
    .prefault({})
    .describe(
      'Session defaults of leased roles. Their holders may change them: they prevent accidents and deny nothing.',
    ),
  source_bound: z
    .literal('login-trigger')
    .optional()
    .describe(
      'What enforces source networks (PostgreSQL 17 and later); without it, a grant that demands them is refused.',
    ),
  reassign_to: word
    .optional()
    .describe('NOLOGIN role that gets what a leased role may have created; without one, that is dropped.'),
  connect_timeout: durationSchema.default(5_000),
  statement_timeout: durationSchema.default(10_000),
});

const postgresMembershipTargetSchema = z.strictObject({
  ...common,
  type: z.literal('postgres-membership'),
  connection: secretReferenceSchema.describe('postgres://… of the role that makes the memberships.'),
  grants: postgresGrantsSchema,
  set_role: z
    .boolean()
    .default(false)
    .describe(
      'Members may "set role" to the group roles too; it needs end_sessions. Before PostgreSQL 16 they always may.',
    ),
  end_sessions: z.boolean().default(false).describe('Sessions that the member has open are ended with the lease.'),
  connect_timeout: durationSchema.default(5_000),
  statement_timeout: durationSchema.default(10_000),
});

const kubernetesBindingTargetSchema = z.strictObject({
  ...common,
  type: z.literal('kubernetes-binding'),
  server: secureUrlSchema.describe('URL of the API server.'),
  token: secretReferenceSchema.describe("Token of the broker's own service account."),
  ca_file: word.optional().describe('PEM of the authority of the API server; those of the system when absent.'),
  grants: z
    .array(
      z.strictObject({
        actions: z.array(word).min(1),
        resources: z.array(word).min(1),
        roles: z
          .array(word)
          .min(1)
          .describe(
            'Role/<namespace>/<name>, ClusterRole/<namespace>/<name> in that namespace, or ClusterRole/<name>.',
          ),
      }),
    )
    .min(1)
    .describe('What being bound to roles gives, in the words of requests.'),
  timeout: durationSchema.default(10_000).describe('Of each call of the API server.'),
});

const awsPolicyTargetSchema = z.strictObject({
  ...common,
  type: z.literal('aws-policy'),
  region: word.default('us-east-1'),
  profile: word
    .optional()
    .describe('Of the shared configuration; without it, as the AWS command line looks for credentials.'),
  endpoint: secureUrlSchema.optional().describe("Instead of AWS's own."),
  grants: z
    .array(
      z.strictObject({
        actions: z.array(word).min(1),
        resources: z.array(word).min(1),
        statements: z
          .array(
            z.strictObject({
              Sid: word.optional(),
              Action: z.union([word, z.array(word).min(1)]),
              Resource: z.union([word, z.array(word).min(1)]),
              Condition: z.record(z.string(), z.record(z.string(), z.union([word, z.array(word)]))).optional(),
            }),
          )
          .min(1)
          .describe('What is allowed; the end is added.'),
      }),
    )
    .min(1)
    .describe('What an inline policy gives, in the words of requests.'),
  timeout: durationSchema.default(10_000).describe('Of each call.'),
});

const jwtTargetSchema = z.strictObject({
  ...common,
  type: z.literal('jwt'),
  audience: word.describe('aud of the tokens.'),
  actions: z.array(word).min(1).describe('What may be asked for; it becomes the scope of the token.'),
  alg: z.enum(['ES256', 'RS256']).default('ES256'),
});

/** What leases are made at, and how. */
export const targetSchema = z.discriminatedUnion('type', [
  postgresTargetSchema,
  postgresMembershipTargetSchema,
  kubernetesBindingTargetSchema,
  awsPolicyTargetSchema,
  jwtTargetSchema,
]);

/** The `type` of the details that each type of target serves, as its broker says too. */
export const DETAIL_TYPES: Readonly<Record<z.output<typeof targetSchema>['type'], string>> = {
  postgres: 'db_credential',
  'postgres-membership': 'db_membership',
  'kubernetes-binding': 'kubernetes_binding',
  'aws-policy': 'aws_policy',
  jwt: 'api_token',
};
