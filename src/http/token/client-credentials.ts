import { refusedClient } from '../client-auth/refused-client.ts';
import type { Grant } from './grant.ts';
import { requestAccess } from './request-access.ts';
import { clientCaller } from './token-caller.ts';

/**
 * RFC 6749 §4.4: a client asks for itself. It is how a workload asks whose proof is no token that could be exchanged: a client certificate, an
 * X.509-SVID, an assertion.
 */
export const clientCredentials: Grant = {
  type: 'client_credentials',
  handle: (call, context) =>
    requestAccess(call, context, async () => {
      const caller = await clientCaller(call);
      if (caller === undefined) throw refusedClient('no client');
      return caller;
    }),
};
