/** Whose tokens an issuer signs, as far as its address says. */
export interface Issuer {
  readonly kind: 'github' | 'gitlab' | 'kubernetes' | 'other';
  /** The issuer belongs to one enterprise, installation or cluster, so that a token already comes from inside of it. */
  readonly own: boolean;
}

const LABEL = '[a-z0-9](?:[a-z0-9-]*[a-z0-9])?';
const GITHUB_ENTERPRISE = /^token\.actions\.githubusercontent\.com\/[^/]+$/;
const GITHUB_DATA_RESIDENCY = new RegExp(`^token\\.actions\\.${LABEL}\\.ghe\\.com$`);
const GITHUB_SERVER = /^[^/]+\/_services\/token$/;
const CLUSTERS = [
  /^oidc\.eks\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?\/id\/[^/]+$/,
  /^container\.googleapis\.com\/v1\/projects\//,
  /^[a-z0-9-]+\.oic\.prod-aks\.azure\.com\//,
];

/**
 * What an issuer is, by its host and path (no scheme).
 *
 * Sources: GitHub's OpenID Connect reference (enterprise, Enterprise Server and GHE.com issuers), EKS, GKE and AKS
 * documentation of cluster issuers. A self-managed GitLab is known by its host name only.
 */
export function issuerOf(address: string): Issuer {
  const issuer = address
    .toLowerCase()
    .replace(/^https:\/\//, '')
    .replace(/\/$/, '');
  if (issuer === 'token.actions.githubusercontent.com') return { kind: 'github', own: false };
  if (GITHUB_ENTERPRISE.test(issuer) || GITHUB_DATA_RESIDENCY.test(issuer) || GITHUB_SERVER.test(issuer))
    return { kind: 'github', own: true };
  if (issuer === 'gitlab.com') return { kind: 'gitlab', own: false };
  if (/^(?:[^/]*\.)?gitlab\.[^/]+$/.test(issuer)) return { kind: 'gitlab', own: true };
  if (CLUSTERS.some((cluster) => cluster.test(issuer))) return { kind: 'kubernetes', own: true };
  return { kind: 'other', own: false };
}
