import type { Grant } from './grant.ts';
import { requestAccess } from './request-access.ts';
import { subjectCaller } from './token-caller.ts';

/** RFC 8693: a subject token in, a credential that expires out. */
export const tokenExchange: Grant = {
  type: 'urn:ietf:params:oauth:grant-type:token-exchange',
  handle: (call, context) => requestAccess(call, context, (target) => subjectCaller(call, context, target)),
};
