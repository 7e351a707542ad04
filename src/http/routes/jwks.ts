import type { FastifyInstance } from 'fastify';
import type { HttpContext } from '../options.ts';

/** `GET /jwks` (RFC 7517): public keys, current and next. */
export function jwksRoute(app: FastifyInstance, context: HttpContext): void {
  app.get('/jwks', async (_request, reply) => {
    return reply
      .header('content-type', 'application/jwk-set+json')
      .header('cache-control', 'public, max-age=300')
      .send(await context.issuer.jwks());
  });
}
