import { z } from 'zod';
import { metadataPlaces } from '../routes/metadata.ts';
import type { Area } from './operation.ts';

const text = z.string();
const words = z.array(text);

const metadata = z.object({
  issuer: text,
  token_endpoint: text,
  jwks_uri: text,
  introspection_endpoint: text,
  revocation_endpoint: text,
  device_authorization_endpoint: text,
  backchannel_authentication_endpoint: text,
  backchannel_token_delivery_modes_supported: words,
  backchannel_user_code_parameter_supported: z.boolean(),
  lapse_sign_in_methods_supported: words,
  grant_types_supported: words,
  response_types_supported: words,
  subject_types_supported: words,
  id_token_signing_alg_values_supported: words,
  token_endpoint_auth_methods_supported: words,
  token_endpoint_auth_signing_alg_values_supported: words.exactOptional(),
  introspection_endpoint_auth_methods_supported: words,
  introspection_signing_alg_values_supported: words,
  revocation_endpoint_auth_methods_supported: words,
  dpop_signing_alg_values_supported: words,
  tls_client_certificate_bound_access_tokens: z.boolean(),
  mtls_endpoint_aliases: z.record(text, text).exactOptional(),
  authorization_details_types_supported: words,
});

export const documents: Area = {
  tag: 'Documents',
  description: 'For everybody.',
  paths: () => ({
    '/jwks': {
      get: {
        id: 'jwks',
        summary: 'Public keys (RFC 7517), current and next',
        proofs: ['none'],
        answers: {
          200: {
            description: 'Keys.',
            schema: z.object({ keys: z.array(z.record(text, z.any())) }),
            type: 'application/jwk-set+json',
          },
        },
      },
    },
    '/openapi.json': {
      get: {
        id: 'openapi',
        summary: 'This document',
        proofs: ['none'],
        answers: { 200: { description: 'OpenAPI 3.1.', schema: z.record(text, z.any()) } },
      },
    },
  }),
};

export const wellKnown: Area = {
  tag: 'Documents',
  description: documents.description,
  atOrigin: true,
  paths: (url) =>
    Object.fromEntries(
      metadataPlaces(url).map((place, index) => [
        place,
        {
          get: {
            id: index === 0 ? 'metadata' : `metadata${index + 1}`,
            summary: 'What this issuer can do (RFC 8414, OpenID Discovery)',
            proofs: ['none'],
            answers: { 200: { description: 'Metadata.', schema: metadata } },
          },
        },
      ]),
    ),
};
