import { z } from 'zod';
import { detailSchema } from '../token/authorization-details.ts';
import type { Area, Operation } from './operation.ts';
import { SCHEMAS } from './schemas.ts';

const text = z.string();
const several = z.union([text, z.array(text)]);

const client = {
  client_id: text.optional(),
  client_assertion: text.optional().describe('private_key_jwt (RFC 7523) or JWT-SVID.'),
  client_assertion_type: text.optional(),
};
const subject = {
  subject_token: text,
  subject_token_type: text.describe('JWT, AWS identity, static key or operator session; see docs/who-asks.md.'),
  actor_token: text.optional(),
  actor_token_type: text.optional(),
};
const wanted = {
  audience: several.optional().describe('The target; resource and locations may say it as well.'),
  resource: several.optional(),
  authorization_details: z.array(detailSchema).length(1).optional().describe('RFC 9396, as JSON text.'),
  scope: text.optional().describe('Actions, for clients that cannot send authorization_details.'),
  requested_token_type: text.optional(),
};
const idempotency = { idempotency_key: text.max(128).optional() };

const exchangeForm = z.object({
  grant_type: z.literal('urn:ietf:params:oauth:grant-type:token-exchange'),
  ...subject,
  ...wanted,
  ...idempotency,
  ...client,
});
const clientForm = z.object({ grant_type: z.literal('client_credentials'), ...wanted, ...idempotency, ...client });
const pollForm = z.object({
  grant_type: z.literal('urn:openid:params:grant-type:ciba'),
  auth_req_id: text,
  ...z.object(subject).partial().shape,
  ...client,
  wait: z.coerce.number().int().min(0).optional().describe('Seconds of long polling.'),
});
const deviceForm = z.object({
  grant_type: z.literal('urn:ietf:params:oauth:grant-type:device_code'),
  device_code: text,
  client_id: text,
});

const token = z.object({
  access_token: text.describe('The token itself, or a handle that ends the lease.'),
  issued_token_type: text,
  token_type: z.enum(['Bearer', 'DPoP', 'N_A']),
  expires_in: z.number().int().min(0),
  authorization_details: z.array(SCHEMAS.GrantedDetail).exactOptional(),
  lease_id: text.exactOptional(),
  approved_by: z.array(text).exactOptional(),
  decision_reasons: z.array(text).exactOptional(),
  credential: z
    .record(text, z.any())
    .exactOptional()
    .describe('What the target takes: user, password, connection string.'),
  operator: text.exactOptional().describe('Of a device sign-in: who it is.'),
});

const introspection = z.object({
  active: z.boolean(),
  iss: text.exactOptional(),
  sub: text.exactOptional(),
  aud: text.exactOptional(),
  client_id: text.exactOptional(),
  iat: z.number().int().exactOptional(),
  exp: z.number().int().exactOptional(),
  jti: text.exactOptional(),
  token_type: text.exactOptional(),
  cnf: z.record(text, text).exactOptional(),
  act: z.record(text, z.any()).exactOptional(),
  authorization_details: z.array(SCHEMAS.GrantedDetail).exactOptional(),
  lease: text.exactOptional(),
  approval: z.object({ id: text, by: z.array(text), policy: text.exactOptional() }).exactOptional(),
});

const tokenLike = { oauth: true, errors: [401, 405, 413, 415] } as const;
const callers = ['session', 'subjectToken', 'dpop', 'clientCertificate', 'inBody'] as const;

const operations: Readonly<Record<string, Operation>> = {
  '/token': {
    ...tokenLike,
    id: 'token',
    summary: 'Every credential leaves here',
    description:
      'RFC 6749, RFC 8693, RFC 8628, polling with the grant of CIBA. 400 authorization_pending: people are asked.',
    proofs: ['inBody', 'clientCertificate', 'dpop'],
    form: z.union([exchangeForm, clientForm, pollForm, deviceForm]),
    answers: { 200: { description: 'A credential and its lease.', schema: token } },
    errors: [...tokenLike.errors, 503],
  },
  '/bc-authorize': {
    ...tokenLike,
    id: 'backchannel',
    summary: 'Opens a request whose answer is fetched at /token',
    description: 'In the manner of CIBA Core 1.0, poll mode.',
    proofs: ['inBody', 'clientCertificate', 'dpop'],
    form: z.object({
      ...z.object(subject).partial().shape,
      ...wanted,
      ...client,
      login_hint: text.optional(),
      login_hint_token: text.optional(),
      id_token_hint: text.optional(),
      binding_message: text.max(100).optional(),
      requested_expiry: z.coerce.number().int().min(1).optional().describe('Seconds.'),
    }),
    answers: {
      200: {
        description: 'People are asked.',
        schema: z.object({ auth_req_id: text, expires_in: z.number().int(), interval: z.number().int() }),
      },
    },
    errors: [...tokenLike.errors, 403],
  },
  '/device_authorization': {
    ...tokenLike,
    id: 'deviceAuthorization',
    summary: 'Begins a sign-in on a machine without a browser',
    description: 'RFC 8628 section 3.1.',
    proofs: ['none'],
    form: z.object({ client_id: z.literal('lapse-cli'), machine: text.optional() }),
    answers: {
      200: {
        description: 'What the person is shown.',
        schema: z.object({
          device_code: text,
          user_code: text,
          verification_uri: text,
          verification_uri_complete: text,
          expires_in: z.number().int(),
          interval: z.number().int(),
        }),
      },
    },
  },
  '/introspect': {
    ...tokenLike,
    id: 'introspect',
    summary: 'Whether a lease lives',
    description: 'RFC 7662, and RFC 9701 for who accepts application/token-introspection+jwt.',
    proofs: callers,
    form: z.object({ token: text, token_type_hint: text.optional(), ...client }),
    answers: { 200: { description: 'Its state, as far as the caller may know it.', schema: introspection } },
  },
  '/revoke': {
    ...tokenLike,
    id: 'revoke',
    summary: 'Ends the lease with the token',
    description: 'RFC 7009. 200 means that the target is clean.',
    proofs: [...callers, 'none'],
    form: z.object({ token: text, token_type_hint: text.optional(), ...client }),
    answers: { 200: { description: 'Nothing is left of it.', schema: z.object({}) } },
    errors: [...tokenLike.errors, 503],
  },
};

export const tokens: Area = {
  tag: 'Credentials',
  description: 'What workloads and clients call; errors in the form of RFC 6749.',
  paths: () => Object.fromEntries(Object.entries(operations).map(([path, operation]) => [path, { post: operation }])),
};
