import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { callOf } from '../../call.ts';
import { requireOperator } from '../../caller.ts';
import type { HttpContext } from '../../options.ts';
import { idParams, parseInput } from '../../parse-input.ts';

const moment = z.iso.datetime({ offset: true });
export const givenSchema = z.strictObject({
  substitute: z.string().min(1).max(128),
  group: z.string().min(1).max(128).exactOptional(),
  from: moment.exactOptional(),
  until: moment,
});

/** `/api/delegations`: who fills whose place as an approver. Everybody speaks for oneself only. */
export function delegationRoutes(app: FastifyInstance, context: HttpContext): void {
  app.get('/api/delegations', async (request) => {
    await requireOperator(request, context);
    return { delegations: await context.issuer.delegations() };
  });
  app.post('/api/delegations', async (request, reply) => {
    const operator = await requireOperator(request, context);
    const asked = parseInput(givenSchema, request.body);
    return reply.code(201).send(await context.issuer.delegate(operator, asked, callOf(request).call));
  });
  app.delete('/api/delegations/:id', async (request) => {
    const operator = await requireOperator(request, context);
    const { id } = parseInput(idParams, request.params);
    return await context.issuer.withdrawDelegation(id, operator, callOf(request).call);
  });
}
