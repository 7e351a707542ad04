import { z } from 'zod';
import type { Area } from './operation.ts';

const readiness = z.object({
  status: z.enum(['ready', 'not-ready']),
  checks: z.object({
    store: z.boolean(),
    audit: z.boolean(),
    policy: z.boolean(),
    reconciled: z.boolean(),
    stopping: z.boolean(),
  }),
});

export const operations: Area = {
  tag: 'Operations',
  description: 'For load balancers and monitoring.',
  atOrigin: true,
  paths: () => ({
    '/healthz': {
      get: {
        id: 'healthz',
        summary: 'The process answers',
        proofs: ['none'],
        answers: { 200: { description: 'It does.', schema: z.object({ status: z.literal('ok') }) } },
      },
    },
    '/readyz': {
      get: {
        id: 'readyz',
        summary: 'Whether a request could be answered now',
        proofs: ['none'],
        answers: {
          200: { description: 'It could.', schema: readiness },
          503: { description: 'What is missing.', schema: readiness },
        },
      },
    },
    '/metrics': {
      get: {
        id: 'metrics',
        summary: 'Metrics for Prometheus; open to the machine itself',
        proofs: ['metricsToken', 'none'],
        answers: { 200: { description: 'Metrics.', schema: z.string(), type: 'text/plain' } },
        errors: [401],
      },
    },
  }),
};
