import type { FastifyInstance } from 'fastify';
import { AppError } from '../../errors.ts';
import { callOf } from '../call.ts';
import { showUserCode } from '../device/user-code.ts';
import type { HttpContext } from '../options.ts';
import { POLL_INTERVAL_SECONDS } from '../token/poll-pace.ts';
import { tokenLike } from '../token-like.ts';

/** Programs that people sign in on machines without a browser. */
const CLIENTS = new Set(['lapse-cli']);

/** `POST /device_authorization` (RFC 8628 section 3.1); `machine` is an extension of our own: what the machine calls itself. */
export function deviceAuthorizationRoute(app: FastifyInstance, context: HttpContext): void {
  tokenLike(app, '/device_authorization', async (form, request) => {
    const clientId = form.required('client_id');
    if (!CLIENTS.has(clientId)) throw new AppError('ERR_CLIENT_UNAUTHORIZED', 'this client may not sign people in');
    const { deviceCode, userCode, expiresIn } = await context.people.devices.start(
      clientId,
      form.optional('machine') ?? '',
      callOf(request).call,
    );
    const place = `${context.url}/device`;
    const shown = showUserCode(userCode);
    return {
      device_code: deviceCode,
      user_code: shown,
      verification_uri: place,
      verification_uri_complete: `${place}?user_code=${shown}`,
      expires_in: expiresIn,
      interval: POLL_INTERVAL_SECONDS,
    };
  });
}
