import { findLease } from '../find-lease.ts';
import type { HttpContext } from '../options.ts';
import { refused } from './refused.ts';
import type { SubjectTokenKind } from './subject-token.ts';

/**
 * What we handed out for a lease ourselves: its holder asks for a child of that lease, which ends with it. The handle of a credential is
 * shown to nobody else, so it is taken; a signed token is shown to its audience, which must not be able to ask in the holder's
 * name, so it is taken only where that audience is this issuer.
 */
export function ownToken(context: Pick<HttpContext, 'issuer' | 'handles' | 'targets' | 'url'>): SubjectTokenKind {
  return {
    types: ['urn:ietf:params:oauth:token-type:access_token'],
    async verify(token) {
      const { lease, possession } = await findLease(token, context);
      if (lease === undefined || !possession) throw refused('no token of ours');
      const isHandle = context.handles.open(token) !== undefined;
      const audience = context.targets.find(({ id }) => id === lease.target)?.audience;
      if (!isHandle && audience !== context.url) throw refused('a token for another audience');
      if (!(await context.issuer.isActive(lease.id))) throw refused('its lease is over');
      const request = await context.issuer.findRequest(lease.request);
      if (request === undefined) throw refused('nobody asked for its lease');
      const { cnf } = request.requester;
      return {
        requester: { ...request.requester, lease: lease.id },
        // What is bound to a key is of use to its holder only, here too.
        ...(cnf === undefined ? {} : { cnf }),
        headers: {},
        // It is good as long as its lease: the core looks again when the child is made.
        consume: async () => {},
      };
    },
  };
}
