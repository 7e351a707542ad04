import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { AppError } from '../../../errors.ts';
import { callOf } from '../../call.ts';
import { requireOperator, requireSession } from '../../caller.ts';
import type { HttpContext } from '../../options.ts';
import { idParams, parseInput } from '../../parse-input.ts';

export const filterSchema = z.strictObject({
  state: z.enum(['pending', 'approved', 'denied', 'rejected', 'expired', 'cancelled', 'fulfilled']).optional(),
});
const reason = z.string().min(1).max(1000).exactOptional();
const names = z.array(z.string().min(1).max(256)).min(1).max(64).exactOptional();
export const approvalSchema = z.strictObject({
  reason,
  hash: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .exactOptional(),
  duration: z.number().int().min(1).exactOptional(),
  actions: names,
  resources: names,
  choice: z.string().min(1).max(64).exactOptional(),
  in_place_of: z.string().min(1).max(128).exactOptional(),
});
export const denialSchema = z.strictObject({ reason });

/** `/api/requests`: access requests, what approvers must see of them, and their answers. */
export function requestRoutes(app: FastifyInstance, context: HttpContext): void {
  app.get('/api/requests', async (request) => {
    await requireOperator(request, context);
    const { state } = parseInput(filterSchema, request.query);
    return { requests: await context.issuer.requests(state === undefined ? {} : { state }) };
  });
  app.get('/api/requests/:id', async (request) => {
    await requireOperator(request, context);
    const { id } = parseInput(idParams, request.params);
    return await found(context.issuer.findRequest(id), id);
  });
  app.get('/api/requests/:id/card', async (request) => {
    const operator = await requireOperator(request, context);
    const { id } = parseInput(idParams, request.params);
    return await found(context.issuer.card(id, operator), id);
  });
  app.post('/api/requests/:id/approve', async (request) => {
    const { operator, signIn } = await requireSession(request, context);
    const { id } = parseInput(idParams, request.params);
    const { duration, actions, resources, in_place_of, ...said } = parseInput(approvalSchema, request.body);
    const options = {
      ...said,
      narrow: {
        ...(duration === undefined ? {} : { duration }),
        ...(actions === undefined ? {} : { actions }),
        ...(resources === undefined ? {} : { resources }),
      },
      ...(in_place_of === undefined ? {} : { inPlaceOf: in_place_of }),
      amr: signIn.amr,
    };
    return await context.issuer.approve(id, operator, options, callOf(request).call);
  });
  app.post('/api/requests/:id/deny', async (request) => {
    const { operator, signIn } = await requireSession(request, context);
    const { id } = parseInput(idParams, request.params);
    const said = parseInput(denialSchema, request.body);
    return await context.issuer.deny(id, operator, { ...said, amr: signIn.amr }, callOf(request).call);
  });
}

async function found<T>(asked: Promise<T | undefined>, id: string): Promise<T> {
  const answer = await asked;
  if (answer === undefined) throw new AppError('ERR_REQUEST_NOT_FOUND', `no request ${id}`);
  return answer;
}
