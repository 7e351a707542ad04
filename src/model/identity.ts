import type { Principal } from './principal.ts';

/** Rows that stand for many, or for a place: they hold grants or are named in trusts, and never act themselves. */
const NOT_AN_IDENTITY: ReadonlySet<string> = new Set([
  'aws:group',
  'aws:account',
  'aws:service',
  'aws:organization',
  'aws:organization-root',
  'aws:organizational-unit',
  'aws:organization-policy',
  'aws:resource',
  'aws:canonical-user',
  'aws:instance-profile',
  'aws:identity-center-group',
  'aws:permission-set',
  'aws:permission-set-role',
  'kubernetes:group',
  'kubernetes:role',
  'kubernetes:cluster-role',
  'kubernetes:cluster',
  'azure:application',
  'azure:group',
  'azure:role',
  'azure:directory-role',
  'azure:management-group',
  'azure:subscription',
  'github:action',
  'github:environment',
  'github:organization',
  'github:repository',
  'gitlab:environment',
  'gitlab:group',
  'gitlab:project',
]);

/** Whether a principal acts by itself: a user, role, service account, workload or workflow. */
export function isIdentity({ platform, kind }: Pick<Principal, 'platform' | 'kind'>): boolean {
  return !NOT_AN_IDENTITY.has(`${platform}:${kind}`);
}
