import { z } from 'zod';
import { documentSchema, idSchema, standsForFields } from './issuer-fields.ts';
import { SIGNATURE_ALGORITHMS } from './trust.ts';

const word = z.string().min(1);
const METHODS = ['private_key_jwt', 'tls_client_auth', 'self_signed_tls_client_auth'] as const;
const NAMES = ['san_uri', 'san_dns', 'san_email', 'san_ip'] as const;

const exactlyOne = (names: readonly string[]) => (entry: object) =>
  names.filter((name) => name in entry && entry[name as keyof typeof entry] !== undefined).length === 1;

/** A client with a key of its own (RFC 7523, RFC 8705). Secrets are not offered: they would be static. */
export const clientSchema = z
  .strictObject({
    id: idSchema.describe('client_id.'),
    private_key_jwt: z
      .strictObject({
        jwks: documentSchema.describe('Its public keys, as a JWK Set.'),
        algs: z.array(z.enum(SIGNATURE_ALGORITHMS)).min(1).default(['RS256', 'ES256']),
      })
      .optional()
      .describe('It signs assertions.'),
    tls_client_auth: z
      .strictObject({
        san_uri: word.optional(),
        san_dns: word.optional(),
        san_email: word.optional(),
        san_ip: word.optional(),
      })
      .refine(exactlyOne(NAMES), `expected exactly one of ${NAMES.join(', ')}`)
      .optional()
      .describe('Its certificate comes from an authority of client_certificates.ca, and has this name.'),
    self_signed_tls_client_auth: z
      .strictObject({ certificates: z.array(word).min(1).describe('PEM files.') })
      .optional()
      .describe('It shows one of these certificates, whoever has signed it.'),
    introspection_signed_response_alg: z
      .enum(['RS256', 'ES256'])
      .default('RS256')
      .describe('Of signed introspection answers.'),
    ...standsForFields,
  })
  .refine(exactlyOne(METHODS), `expected exactly one of ${METHODS.join(', ')}`);
