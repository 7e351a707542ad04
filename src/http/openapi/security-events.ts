import { z } from 'zod';
import { pollSchema, ssfPlace } from '../routes/security-events.ts';
import type { Area } from './operation.ts';

const text = z.string();

export const securityEvents: Area = {
  tag: 'Security events',
  description: 'What becomes of leases and keys, as security event tokens (RFC 8417) of CAEP.',
  paths: () => ({
    '/security-events/poll': {
      post: {
        id: 'pollSecurityEvents',
        summary: 'Fetch and acknowledge security events (RFC 8936)',
        proofs: ['receiverToken'],
        json: pollSchema,
        answers: {
          200: {
            description: 'Tokens by their jti.',
            schema: z.object({ sets: z.record(text, text), moreAvailable: z.boolean() }),
          },
        },
      },
    },
  }),
};

export const ssf: Area = {
  tag: securityEvents.tag,
  description: securityEvents.description,
  atOrigin: true,
  paths: (url) => ({
    [ssfPlace(url)]: {
      get: {
        id: 'ssfConfiguration',
        summary: 'Metadata of the transmitter (OpenID Shared Signals Framework)',
        proofs: ['none'],
        answers: {
          200: {
            description: 'Metadata.',
            schema: z.object({
              spec_version: text,
              issuer: text,
              jwks_uri: text,
              delivery_methods_supported: z.array(text),
              critical_subject_members: z.array(text),
              default_subjects: text,
            }),
          },
        },
      },
    },
  }),
};
