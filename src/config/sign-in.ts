import { z } from 'zod';
import { durationSchema } from './duration.ts';
import { secureUrlSchema } from './issuer-fields.ts';
import { secretReferenceSchema } from './secret-reference.ts';
import { SIGNATURE_ALGORITHMS } from './trust.ts';

const HOUR = 3_600_000;
const word = z.string().regex(/^[\x21-\x7e]{1,256}$/, 'expected a word without spaces');
const domain = z.string().regex(/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/, 'expected a domain in lower case');

/** The section `issuer.sign_in`: the identity provider where people sign in. */
export const signInSchema = z
  .strictObject({
    issuer: secureUrlSchema.describe(
      'Compared exactly with the claim iss; its discovery document says where the rest is.',
    ),
    client_id: z
      .string()
      .min(1)
      .describe('What the provider knows this issuer by; its redirect URI is <url>/login/callback.'),
    client_secret: secretReferenceSchema.optional(),
    client_secret_method: z.enum(['client_secret_basic', 'client_secret_post']).default('client_secret_basic'),
    private_key_jwt: z
      .strictObject({
        key: secretReferenceSchema.describe('Private key, PKCS #8 in PEM.'),
        alg: z.enum(SIGNATURE_ALGORITHMS).default('ES256'),
        kid: z.string().min(1).optional(),
      })
      .optional()
      .describe('Instead of client_secret: a key of our own (RFC 7523).'),
    scopes: z
      .array(word)
      .default(['openid', 'email', 'profile'])
      .refine((scopes) => scopes.includes('openid'), 'expected openid among the scopes'),
    claims: z
      .strictObject({
        name: word.default('email').describe('Becomes the name of the operator, in lower case.'),
        human: word
          .optional()
          .describe('Names the person behind accounts, such as an employee number; iss and sub when absent.'),
        groups: word.default('groups').describe('Members of nested claims by path, as in realm_access/roles.'),
      })
      .prefault({}),
    allowed_groups: z.array(z.string().min(1)).default([]).describe('Whoever is in one of these may sign in.'),
    allowed_domains: z
      .array(domain)
      .default([])
      .describe('Whoever has a verified address in one of these may sign in.'),
    acr_values: z.array(word).default([]).describe('One of these must have been reached.'),
    max_age: durationSchema.optional().describe('The person must have been seen by the provider no longer ago.'),
    session_ttl: durationSchema
      .default(12 * HOUR)
      .describe('How long a sign-in lasts; groups are looked up anew with each.'),
    passwords: z.boolean().default(true).describe('Accounts of "lapse init" may still sign in with their passwords.'),
    people: z
      .record(z.string().min(1), z.array(z.string().min(1)).min(1))
      .default({})
      .describe('Person to accounts (operator names, or issuer|subject): all of them are one approver.'),
  })
  .superRefine((signIn, context) => {
    if ((signIn.client_secret === undefined) === (signIn.private_key_jwt === undefined))
      context.addIssue({
        code: 'custom',
        path: ['client_id'],
        message: 'expected one of client_secret, private_key_jwt',
      });
    if (signIn.allowed_groups.length + signIn.allowed_domains.length === 0)
      context.addIssue({
        code: 'custom',
        path: ['issuer'],
        message: 'trusts everybody whom the provider knows: set allowed_groups or allowed_domains',
      });
  });

export type SignInConfig = z.output<typeof signInSchema>;
