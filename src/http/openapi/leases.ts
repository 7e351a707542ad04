import { z } from 'zod';
import { idParams } from '../parse-input.ts';
import { filterSchema, selectorSchema } from '../routes/api/leases.ts';
import type { Area } from './operation.ts';
import { SCHEMAS } from './schemas.ts';

const revoked = z.object({ lease: SCHEMAS.Lease, done: z.boolean() });
const revokedAll = z.object({
  found: z.number().int(),
  done: z.number().int(),
  left: z.array(SCHEMAS.Lease),
  correlation_id: z.string(),
});

export const leases: Area = {
  tag: 'Leases',
  description: 'What is out, and taking it back.',
  paths: () => ({
    '/api/leases': {
      get: {
        id: 'listLeases',
        summary: 'Leases by state and target',
        proofs: ['session'],
        query: filterSchema,
        answers: { 200: { description: 'Leases.', schema: z.object({ leases: z.array(SCHEMAS.Lease) }) } },
      },
    },
    '/api/leases/:id/revoke': {
      post: {
        id: 'revokeLease',
        summary: 'Takes one lease back',
        proofs: ['session'],
        params: idParams,
        answers: {
          200: { description: 'Its absence at the target is verified.', schema: revoked },
          202: { description: 'Inactive; the target is not clean yet, and is tried again.', schema: revoked },
        },
      },
    },
    '/api/leases/revoke': {
      post: {
        id: 'revokeLeases',
        summary: 'Takes back all leases that fit everything that is named',
        proofs: ['session'],
        json: selectorSchema,
        answers: {
          200: { description: 'All of them are verified gone.', schema: revokedAll },
          202: { description: 'All are inactive; those in `left` are not verified gone yet.', schema: revokedAll },
        },
      },
    },
  }),
};
