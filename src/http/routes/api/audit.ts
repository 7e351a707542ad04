import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { requireOperator } from '../../caller.ts';
import type { HttpContext } from '../../options.ts';
import { parseInput } from '../../parse-input.ts';

const querySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  after: z.coerce.number().int().min(0).optional(),
});

/** `GET /api/audit`: the newest events, or those behind a sequence number. */
export function auditRoute(app: FastifyInstance, context: HttpContext): void {
  app.get('/api/audit', async (request) => {
    await requireOperator(request, context);
    const { limit, after } = parseInput(querySchema, request.query);
    return { events: await context.issuer.audit({ limit, ...(after === undefined ? {} : { after }) }) };
  });
}
