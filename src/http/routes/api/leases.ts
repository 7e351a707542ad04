import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { callOf } from '../../call.ts';
import { requireOperator } from '../../caller.ts';
import type { HttpContext } from '../../options.ts';
import { idParams, parseInput } from '../../parse-input.ts';

const filterSchema = z.strictObject({
  state: z.enum(['INTENT', 'CREATING', 'ACTIVE', 'REVOKING', 'DEAD']).optional(),
  target: z.string().min(1).max(64).optional(),
});

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
}
