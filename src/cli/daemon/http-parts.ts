import type { IssuerConfig, IssuerTarget } from '../../config/issuer.ts';
import type { HttpTarget } from '../../http/target.ts';

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
  if (target.type === 'jwt') return [target.audience];
  return target.type === 'postgres' ? [`postgresql://${target.id}`] : [];
}
