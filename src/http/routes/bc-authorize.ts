import type { FastifyInstance } from 'fastify';
import { AppError } from '../../errors.ts';
import { callOf } from '../call.ts';
import { refusedClient } from '../client-auth/refused-client.ts';
import type { Form } from '../form.ts';
import type { HttpContext } from '../options.ts';
import { identifySender } from '../sender/sender.ts';
import { POLL_INTERVAL_SECONDS } from '../token/poll-pace.ts';
import { readAccessRequest } from '../token/request-access.ts';
import { clientCaller, subjectCaller } from '../token/token-caller.ts';
import { tokenLike } from '../token-like.ts';

const HINTS = ['login_hint', 'login_hint_token', 'id_token_hint'] as const;
/** Short, and nothing in it that draws: it is compared by eye. */
const BINDING_MESSAGE = /^[\p{L}\p{N}\p{P}\p{S} ]{1,100}$/u;

/**
 * `POST /bc-authorize`, in the manner of CIBA Core 1.0 section 7: opens a request whose answer is fetched at the token endpoint with CIBA's grant. Of
 * people with a session and machines with a subject token or client authentication alike. Deviations on purpose: no ID token and no
 * scope `openid`; policy chooses the approvers, and the hint is a wish that nobody follows; poll mode alone.
 */
export function backchannelRoute(app: FastifyInstance, context: HttpContext): void {
  tokenLike(app, '/bc-authorize', async (form, request, reply) => {
    if (request.headers.authorization !== undefined) throw refusedClient('an authorization header');
    if (HINTS.filter((hint) => form.optional(hint) !== undefined).length !== 1)
      throw new AppError('ERR_HTTP_MALFORMED', `exactly one of ${HINTS.join(', ')} is expected`);
    const expiry = requestedExpiry(form);
    const bindingMessage = form.optional('binding_message');
    if (bindingMessage !== undefined && !BINDING_MESSAGE.test(bindingMessage))
      throw new AppError('ERR_BINDING_MESSAGE', 'binding_message must be 1 to 100 printable characters');
    const sender = await identifySender(request, reply, context);
    const client = await context.clientAuth.authenticate(form, sender);
    const call = { form, ...callOf(request), sender, client };
    const { caller, detail } = await readAccessRequest(call, context, async (target) => {
      if (form.optional('subject_token') !== undefined) return await subjectCaller(call, context, target);
      const alone = await clientCaller(call);
      if (alone === undefined) throw refusedClient('nobody');
      return alone;
    });
    const outcome = await context.issuer.request(caller.requester, detail, {
      ...call.call,
      later: {
        ...(expiry === undefined ? {} : { expiry }),
        ...(bindingMessage === undefined ? {} : { bindingMessage }),
      },
    });
    reply.headers(caller.headers);
    if (outcome.kind === 'denied')
      throw new AppError('ERR_BACKCHANNEL_DENIED', `denied: ${outcome.reasons.join(' ')}`, {
        details: { answer: { reasons: outcome.reasons } },
      });
    if (outcome.kind !== 'pending') throw new AppError('ERR_INTERNAL', 'a request that is answered later was answered');
    return {
      auth_req_id: outcome.request.id,
      expires_in: Math.max(1, Math.floor((outcome.expiresAt.getTime() - context.now().getTime()) / 1000)),
      interval: POLL_INTERVAL_SECONDS,
    };
  });
}

/** Milliseconds. */
function requestedExpiry(form: Form): number | undefined {
  const text = form.optional('requested_expiry');
  if (text === undefined) return undefined;
  const seconds = /^[1-9]\d{0,9}$/.test(text) ? Number(text) : undefined;
  if (seconds === undefined)
    throw new AppError('ERR_HTTP_MALFORMED', 'requested_expiry must be a positive number of seconds');
  return seconds * 1000;
}
