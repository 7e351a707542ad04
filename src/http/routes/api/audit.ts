import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { requireOperator } from '../../caller.ts';
import type { HttpContext } from '../../options.ts';
import { parseInput } from '../../parse-input.ts';

const text = z.string().min(1).max(1_000).optional();

export const querySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  after: z.coerce.number().int().min(0).optional(),
  event: text,
  actor: text,
  target: text,
  request: text,
  lease: text,
  chain: text,
  correlation: text,
  since: z.iso.datetime().optional(),
  until: z.iso.datetime().optional(),
});

/** `GET /api/audit`: the newest events that fit, or those behind a sequence number. */
export function auditRoute(app: FastifyInstance, context: HttpContext): void {
  app.get('/api/audit', async (request) => {
    await requireOperator(request, context);
    const { limit, after, ...filter } = parseInput(querySchema, request.query);
    if (Object.values(filter).some((value) => value !== undefined))
      return { events: await context.issuer.searchAudit(filter, limit) };
    return { events: await context.issuer.audit({ limit, ...(after === undefined ? {} : { after }) }) };
  });
}
