import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { AppError } from '../../../errors.ts';
import { callOf } from '../../call.ts';
import { requireOperator } from '../../caller.ts';
import type { HttpContext } from '../../options.ts';
import { idParams, parseInput } from '../../parse-input.ts';

const filterSchema = z.strictObject({
  state: z.enum(['pending', 'approved', 'denied', 'rejected', 'expired', 'cancelled', 'fulfilled']).optional(),
});
const answerSchema = z.strictObject({ reason: z.string().min(1).max(1000).optional() });

/** `/api/requests`: access requests, and the answers of approvers. */
export function requestRoutes(app: FastifyInstance, context: HttpContext): void {
  app.get('/api/requests', async (request) => {
    await requireOperator(request, context);
    const { state } = parseInput(filterSchema, request.query);
    return { requests: await context.issuer.requests(state === undefined ? {} : { state }) };
  });
  app.get('/api/requests/:id', async (request) => {
    await requireOperator(request, context);
    const { id } = parseInput(idParams, request.params);
    const found = await context.issuer.findRequest(id);
    if (found === undefined) throw new AppError('ERR_REQUEST_NOT_FOUND', `no request ${id}`);
    return found;
  });
  for (const verdict of ['approve', 'deny'] as const) {
    app.post(`/api/requests/:id/${verdict}`, async (request) => {
      const operator = await requireOperator(request, context);
      const { id } = parseInput(idParams, request.params);
      const { reason } = parseInput(answerSchema, request.body);
      return context.issuer[verdict](id, operator, reason === undefined ? {} : { reason }, callOf(request).call);
    });
  }
}
