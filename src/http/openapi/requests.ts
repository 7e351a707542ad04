import { z } from 'zod';
import { idParams } from '../parse-input.ts';
import { approvalSchema, denialSchema, filterSchema } from '../routes/api/requests.ts';
import type { Area } from './operation.ts';
import { SCHEMAS } from './schemas.ts';

const one = { proofs: ['session'], params: idParams } as const;
const answered = { 200: { description: 'The request as it stands now.', schema: SCHEMAS.AccessRequest } };

export const requests: Area = {
  tag: 'Requests',
  description: 'What waits for people, and their answers.',
  paths: () => ({
    '/api/requests': {
      get: {
        id: 'listRequests',
        summary: 'Access requests, the newest first',
        proofs: ['session'],
        query: filterSchema,
        answers: {
          200: { description: 'Requests.', schema: z.object({ requests: z.array(SCHEMAS.AccessRequest) }) },
        },
      },
    },
    '/api/requests/:id': {
      get: { ...one, id: 'getRequest', summary: 'One request', answers: answered },
    },
    '/api/requests/:id/card': {
      get: {
        ...one,
        id: 'getRequestCard',
        summary: 'What an approver must see before answering',
        answers: { 200: { description: 'The card.', schema: SCHEMAS.RequestCard } },
      },
    },
    '/api/requests/:id/approve': {
      post: {
        ...one,
        id: 'approveRequest',
        summary: 'Approves a request, or less than was asked',
        json: approvalSchema,
        answers: answered,
        errors: [403, 409],
      },
    },
    '/api/requests/:id/deny': {
      post: {
        ...one,
        id: 'denyRequest',
        summary: 'Rejects a request',
        json: denialSchema,
        answers: answered,
        errors: [403, 409],
      },
    },
  }),
};
