import { contentId } from '../../src/model/id.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';
import { entriesAt, itemsAt, type Node, textAt, textsAt, valueAt } from '../../src/scan/formats/node.ts';
import type { Facts } from './facts.ts';
import type { ManifestObject } from './manifest-object.ts';
import { DEFAULT_NAMESPACE, role } from './principals.ts';
import { type Rule, resourcesOf } from './rule.ts';

/** A Role or ClusterRole: a principal that never acts, and one grant for each of its rules, at the rule's place. */
export function readRole(object: ManifestObject, facts: Facts): void {
  const namespace = object.kind === 'Role' ? (object.namespace ?? DEFAULT_NAMESPACE) : undefined;
  const name = role(facts.cluster, namespace, object.name);
  const rules = itemsAt(object.node, 'rules');
  const aggregation = itemsAt(object.node, 'aggregationRule', 'clusterRoleSelectors').map(selector);
  facts.tell({
    kind: 'principal',
    body: {
      ...name,
      seen: 'listed',
      ...(object.uid === undefined ? {} : { aliases: [object.uid] }),
      ...(object.createdAt === undefined ? {} : { createdAt: object.createdAt }),
      attributes: {
        rules: rules.length,
        labels: texts(object.node, 'metadata', 'labels'),
        aggregation: aggregation.length === 0 ? null : aggregation,
      },
      locations: [facts.at(object.place)],
    },
  });
  for (const node of rules) {
    const rule = readRule(node);
    const resources = resourcesOf(rule);
    if (resources === undefined) {
      facts.problem(`a rule of ${object.kind} "${object.name}" with too many resources`, node.place);
    }
    if (rule.verbs.length === 0 || resources?.length === 0) {
      facts.problem(`a rule of ${object.kind} "${object.name}" without verbs or without resources`, node.place);
      continue;
    }
    const content = {
      platform: 'kubernetes',
      principal: name.id,
      effect: 'allow' as const,
      role: 'identity' as const,
      actions: rule.verbs,
      resources: resources ?? [],
      ...(rule.resourceNames.length === 0 ? {} : { resourceNames: rule.resourceNames }),
      scope: name.scope.join('/'),
      via: [`role:${object.kind}/${object.name}`],
      ...(resources === undefined ? { unknownContent: true } : {}),
    };
    facts.tell({
      kind: 'grant',
      body: { id: contentId('grant', content), ...content, locations: [facts.at(node.place)] },
    });
  }
}

function readRule(node: Node): Rule {
  return {
    verbs: textsAt(node, 'verbs'),
    apiGroups: textsAt(node, 'apiGroups'),
    resources: textsAt(node, 'resources'),
    resourceNames: textsAt(node, 'resourceNames'),
    nonResourceUrls: textsAt(node, 'nonResourceURLs'),
  };
}

/** A label selector as `src/iam/kubernetes` reads it. */
function selector(node: Node): JsonObject {
  const expressions = itemsAt(node, 'matchExpressions').map(
    (expression): Json => ({
      key: textAt(expression, 'key') ?? '',
      operator: textAt(expression, 'operator') ?? '',
      values: textsAt(expression, 'values'),
    }),
  );
  return {
    ...(valueAt(node, 'matchLabels') === undefined ? {} : { matchLabels: texts(node, 'matchLabels') }),
    ...(expressions.length === 0 ? {} : { matchExpressions: expressions }),
  };
}

function texts(node: Node, ...keys: readonly string[]): JsonObject {
  return Object.fromEntries(entriesAt(node, ...keys).map(([key, { value }]) => [key, textAt(value) ?? '']));
}
