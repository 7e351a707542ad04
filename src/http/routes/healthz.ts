import type { FastifyInstance } from 'fastify';
import type { HttpContext } from '../options.ts';

/** `GET /healthz`: 200 while the store answers, which is what issuing needs; targets are not asked. */
export function healthzRoute(app: FastifyInstance, context: HttpContext): void {
  app.get('/healthz', async () => {
    await context.issuer.gauges();
    return { status: 'ok' };
  });
}
