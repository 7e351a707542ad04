import { memberOf } from '../../src/iam/gcp/member.ts';
import { isContainer, nodeOf, projectIn } from '../../src/iam/gcp/resource-name.ts';
import { itemsAt, type Node, textAt, valueAt } from '../../src/scan/formats/node.ts';
import type { ScanContext } from '../../src/scan/scanner.ts';
import { gcpServiceAccount, named, type PrincipalName } from '../cloud-principals.ts';
import { readContainer } from '../gcp/containers.ts';
import { readDenyPolicy } from '../gcp/deny-policy.ts';
import { Facts } from '../gcp/facts.ts';
import { nameMember } from '../gcp/members.ts';
import { attachedTo, readPolicy } from '../gcp/policy.ts';
import { readRole } from '../gcp/roles.ts';
import { readServiceAccount } from '../gcp/service-accounts.ts';
import { readPool, readProvider } from '../gcp/workload-identity.ts';
import { readWorkload } from '../gcp/workloads.ts';
import type { FactSet } from './fact-set.ts';
import { iamType, resourceName } from './gcp-names.ts';
import { heard } from './heard.ts';
import { blockOf, listNode, mapNode, parsedNode, textNode } from './nodes.ts';
import { isUnknown, type Resource, textOf } from './resource.ts';
import type { World } from './world.ts';

type Reader = (resource: Resource) => void;

/** Resources of Google Cloud, read by what reads exports: they are put into the form that the APIs have. */
export class GcpResources {
  readonly #world: World;
  readonly #facts: Facts;

  constructor(world: World, file: string, facts: FactSet, context: ScanContext) {
    this.#world = world;
    this.#facts = new Facts(heard(facts, context), file);
  }

  tell(): void {
    for (const type of this.#world.types()) {
      const read = this.#readers[type] ?? this.#iamReader(type);
      if (read !== undefined) for (const resource of this.#world.managed(type)) read(resource);
    }
    this.#facts.end();
  }

  /** The account that an attribute names by address, path or unique id. */
  account(resource: Resource, attribute: string): PrincipalName | undefined {
    const text = textOf(resource, attribute);
    const referred = this.#world.referred(resource, attribute, 'google_service_account');
    const other =
      text === undefined
        ? referred
        : this.#world
            .managed('google_service_account')
            .find((account) => ['unique_id', 'name', 'id', 'account_id'].some((key) => textOf(account, key) === text));
    const email = ADDRESS.exec(text ?? '')?.[0] ?? (other === undefined ? undefined : emailOf(other));
    if (email === undefined) return undefined;
    const lower = email.toLowerCase();
    return gcpServiceAccount(lower) ?? named('gcp', 'service-account', lower, lower, []);
  }

  readonly #readers: Readonly<Record<string, Reader | undefined>> = {
    google_service_account: (resource) => {
      const email = emailOf(resource);
      // Its name is made of something that is not known before an apply.
      if (email === undefined) return;
      const { attributes, place } = resource;
      const record = mapNode(place, {
        email: valueAt(attributes, 'email') ?? textNode(email, place),
        projectId: valueAt(attributes, 'project'),
        uniqueId: valueAt(attributes, 'unique_id'),
        displayName: valueAt(attributes, 'display_name'),
        description: valueAt(attributes, 'description'),
        disabled: valueAt(attributes, 'disabled'),
      });
      readServiceAccount(textAt(record, 'email') ? record : withEmail(record, email), this.#facts);
    },
    google_project_iam_custom_role: (resource) => this.#role(resource, 'projects', textOf(resource, 'project')),
    google_organization_iam_custom_role: (resource) =>
      this.#role(resource, 'organizations', textOf(resource, 'org_id')),
    google_iam_workload_identity_pool: (resource) => {
      const name = this.#poolName(resource);
      readPool(this.#apiForm(resource), this.#facts, name);
    },
    google_iam_workload_identity_pool_provider: (resource) => {
      const pool = this.#poolName(resource);
      const id = textOf(resource, 'workload_identity_pool_provider_id');
      const name =
        textOf(resource, 'name') ?? (pool === undefined || id === undefined ? undefined : `${pool}/providers/${id}`);
      readProvider(this.#apiForm(resource, 'oidc', 'aws', 'saml'), this.#facts, name);
    },
    google_project: (resource) => {
      const { attributes, place } = resource;
      const parent = textOf(resource, 'folder_id') ?? textOf(resource, 'org_id');
      const collection = textOf(resource, 'folder_id') === undefined ? 'organizations' : 'folders';
      const id = valueAt(attributes, 'project_id');
      if (!textAt(id)) return;
      readContainer(
        'project',
        mapNode(place, {
          projectId: id,
          projectNumber: valueAt(attributes, 'number'),
          displayName: valueAt(attributes, 'name'),
          labels: valueAt(attributes, 'labels'),
          parent: parent === undefined ? undefined : textNode(`${collection}/${lastPart(parent)}`, place),
        }),
        this.#facts,
      );
    },
    google_folder: (resource) => {
      if (textOf(resource, 'name') === undefined) return;
      readContainer('folder', this.#apiForm(resource), this.#facts);
    },
    google_iam_deny_policy: (resource) => {
      const [parent, name] = [textOf(resource, 'parent'), textOf(resource, 'name')];
      if (parent === undefined || name === undefined) return;
      const { attributes, place } = resource;
      const rules = itemsAt(attributes, 'rules').map((rule) => {
        const denied = blockOf(valueAt(rule, 'deny_rule'));
        return mapNode(rule.place, {
          description: valueAt(rule, 'description'),
          denyRule: denied === undefined ? undefined : withBlocks(denied, 'denial_condition'),
        });
      });
      const full = textNode(`policies/${parent}/denypolicies/${name}`, place);
      readDenyPolicy(mapNode(place, { name: full, rules: listNode(rules, place) }), this.#facts);
    },
    google_compute_instance: (resource) =>
      this.#workload(resource, 'compute.googleapis.com/Instance', {
        serviceAccounts: valueAt(resource.attributes, 'service_account'),
      }),
    google_cloud_run_service: (resource) =>
      this.#workload(resource, 'run.googleapis.com/Service', {
        template: mapNode(resource.place, {
          serviceAccount: valueAt(blockOf(valueAt(template(resource), 'spec')), 'service_account_name'),
        }),
      }),
    google_cloud_run_v2_service: (resource) =>
      this.#workload(resource, 'run.googleapis.com/Service', { template: template(resource) }),
    google_cloud_run_v2_job: (resource) =>
      this.#workload(resource, 'run.googleapis.com/Job', {
        template: mapNode(resource.place, { template: blockOf(valueAt(template(resource), 'template')) }),
      }),
    google_cloudfunctions_function: (resource) =>
      this.#workload(resource, 'cloudfunctions.googleapis.com/CloudFunction', {
        serviceAccountEmail: valueAt(resource.attributes, 'service_account_email'),
      }),
    google_cloudfunctions2_function: (resource) =>
      this.#workload(resource, 'cloudfunctions.googleapis.com/Function', {
        serviceConfig: blockOf(valueAt(resource.attributes, 'service_config')),
      }),
    google_container_cluster: (resource) =>
      this.#workload(resource, 'container.googleapis.com/Cluster', {
        nodeConfig: blockOf(valueAt(resource.attributes, 'node_config')),
      }),
    google_container_node_pool: (resource) =>
      this.#workload(resource, 'container.googleapis.com/NodePool', {
        config: blockOf(valueAt(resource.attributes, 'node_config')),
      }),
  };

  #iamReader(type: string): Reader | undefined {
    const iam = iamType(type);
    return iam === undefined ? undefined : (resource) => this.#policy(resource, iam.of, iam.form);
  }

  #policy(resource: Resource, of: string, form: string): void {
    const { attributes, place } = resource;
    const name = resourceName(resource, of);
    const project = projectIn(name) ?? textOf(resource, 'project');
    const attached = attachedTo(name, project === undefined ? [] : [`projects/${project}`]);
    if (form === 'policy') {
      const policy = parsedNode(valueAt(attributes, 'policy_data'));
      if (policy !== undefined) readPolicy(policy, attached, this.#facts);
      else if (!isUnknown(resource, 'policy_data') && textOf(resource, 'policy_data') !== undefined)
        this.#facts.problem(`${resource.type} with policy_data that is not JSON`, at(resource));
      return;
    }
    const members = form === 'member' ? this.#member(resource) : this.#members(resource);
    const role = valueAt(attributes, 'role');
    if (!textAt(role)) {
      this.#unknownRole(resource, members, attached);
      return;
    }
    const binding = mapNode(place, {
      role,
      members: listNode(members, place),
      condition: blockOf(valueAt(attributes, 'condition')),
    });
    readPolicy(mapNode(place, { bindings: listNode([binding], place) }), attached, this.#facts);
  }

  /** What it gives is known after an apply. */
  #unknownRole(
    resource: Resource,
    members: readonly Node[],
    { resource: name, scope }: { readonly resource: string; readonly scope: string },
  ): void {
    if (!isUnknown(resource, 'role')) {
      this.#facts.problem(`${resource.type} without a role`, at(resource));
      return;
    }
    for (const member of members) {
      const principal = nameMember(memberOf(textAt(member) ?? ''), this.#facts, member);
      const via = [`binding:${resource.address}`];
      this.#facts.grant({ principal, actions: [], resources: [name], scope, via, unknownContent: true }, member);
    }
  }

  #member(resource: Resource): readonly Node[] {
    const member = valueAt(resource.attributes, 'member');
    return textAt(member) && member !== undefined ? [member] : this.#referredMembers(resource, 'member');
  }

  #members(resource: Resource): readonly Node[] {
    const members = itemsAt(resource.attributes, 'members').filter((item) => textAt(item));
    return members.length > 0 ? members : this.#referredMembers(resource, 'members');
  }

  #referredMembers(resource: Resource, attribute: string): readonly Node[] {
    const account = this.account(resource, attribute);
    return account === undefined ? [] : [textNode(`serviceAccount:${account.nativeId}`, resource.place)];
  }

  #role(resource: Resource, collection: string, owner: string | undefined): void {
    const { attributes, place } = resource;
    const id = textOf(resource, 'role_id');
    const name = textOf(resource, 'name') ?? (owner && id ? `${collection}/${owner}/roles/${id}` : undefined);
    if (name === undefined) return;
    readRole(
      mapNode(place, {
        title: valueAt(attributes, 'title'),
        includedPermissions: valueAt(attributes, 'permissions'),
        stage: valueAt(attributes, 'stage'),
        deleted: valueAt(attributes, 'deleted'),
      }),
      this.#facts,
      name,
    );
  }

  #poolName(resource: Resource): string | undefined {
    const name = /^(projects\/.*\/workloadIdentityPools\/[^/]+)/.exec(textOf(resource, 'name') ?? '')?.[1];
    if (name !== undefined) return name;
    const project = textOf(resource, 'project');
    const id = textOf(resource, 'workload_identity_pool_id');
    if (project === undefined || id === undefined) return undefined;
    return `projects/${project}/locations/global/workloadIdentityPools/${id}`;
  }

  /** What a provider's attributes have in the API, where only blocks differ: there they are no lists. */
  #apiForm({ attributes }: Resource, ...blocks: readonly string[]): Node {
    return withBlocks(attributes, ...blocks);
  }

  #workload(resource: Resource, kind: string, data: Readonly<Record<string, Node | undefined>>): void {
    const { attributes, place, address } = resource;
    const id = textOf(resource, 'id');
    const project = textOf(resource, 'project');
    const host = kind.slice(0, kind.indexOf('/'));
    // The old form of Cloud Run has the project in the middle.
    const path = id?.replace(/^locations\/([^/]+)\/namespaces\/([^/]+)\//, 'projects/$2/locations/$1/');
    const name = path?.startsWith('projects/') ? `//${host}/${path}` : `terraform:${address}`;
    const ancestry = project === undefined ? [] : [nodeOf(`projects/${project}`)].filter(isContainer);
    readWorkload(kind, name, mapNode(place, { name: valueAt(attributes, 'name'), ...data }), ancestry, this.#facts);
  }
}

/** Types that are read, beside those of IAM. */
export const GCP_TYPES: readonly string[] = [
  'google_service_account',
  'google_project_iam_custom_role',
  'google_organization_iam_custom_role',
  'google_iam_workload_identity_pool',
  'google_iam_workload_identity_pool_provider',
  'google_project',
  'google_folder',
  'google_iam_deny_policy',
  'google_compute_instance',
  'google_cloud_run_service',
  'google_cloud_run_v2_service',
  'google_cloud_run_v2_job',
  'google_cloudfunctions_function',
  'google_cloudfunctions2_function',
  'google_container_cluster',
  'google_container_node_pool',
];

const ADDRESS = /[^/:]+@[^/]+\.gserviceaccount\.com/;

/** Of one that is not made yet, what its address will be. */
function emailOf(resource: Resource): string | undefined {
  const email = textOf(resource, 'email');
  const [id, project] = [textOf(resource, 'account_id'), textOf(resource, 'project')];
  return email ?? (id === undefined || project === undefined ? undefined : `${id}@${project}.iam.gserviceaccount.com`);
}

function withEmail(record: Node, email: string): Node {
  if (record.kind !== 'map') return record;
  const entries = new Map(record.entries).set('email', { place: record.place, value: textNode(email, record.place) });
  return { ...record, entries };
}

function withBlocks(node: Node, ...blocks: readonly string[]): Node {
  if (node.kind !== 'map') return node;
  const entries = [...node.entries].map(([key, entry]) => {
    const block = blocks.includes(key) ? blockOf(entry.value) : undefined;
    return [key, block === undefined ? entry : { ...entry, value: block }] as const;
  });
  return { ...node, entries: new Map(entries) };
}

function template({ attributes }: Resource): Node | undefined {
  return blockOf(valueAt(attributes, 'template'));
}

function lastPart(text: string): string {
  return text.slice(text.lastIndexOf('/') + 1);
}

function at({ attributes, place }: Resource): Node {
  return { ...attributes, place };
}
