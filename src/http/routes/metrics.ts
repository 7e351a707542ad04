import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { isLoopback } from '../call.ts';
import { unauthenticated } from '../caller.ts';
import type { HttpContext } from '../options.ts';

/** `GET /metrics` for Prometheus: open to this machine, and with `issuer.metrics_token` to others. */
export function metricsRoute(app: FastifyInstance, context: HttpContext): void {
  app.get('/metrics', async (request, reply) => {
    if (!isLoopback(request.ip) && !hasToken(request.headers.authorization, context.metricsToken))
      throw unauthenticated();
    await context.metrics.collect(context.issuer);
    return reply
      .header('content-type', context.metrics.registry.contentType)
      .send(await context.metrics.registry.metrics());
  });
}

function hasToken(header: string | undefined, token: string | undefined): boolean {
  if (header === undefined || token === undefined) return false;
  return timingSafeEqual(digest(header), digest(`Bearer ${token}`));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
