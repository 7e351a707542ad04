import { z } from 'zod';
import { idParams } from '../parse-input.ts';
import { givenSchema } from '../routes/api/delegations.ts';
import { filterSchema, verdictSchema } from '../routes/api/reviews.ts';
import { signInSchema } from '../routes/api/session.ts';
import type { Area } from './operation.ts';
import { SCHEMAS } from './schemas.ts';

const moment = z.iso.datetime();
const session = z.object({
  operator: z.string(),
  groups: z.array(z.string()),
  method: z.string(),
  acr: z.string().exactOptional(),
  amr: z.array(z.string()),
  auth_time: moment,
  expires_at: moment,
});

export const people: Area = {
  tag: 'People',
  description: 'Sessions of operators, who stands in for whom, reviews of emergency access.',
  paths: () => ({
    '/api/session': {
      post: {
        id: 'signIn',
        summary: 'Signs an operator in with a password; 10 tries a minute',
        proofs: ['none'],
        json: signInSchema,
        answers: {
          201: {
            description: 'A session.',
            schema: z.object({ operator: z.string(), token: z.string(), expires_at: moment }),
          },
        },
        errors: [401],
      },
      get: {
        id: 'getSession',
        summary: 'Who is signed in, and how',
        proofs: ['session'],
        answers: { 200: { description: 'The session.', schema: session } },
      },
      delete: {
        id: 'signOut',
        summary: 'Ends the session',
        proofs: ['session'],
        answers: { 204: { description: 'It is over.' } },
      },
    },
    '/api/delegations': {
      get: {
        id: 'listDelegations',
        summary: 'Who fills whose place as an approver',
        proofs: ['session'],
        answers: {
          200: { description: 'Delegations.', schema: z.object({ delegations: z.array(SCHEMAS.Delegation) }) },
        },
      },
      post: {
        id: 'delegate',
        summary: "Gives one's own place to somebody for a time",
        proofs: ['session'],
        json: givenSchema,
        answers: { 201: { description: 'The delegation.', schema: SCHEMAS.Delegation } },
        errors: [403, 409],
      },
    },
    '/api/delegations/:id': {
      delete: {
        id: 'withdrawDelegation',
        summary: 'Takes the place back',
        proofs: ['session'],
        params: idParams,
        answers: { 200: { description: 'The delegation as it was.', schema: SCHEMAS.Delegation } },
        errors: [403, 409],
      },
    },
    '/api/reviews': {
      get: {
        id: 'listReviews',
        summary: 'Emergency access that somebody else must look at',
        proofs: ['session'],
        query: filterSchema,
        answers: { 200: { description: 'Reviews.', schema: z.object({ reviews: z.array(SCHEMAS.Review) }) } },
      },
    },
    '/api/reviews/:id': {
      post: {
        id: 'closeReview',
        summary: 'Says what became of it',
        proofs: ['session'],
        params: idParams,
        json: verdictSchema,
        answers: { 200: { description: 'The review, closed.', schema: SCHEMAS.Review } },
        errors: [403, 409],
      },
    },
  }),
};
