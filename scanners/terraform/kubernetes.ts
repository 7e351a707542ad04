import { itemsAt, type Node, type Place, textAt, valueAt } from '../../src/scan/formats/node.ts';
import type { ScanContext } from '../../src/scan/scanner.ts';
import { Facts } from '../kubernetes/facts.ts';
import { readerFor } from '../kubernetes/kinds.ts';
import { manifestObject } from '../kubernetes/manifest-object.ts';
import { OBJECT_READERS } from '../kubernetes/object-readers.ts';
import type { FactSet } from './fact-set.ts';
import { heard } from './heard.ts';
import { blockOf, listNode, mapNode, textNode } from './nodes.ts';
import { type Resource, textOf } from './resource.ts';
import type { World } from './world.ts';

const RBAC = 'rbac.authorization.k8s.io/v1';

/** Kind and API version by the type of the resource, which may end in the version too. */
const KINDS: Readonly<Record<string, readonly [kind: string, apiVersion: string] | undefined>> = {
  kubernetes_cluster_role: ['ClusterRole', RBAC],
  kubernetes_cluster_role_binding: ['ClusterRoleBinding', RBAC],
  kubernetes_cron_job: ['CronJob', 'batch/v1'],
  kubernetes_daemonset: ['DaemonSet', 'apps/v1'],
  kubernetes_daemon_set: ['DaemonSet', 'apps/v1'],
  kubernetes_deployment: ['Deployment', 'apps/v1'],
  kubernetes_job: ['Job', 'batch/v1'],
  kubernetes_namespace: ['Namespace', 'v1'],
  kubernetes_pod: ['Pod', 'v1'],
  kubernetes_replication_controller: ['ReplicationController', 'v1'],
  kubernetes_role: ['Role', RBAC],
  kubernetes_role_binding: ['RoleBinding', RBAC],
  kubernetes_secret: ['Secret', 'v1'],
  kubernetes_service_account: ['ServiceAccount', 'v1'],
  kubernetes_stateful_set: ['StatefulSet', 'apps/v1'],
};
const MANIFEST = 'kubernetes_manifest';

/** Whether it is an object of Kubernetes that means something here. */
export function isKubernetesType(type: string): boolean {
  return type === MANIFEST || kindOf(type) !== undefined;
}

function kindOf(type: string): readonly [kind: string, apiVersion: string] | undefined {
  return type.startsWith('kubernetes_') ? KINDS[type.replace(/_v\d+(?:(?:alpha|beta)\d+)?$/, '')] : undefined;
}

/** Objects of Kubernetes, read by what reads manifests: they are put into that form. */
export class KubernetesResources {
  readonly #world: World;
  readonly #facts: Facts;

  constructor(world: World, path: string, facts: FactSet, context: ScanContext) {
    this.#world = world;
    this.#facts = new Facts({ path }, heard(facts, context));
  }

  tell(): void {
    for (const type of this.#world.types()) {
      if (!isKubernetesType(type)) continue;
      for (const resource of this.#world.managed(type)) {
        const object = manifestObject(manifestOf(resource));
        const reader = object === undefined ? undefined : readerFor(object.group, object.kind);
        if (object === undefined || reader === undefined) continue;
        // What is not named yet is nobody yet.
        if (object.name !== '') OBJECT_READERS[reader](object, this.#facts);
      }
    }
    this.#facts.end();
  }
}

function manifestOf(resource: Resource): Node {
  const { type, attributes, place } = resource;
  if (type === MANIFEST) {
    const manifest = valueAt(attributes, 'manifest');
    // A state keeps the type of what has none in the schema beside it.
    return valueAt(manifest, 'value') ?? manifest ?? attributes;
  }
  const [kind = '', apiVersion = ''] = kindOf(type) ?? [];
  const metadata = blockOf(valueAt(attributes, 'metadata'));
  const members = {
    apiVersion: textNode(apiVersion, place),
    kind: textNode(kind, place),
    metadata: mapNode(metadata?.place ?? place, {
      name: set(valueAt(metadata, 'name')),
      generateName: set(valueAt(metadata, 'generate_name')),
      namespace: set(valueAt(metadata, 'namespace')),
      labels: valueAt(metadata, 'labels'),
      annotations: valueAt(metadata, 'annotations'),
      uid: set(valueAt(metadata, 'uid')),
    }),
    ...contentOf(kind, resource),
  };
  return mapNode(place, members);
}

/** Providers write an empty text for what is not set. */
function set(node: Node | undefined): Node | undefined {
  return textAt(node) ? node : undefined;
}

function contentOf(kind: string, resource: Resource): Readonly<Record<string, Node | undefined>> {
  const { attributes, place } = resource;
  switch (kind) {
    case 'ServiceAccount':
      return { automountServiceAccountToken: valueAt(attributes, 'automount_service_account_token') };
    case 'Secret':
      return { type: textOf(resource, 'type') === undefined ? undefined : valueAt(attributes, 'type') };
    case 'Role':
    case 'ClusterRole':
      return {
        rules: listNode(itemsAt(attributes, 'rule').map(rule), place),
        aggregationRule: aggregation(attributes),
      };
    case 'RoleBinding':
    case 'ClusterRoleBinding':
      return {
        roleRef: blockOf(valueAt(attributes, 'role_ref')),
        subjects: listNode(
          itemsAt(attributes, 'subject').map((subject) => subjectOf(subject, kind)),
          place,
        ),
      };
    case 'Pod':
      return { spec: podSpec(blockOf(valueAt(attributes, 'spec')), place) };
    case 'CronJob': {
      const template = block(blockOf(valueAt(attributes, 'spec')), 'job_template');
      return {
        spec: mapNode(place, { jobTemplate: mapNode(place, { spec: templated(block(template, 'spec'), place) }) }),
      };
    }
    default:
      return { spec: templated(blockOf(valueAt(attributes, 'spec')), place) };
  }
}

function block(node: Node | undefined, name: string): Node | undefined {
  return blockOf(valueAt(node, name));
}

function rule(node: Node): Node {
  return mapNode(node.place, {
    apiGroups: valueAt(node, 'api_groups'),
    resources: valueAt(node, 'resources'),
    verbs: valueAt(node, 'verbs'),
    resourceNames: valueAt(node, 'resource_names'),
    nonResourceURLs: valueAt(node, 'non_resource_urls'),
  });
}

function aggregation(attributes: Node): Node | undefined {
  const found = block(attributes, 'aggregation_rule');
  if (found === undefined) return undefined;
  const selectors = itemsAt(found, 'cluster_role_selectors').map((selector) =>
    mapNode(selector.place, {
      matchLabels: valueAt(selector, 'match_labels'),
      matchExpressions: valueAt(selector, 'match_expressions'),
    }),
  );
  return mapNode(found.place, { clusterRoleSelectors: listNode(selectors, found.place) });
}

/** The provider writes the namespace `default` for subjects that have none. */
function subjectOf(node: Node, kind: string): Node {
  const isAccount = textAt(node, 'kind') === 'ServiceAccount';
  return mapNode(node.place, {
    kind: valueAt(node, 'kind'),
    name: valueAt(node, 'name'),
    namespace: isAccount
      ? (set(valueAt(node, 'namespace')) ??
        (kind === 'ClusterRoleBinding' ? textNode('default', node.place) : undefined))
      : undefined,
  });
}

function templated(spec: Node | undefined, place: Place): Node {
  const template = mapNode(place, { spec: podSpec(block(block(spec, 'template'), 'spec'), place) });
  return mapNode(place, { template });
}

function podSpec(spec: Node | undefined, place: Place): Node {
  return mapNode(spec?.place ?? place, {
    serviceAccountName: set(valueAt(spec, 'service_account_name')),
    automountServiceAccountToken: valueAt(spec, 'automount_service_account_token'),
    containers: valueAt(spec, 'container'),
    initContainers: valueAt(spec, 'init_container'),
  });
}
