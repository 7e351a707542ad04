import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../errors.ts';
import { Form } from './form.ts';

const OTHER_METHODS = ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/**
 * An endpoint in the manner of RFC 6749 §3.2: POST with a form-encoded body and nothing else, errors in RFC 6749 form. Parameters in the URL
 * are refused, because URLs stand in logs.
 */
export function tokenLike(
  app: FastifyInstance,
  path: string,
  handle: (form: Form, request: FastifyRequest, reply: FastifyReply) => Promise<object | string>,
): void {
  const config = { errors: 'oauth' } as const;
  app.post(path, { config }, async (request, reply) => {
    if (request.url.includes('?')) throw new AppError('ERR_HTTP_MALFORMED', 'parameters belong into the body');
    if (!(request.body instanceof Form)) throw new AppError('ERR_HTTP_MEDIA_TYPE', 'expected a form-encoded body');
    return handle(request.body, request, reply);
  });
  app.route({
    method: OTHER_METHODS,
    url: path,
    config,
    handler: async () => {
      throw new AppError('ERR_HTTP_METHOD', 'only POST is served here', { details: { allow: 'POST' } });
    },
  });
}
