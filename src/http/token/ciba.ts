import { AppError } from '../../errors.ts';
import type { RequestOutcome } from '../../issuer/issuer.ts';
import type { Requester } from '../../model/access-request.ts';
import type { HttpContext } from '../options.ts';
import type { Grant, TokenCall } from './grant.ts';
import { outcomeAnswer } from './outcome-answer.ts';
import { PollPace } from './poll-pace.ts';
import { clientCaller, subjectCaller } from './token-caller.ts';

const MOST_WAIT_SECONDS = 20;
const LOOK_MS = 1000;
/** Each holds a connection and nothing else. */
const MOST_WAITING = 200;
let waiting = 0;

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
      const alone = call.form.optional('subject_token') === undefined ? await clientCaller(call) : undefined;
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
        const outcome = await claimWaiting(id, caller.requester, call, context);
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

/**
 * Long polling, for clients that ask for it with `wait` (CIBA Core 1.0 §10.1 allows it): who was answered hears it at once. Another daemon
 * may have taken the answer, so the store is looked at too.
 */
async function claimWaiting(
  id: string,
  requester: Requester,
  { form, call }: TokenCall,
  { issuer, closing }: HttpContext,
): Promise<RequestOutcome> {
  const outcome = await issuer.claim(id, requester, call);
  const seconds = waitSeconds(form.optional('wait'));
  if (outcome.kind !== 'pending' || outcome.request.state !== 'pending' || seconds === 0 || waiting >= MOST_WAITING)
    return outcome;
  waiting += 1;
  try {
    const until = performance.now() + seconds * 1000;
    for (let left = seconds * 1000; left > 0 && !closing.aborted; left = until - performance.now()) {
      await issuer.answered(id, Math.min(left, LOOK_MS), closing);
      if ((await issuer.findRequest(id))?.state !== 'pending') break;
    }
    return await issuer.claim(id, requester, call);
  } finally {
    waiting -= 1;
  }
}

function waitSeconds(text: string | undefined): number {
  const seconds = Number(text ?? '0');
  if (!Number.isInteger(seconds) || seconds < 0)
    throw new AppError('ERR_HTTP_MALFORMED', 'wait must be a number of seconds');
  return Math.min(seconds, MOST_WAIT_SECONDS);
}

/** The same for unknown, foreign and used ones. */
function unknown(): AppError {
  return new AppError('ERR_GRANT_INVALID', 'no such auth_req_id');
}
