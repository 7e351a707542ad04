import type { FastifyInstance } from 'fastify';
import { AppError } from '../../errors.ts';
import { callOf } from '../call.ts';
import type { HttpContext } from '../options.ts';
import { tokenLike } from '../token-like.ts';

/** `POST /token` (RFC 6749 §3.2): every credential leaves here. */
export function tokenRoute(app: FastifyInstance, context: HttpContext): void {
  tokenLike(app, '/token', async (form, request, reply) => {
    const grant = context.grants.get(form.required('grant_type'));
    if (grant === undefined) throw new AppError('ERR_GRANT_TYPE_UNSUPPORTED', 'grant_type is not supported');
    const answer = await grant.handle({ form, ...callOf(request) }, context);
    reply.headers(answer.headers);
    return answer.body;
  });
}
