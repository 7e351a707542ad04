import { AppError } from '../../errors.ts';
import type { Grant } from './grant.ts';
import { outcomeAnswer } from './outcome-answer.ts';
import { PollPace } from './poll-pace.ts';
import { clientCaller, subjectCaller } from './token-caller.ts';

/**
 * Polling for a request that waits for a human, with CIBA's grant and errors. The client shows again who it is: the subject token
 * that made the request, or a newer one of the same subject, or its authentication as a client; it is not used up by polling. The key that it
 * proved at the start must be proved again.
 */
export function cibaGrant(): Grant {
  const pace = new PollPace();
  return {
    type: 'urn:openid:params:grant-type:ciba',
    async handle(call, context) {
      const id = call.form.required('auth_req_id');
      const request = await context.issuer.findRequest(id);
      const alone = call.form.optional('subject_token') === undefined ? clientCaller(call) : undefined;
      const caller = alone ?? (await subjectCaller(call, context, request?.detail.target ?? ''));
      if (request === undefined) throw unknown();
      // Of this requester only: nobody slows down the polling of somebody else.
      const poller = `${id} ${caller.requester.issuer} ${caller.requester.subject}`;
      const interval = pace.tooFast(poller, context.now());
      if (interval !== undefined)
        throw new AppError('ERR_POLL_TOO_FAST', 'polled before the interval was over', {
          details: { answer: { interval } },
        });
      try {
        const outcome = await context.issuer.claim(id, caller.requester, call.call);
        if (outcome.kind !== 'pending') pace.forget(poller);
        return outcomeAnswer(outcome, caller.headers, context);
      } catch (error) {
        if (error instanceof AppError && (error.code === 'ERR_REQUEST_NOT_FOUND' || error.code === 'ERR_REQUEST_STATE'))
          throw unknown();
        throw error;
      }
    },
  };
}

/** The same for unknown, foreign and used ones. */
function unknown(): AppError {
  return new AppError('ERR_GRANT_INVALID', 'no such auth_req_id');
}
