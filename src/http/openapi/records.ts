import { z } from 'zod';
import { idParams } from '../parse-input.ts';
import { querySchema } from '../routes/api/audit.ts';
import { bindSchema, filterSchema, moveSchema } from '../routes/api/bindings.ts';
import type { Area } from './operation.ts';
import { SCHEMAS } from './schemas.ts';

export const records: Area = {
  tag: 'Records',
  description: 'The audit log, and static keys that may still be presented.',
  paths: () => ({
    '/api/audit': {
      get: {
        id: 'searchAudit',
        summary: 'The newest events that fit, or those behind a sequence number',
        proofs: ['session'],
        query: querySchema,
        answers: { 200: { description: 'Events.', schema: z.object({ events: z.array(SCHEMAS.AuditEvent) }) } },
      },
    },
    '/api/bindings': {
      get: {
        id: 'listBindings',
        summary: 'Which static keys may be presented, where, from where and until when',
        proofs: ['session'],
        query: filterSchema,
        answers: {
          200: { description: 'Bindings.', schema: z.object({ bindings: z.array(SCHEMAS.StaticKeyBinding) }) },
        },
      },
      post: {
        id: 'bindStaticKey',
        summary: 'Lets a known static key be presented for a time',
        proofs: ['session'],
        json: bindSchema,
        answers: { 201: { description: 'The binding.', schema: SCHEMAS.StaticKeyBinding } },
        errors: [404, 409],
      },
    },
    '/api/bindings/:id/stage': {
      post: {
        id: 'moveBinding',
        summary: 'How far the swap of the key has come',
        proofs: ['session'],
        params: idParams,
        json: moveSchema,
        answers: { 200: { description: 'The binding.', schema: SCHEMAS.StaticKeyBinding } },
        errors: [409],
      },
    },
  }),
};
