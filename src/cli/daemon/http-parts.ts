import type { IssuerConfig, IssuerTarget } from '../../config/issuer.ts';
import type { TrustRule } from '../../http/subject-token/trust-rule.ts';
import type { HttpTarget } from '../../http/target.ts';

/** Trust rules as the endpoints check them; `issuerUrl` is the audience of those that name none. */
export function trustRules({ trust }: IssuerConfig, issuerUrl: string): readonly TrustRule[] {
  return trust.map((rule) => ({
    id: rule.id,
    issuer: rule.issuer,
    audience: rule.audience ?? issuerUrl,
    ...(rule.jwks_uri === undefined ? {} : { jwksUri: rule.jwks_uri }),
    privateNetwork: rule.private_network,
    subject: rule.subject,
    claims: rule.claims,
    algs: rule.algs,
    maxTokenAge: rule.max_token_age,
    replay: rule.replay,
    ownersFrom: rule.owners_from,
    ...(rule.principal === undefined ? {} : { principal: rule.principal }),
  }));
}

/** @param detailType - of a target, as its broker says. */
export function httpTargets(
  { targets }: IssuerConfig,
  detailType: (target: string) => string | undefined,
): readonly HttpTarget[] {
  return targets.map((target) => ({
    id: target.id,
    detailType: detailType(target.id) ?? '',
    names: otherNames(target),
    audience: target.type === 'jwt' ? target.audience : target.id,
    offers: target.type === 'jwt' ? [{ actions: target.actions, resources: [] }] : target.grants,
    maxSeconds: Math.floor(target.max_ttl / 1000),
    resourceServers: target.resource_servers,
  }));
}

function otherNames(target: IssuerTarget): readonly string[] {
  return target.type === 'jwt' ? [target.audience] : [`postgresql://${target.id}`];
}
