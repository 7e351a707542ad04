import { AppError } from '../../errors.ts';
import type { Grant } from './grant.ts';
import { PollPace } from './poll-pace.ts';

/**
 * A machine polls for the session of the person who signs it in (RFC 8628 section 3.4). The answer's token is what `/api` and, as a subject
 * token, the token exchange take.
 */
export function deviceCodeGrant(): Grant {
  const pace = new PollPace();
  return {
    type: 'urn:ietf:params:oauth:grant-type:device_code',
    async handle({ form, call }, context) {
      const code = form.required('device_code');
      const clientId = form.required('client_id');
      const interval = pace.tooFast(code, context.now());
      if (interval !== undefined)
        throw new AppError('ERR_POLL_TOO_FAST', 'polled before the interval was over', {
          details: { answer: { interval } },
        });
      const { operator, token, expiresAt } = await context.people.devices.claim(code, clientId, call);
      pace.forget(code);
      return {
        headers: {},
        body: {
          access_token: token.reveal(),
          issued_token_type: 'urn:lapse:token-type:operator-session',
          token_type: 'Bearer',
          expires_in: Math.floor((expiresAt.getTime() - context.now().getTime()) / 1000),
          operator,
          expires_at: expiresAt.toISOString(),
        },
      };
    },
  };
}
