import { AppError } from '../../errors.ts';
import type { Issuer } from '../../issuer/issuer.ts';
import { SecretValue } from '../../model/secret-value.ts';
import type { SubjectTokenKind } from './subject-token.ts';

/**
 * A static key that an operator has bound to a target. Found keys are evidence of a leak, so everything else about one is refused and
 * alerted by the core. The answer to a bound one says that its days are counted: `Deprecation` (RFC 9745) and `Sunset` (RFC 8594).
 */
export function staticKey(issuer: Pick<Issuer, 'authenticateStaticKey'>): SubjectTokenKind {
  return {
    types: ['urn:lapse:token-type:static-key'],
    async verify(token, { call, target, confidential }) {
      if (!confidential) throw new AppError('ERR_HTTP_INSECURE', 'a static key is taken over TLS or loopback only');
      const { requester, since, until } = await issuer.authenticateStaticKey(new SecretValue(token), target, call);
      const headers = {
        deprecation: `@${Math.floor(since.getTime() / 1000)}`,
        sunset: until.toUTCString(),
      };
      return { requester, headers, consume: async () => {} };
    },
  };
}
