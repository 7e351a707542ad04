import type { Operators } from '../operators/operators.ts';
import { refused } from './refused.ts';
import type { SubjectTokenKind } from './subject-token.ts';

/** The session token of a signed-in operator: a person who asks for access, and whom somebody else must approve. */
export function operatorSession(operators: Pick<Operators, 'session'>, issuerUrl: string): SubjectTokenKind {
  return {
    types: ['urn:lapse:token-type:operator-session'],
    async verify(token) {
      const session = await operators.session(token);
      if (session === undefined) throw refused('no such session');
      const { operator, signIn } = session;
      // As OpenID Connect has it: seconds since 1970. It is no part of what an approval is for.
      const claims = {
        auth_time: Math.floor(signIn.authenticatedAt.getTime() / 1000),
        ...(signIn.amr.length === 0 ? {} : { amr: signIn.amr }),
        ...(signIn.acr === undefined ? {} : { acr: signIn.acr }),
      };
      return {
        requester: { kind: 'operator', issuer: issuerUrl, subject: operator, owners: [operator], claims },
        headers: {},
        consume: async () => {},
      };
    },
  };
}
