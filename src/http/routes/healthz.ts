import type { FastifyInstance } from 'fastify';
import type { HttpContext } from '../options.ts';

/**
 * `GET /healthz`: the process answers; a restart would mend nothing that this does not say. `GET /readyz`: 200 when a request could be
 * answered now, 503 with what is missing otherwise.
 */
export function healthzRoute(app: FastifyInstance, context: HttpContext): void {
  app.get('/healthz', async () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const checks = { ...(await context.issuer.readiness()), stopping: context.stopping() };
    const { stopping, ...needed } = checks;
    const ready = !stopping && Object.values(needed).every(Boolean);
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not-ready', checks });
  });
}
