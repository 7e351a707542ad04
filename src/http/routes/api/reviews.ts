import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { callOf } from '../../call.ts';
import { requireOperator } from '../../caller.ts';
import type { HttpContext } from '../../options.ts';
import { idParams, parseInput } from '../../parse-input.ts';

export const filterSchema = z.strictObject({ all: z.enum(['true', 'false']).default('false') });
export const verdictSchema = z.strictObject({
  verdict: z.enum(['ok', 'incident']),
  note: z
    .string()
    .max(2000)
    .refine((text) => text.trim() !== ''),
});

/** `/api/reviews`: emergency access that somebody else must look at. */
export function reviewRoutes(app: FastifyInstance, context: HttpContext): void {
  app.get('/api/reviews', async (request) => {
    await requireOperator(request, context);
    const { all } = parseInput(filterSchema, request.query);
    return { reviews: await context.issuer.reviews({ all: all === 'true' }) };
  });
  app.post('/api/reviews/:id', async (request) => {
    const operator = await requireOperator(request, context);
    const { id } = parseInput(idParams, request.params);
    return await context.issuer.closeReview(
      id,
      operator,
      parseInput(verdictSchema, request.body),
      callOf(request).call,
    );
  });
}
