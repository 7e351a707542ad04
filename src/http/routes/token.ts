import type { FastifyInstance } from 'fastify';
import { AppError } from '../../errors.ts';
import { callOf } from '../call.ts';
import { refusedClient } from '../client-auth/refused-client.ts';
import type { HttpContext } from '../options.ts';
import { identifySender } from '../sender/sender.ts';
import { tokenLike } from '../token-like.ts';

/** `POST /token` (RFC 6749 §3.2): every credential leaves here. */
export function tokenRoute(app: FastifyInstance, context: HttpContext): void {
  tokenLike(app, '/token', async (form, request, reply) => {
    const grant = context.grants.get(form.required('grant_type'));
    if (grant === undefined) throw new AppError('ERR_GRANT_TYPE_UNSUPPORTED', 'grant_type is not supported');
    // No method of ours uses this header: whoever sends it believes to be authenticated.
    if (request.headers.authorization !== undefined) throw refusedClient('an authorization header');
    const sender = await identifySender(request, reply, context);
    const client = await context.clientAuth.authenticate(form, sender);
    const answer = await grant.handle({ form, ...callOf(request), sender, client }, context);
    reply.headers(answer.headers);
    return answer.body;
  });
}
