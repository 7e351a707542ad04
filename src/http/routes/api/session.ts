import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { SecretValue } from '../../../model/secret-value.ts';
import { callOf } from '../../call.ts';
import { requireOperator, requireSession } from '../../caller.ts';
import type { HttpContext } from '../../options.ts';
import { parseInput } from '../../parse-input.ts';

export const signInSchema = z.strictObject({
  name: z.string().min(1).max(128),
  password: z.string().min(1).max(1024),
  code: z.string().max(16).optional(),
});
/** Guessing is hopeless anyway; this keeps it from costing anything. */
const ATTEMPTS_PER_MINUTE = 10;

/** `/api/session`: POST signs an operator in, GET tells who it is, DELETE signs out. */
export function sessionRoutes(app: FastifyInstance, context: HttpContext): void {
  const limited = { config: { rateLimit: { max: ATTEMPTS_PER_MINUTE, timeWindow: 60_000 } } };
  app.post('/api/session', limited, async (request, reply) => {
    const { name, password, code } = parseInput(signInSchema, request.body);
    const { call } = callOf(request);
    const session = await context.operators.signIn(name, new SecretValue(password), call, '', code);
    return reply
      .code(201)
      .send({ operator: session.operator, token: session.token.reveal(), expires_at: session.expiresAt.toISOString() });
  });
  app.get('/api/session', async (request) => {
    const session = await requireSession(request, context);
    const { signIn } = session;
    return {
      operator: session.operator,
      groups: session.groups,
      method: session.method,
      ...(signIn.acr === undefined ? {} : { acr: signIn.acr }),
      amr: signIn.amr,
      auth_time: signIn.authenticatedAt.toISOString(),
      expires_at: session.expiresAt.toISOString(),
    };
  });
  app.delete('/api/session', async (request, reply) => {
    await requireOperator(request, context);
    await context.operators.signOut((request.headers.authorization ?? '').slice('Bearer '.length));
    return reply.code(204).send();
  });
}
