import type { FastifyInstance } from 'fastify';
import { openApiDocument } from '../openapi/document.ts';
import type { HttpContext } from '../options.ts';

/** `GET /openapi.json`: what programs may call, in OpenAPI 3.1; made when it is first asked for. */
export function openApiRoute(app: FastifyInstance, { url }: HttpContext): void {
  let text: string | undefined;
  app.get('/openapi.json', async (_request, reply) => {
    text ??= JSON.stringify(openApiDocument(url));
    return reply.header('content-type', 'application/json').header('cache-control', 'public, max-age=300').send(text);
  });
}
