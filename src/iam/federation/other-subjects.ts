import { FREE, isWild, type Pin } from './pin.ts';

/**
 * GitLab: `project_path:GROUP[/SUBGROUP…]/PROJECT:ref_type:TYPE:ref:NAME`; the top group counts as the owner. There are
 * no ids in it (GitLab documentation, ID token payload).
 */
export function gitlabPin(pattern: string): Pin | 'dead' {
  const [claim = '', path, typeClaim, type, refClaim, ref] = pattern.split(':');
  if (claim !== 'project_path' || path === undefined) return fromStart(pattern, claim);
  if (isWild(path.split('/')[0] ?? '')) return { ...FREE, owner: 'glob' };
  if (isWild(path)) return { ...FREE, owner: 'name' };
  const exact = typeClaim === 'ref_type' && refClaim === 'ref' && ref !== undefined && !isWild(`${type}${ref}`);
  return { owner: 'name', repository: 'name', context: exact ? 'exact' : 'free' };
}

/**
 * Kubernetes: `system:serviceaccount:NAMESPACE:NAME`. The namespace counts as the owner and the account as the
 * repository, so that "organization-wide" reads "every account of a namespace". A name inside of one cluster is as
 * good as an id, and there is no context to leave open.
 */
export function serviceAccountPin(pattern: string): Pin | 'dead' {
  const [system, kind, namespace, name, ...rest] = pattern.split(':');
  if (isWild(`${system}:${kind ?? ''}`)) return fromStart(pattern, system ?? '');
  if (system !== 'system' || kind !== 'serviceaccount' || namespace === undefined || rest.length > 0) return 'dead';
  if (isWild(namespace)) return { ...FREE, owner: 'glob' };
  if (name === undefined) return 'dead';
  if (isWild(name)) return { ...FREE, owner: 'name' };
  return { owner: 'id', repository: 'id', context: 'exact' };
}

/** Any other issuer: the whole subject is fixed, or nothing is known of what a wildcard leaves open. */
export function plainPin(pattern: string): Pin | 'unknown' {
  if (!isWild(pattern)) return { owner: 'id', repository: 'id', context: 'exact' };
  return /^\*+$/.test(pattern) ? FREE : 'unknown';
}

function fromStart(pattern: string, first: string): Pin | 'dead' {
  if (!isWild(first)) return 'dead';
  return /^\*+$/.test(pattern) ? FREE : { ...FREE, owner: 'glob' };
}
