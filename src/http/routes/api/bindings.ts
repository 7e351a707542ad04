import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { callOf } from '../../call.ts';
import { requireOperator } from '../../caller.ts';
import type { HttpContext } from '../../options.ts';
import { idParams, parseInput } from '../../parse-input.ts';

const secretId = z.string().regex(/^secret:[0-9a-f]{24}$/);
export const filterSchema = z.strictObject({ secret: secretId.optional() });
export const bindSchema = z.strictObject({
  secret: secretId,
  target: z.string().min(1).max(64),
  sourceCidrs: z
    .array(z.union([z.cidrv4(), z.cidrv6()]))
    .min(1)
    .max(32),
  until: z.iso.datetime(),
});
export const moveSchema = z.strictObject({ stage: z.enum(['planned', 'bound', 'swapped', 'disabled', 'gone']) });

/** `/api/bindings`: which static keys may be presented, where, from where and until when. */
export function bindingRoutes(app: FastifyInstance, context: HttpContext): void {
  app.get('/api/bindings', async (request) => {
    await requireOperator(request, context);
    const { secret } = parseInput(filterSchema, request.query);
    return { bindings: await context.issuer.bindings(secret === undefined ? {} : { secret }) };
  });
  app.post('/api/bindings', async (request, reply) => {
    const operator = await requireOperator(request, context);
    const asked = parseInput(bindSchema, request.body);
    return reply.code(201).send(await context.issuer.bindStaticKey(asked, operator, callOf(request).call));
  });
  app.post('/api/bindings/:id/stage', async (request) => {
    const operator = await requireOperator(request, context);
    const { id } = parseInput(idParams, request.params);
    const { stage } = parseInput(moveSchema, request.body);
    return context.issuer.moveBinding(id, stage, operator, callOf(request).call);
  });
}
