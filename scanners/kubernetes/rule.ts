/** A policy rule of a Role or ClusterRole (`rbac.authorization.k8s.io/v1`). */
export interface Rule {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames: readonly string[];
  readonly nonResourceUrls: readonly string[];
}

/** Real rules have some dozens; a product of long lists would fill the memory. */
const MAX_RESOURCES = 10_000;

/**
 * What a rule speaks of, as grants write it: `group/resource[/sub]` for every pair of both lists, with `core` for the
 * empty group, and `url:/path`. Undefined when it is more than is taken on.
 */
export function resourcesOf(rule: Rule): readonly string[] | undefined {
  if (rule.apiGroups.length * rule.resources.length + rule.nonResourceUrls.length > MAX_RESOURCES) return undefined;
  const resources = rule.apiGroups.flatMap((group) =>
    rule.resources.map((resource) => `${group === '' ? 'core' : group}/${resource}`),
  );
  return [...new Set([...resources, ...rule.nonResourceUrls.map((url) => `url:${url}`)])];
}
