import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { callOf } from '../../call.ts';
import { requireOperator } from '../../caller.ts';
import type { HttpContext } from '../../options.ts';
import { idParams, parseInput } from '../../parse-input.ts';

export const filterSchema = z.strictObject({
  state: z.enum(['INTENT', 'CREATING', 'ACTIVE', 'REVOKING', 'DEAD']).optional(),
  target: z.string().min(1).max(64).optional(),
});

const word = z.string().min(1).max(512);
/** Everything must be asked for in so many words: a forgotten member must not mean all. */
export const selectorSchema = z
  .strictObject({
    request: word.optional(),
    target: word.optional(),
    principal: word.optional(),
    prefix: word.optional(),
    all: z.literal(true).optional(),
  })
  .refine((selector) => Object.keys(selector).length > 0, 'name what is to be taken back, or all');
/** Left-overs that an answer lists. */
const MOST_LISTED = 1000;

/** `/api/leases`: what is out, and taking it back. */
export function leaseRoutes(app: FastifyInstance, context: HttpContext): void {
  app.get('/api/leases', async (request) => {
    await requireOperator(request, context);
    const { state, target } = parseInput(filterSchema, request.query);
    const leases = await context.issuer.leases({
      ...(state === undefined ? {} : { states: [state] }),
      ...(target === undefined ? {} : { target }),
    });
    return { leases };
  });
  // 202: taken back and inactive, while absence at the target is not verified yet.
  app.post('/api/leases/:id/revoke', async (request, reply) => {
    const operator = await requireOperator(request, context);
    const { id } = parseInput(idParams, request.params);
    const stop = context.metrics.revocation.startTimer();
    const by = { actor: `operator:${operator}`, reason: 'revoked' } as const;
    const { lease, done } = await context.issuer.revoke(id, by, callOf(request).call);
    stop({ done: String(done) });
    return reply.code(done ? 200 : 202).send({ lease, done });
  });
  app.post('/api/leases/revoke', async (request, reply) => {
    const operator = await requireOperator(request, context);
    const { all: _all, ...named } = parseInput(selectorSchema, request.body);
    const by = { actor: `operator:${operator}`, reason: 'revoked' } as const;
    const { call } = callOf(request);
    const { found, left } = await context.issuer.revokeAll(named, by, call);
    return reply.code(left.length === 0 ? 200 : 202).send({
      found,
      done: found - left.length,
      left: left.slice(0, MOST_LISTED),
      correlation_id: call.correlationId,
    });
  });
}
