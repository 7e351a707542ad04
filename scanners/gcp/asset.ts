import { isContainer, nodeOf, projectIn } from '../../src/iam/gcp/resource-name.ts';
import type { Node } from '../../src/scan/formats/node.ts';
import { readContainer } from './containers.ts';
import type { Facts } from './facts.ts';
import { field, textOf, textsOf } from './fields.ts';
import { ancestryOf, tellAncestors, tellHierarchy, tellProjectNumber } from './places.ts';
import { attachedTo, readPolicy } from './policy.ts';
import { readRole } from './roles.ts';
import { readServiceAccount, readServiceAccountKey } from './service-accounts.ts';
import { readPool, readProvider } from './workload-identity.ts';
import { readWorkload } from './workloads.ts';

/** Reads one asset: its place in the hierarchy, its policy, and its resource where that is one of ours. One file may mix contents. */
export function readAsset(asset: Node, facts: Facts): void {
  const name = textOf(asset, 'name') ?? '';
  const type = textOf(asset, 'assetType') ?? '';
  const ancestry = ancestryOf(asset);
  // A container is the first of its own ancestors in an export, and is not in those that imitate it.
  const own = nodeOf(name);
  const containers = ancestry.at(-1) === own ? ancestry.slice(0, -1) : ancestry;
  const isPlace = type.startsWith('cloudresourcemanager.googleapis.com/');
  tellHierarchy(isPlace && !own.startsWith('//') ? [...containers, own] : containers, facts, asset);
  tellProjectNumber(projectIn(name), containers, facts, asset);
  const policy = field(asset, 'iamPolicy');
  if (policy !== undefined) readPolicy(policy, attachedTo(name, containers), facts);
  const data = field(asset, 'resource', 'data');
  if (data?.kind === 'map') readResource(type, name, data, [...containers, own], facts);
}

function readResource(type: string, name: string, data: Node, path: readonly string[], facts: Facts): void {
  const bare = name.replace(/^\/\/[^/]+\//, '');
  switch (type) {
    case 'iam.googleapis.com/ServiceAccount':
      readServiceAccount(data, facts);
      break;
    case 'iam.googleapis.com/ServiceAccountKey':
      readServiceAccountKey(data, facts, bare);
      break;
    case 'iam.googleapis.com/Role':
      readRole(data, facts, textOf(data, 'name') ?? bare);
      break;
    case 'cloudresourcemanager.googleapis.com/Project':
      readContainer('project', data, facts, path.length > 1 ? path : []);
      break;
    case 'cloudresourcemanager.googleapis.com/Folder':
      readContainer('folder', data, facts, path.length > 1 ? path : []);
      break;
    case 'cloudresourcemanager.googleapis.com/Organization':
      readContainer('organization', data, facts);
      break;
    case 'iam.googleapis.com/WorkloadIdentityPool':
      readPool(data, facts, textOf(data, 'name') ?? bare);
      break;
    case 'iam.googleapis.com/WorkloadIdentityPoolProvider':
      readProvider(data, facts, textOf(data, 'name') ?? bare);
      break;
    default:
      readWorkload(type, name, data, path.slice(0, -1), facts);
  }
}

/**
 * Reads a result of a search over allow policies. Only policies that stand at the resource itself are found; what is inherited is
 * ours to compute. A search with a query narrows the bindings to those that match: then others are not looked at.
 */
export function readPolicySearch(record: Node, facts: Facts): void {
  const resource = textOf(record, 'resource') ?? '';
  const organization = textOf(record, 'organization');
  const project = textOf(record, 'project');
  const containers = [
    ...(organization === undefined ? [] : [organization]),
    // The nearest folder comes first.
    ...textsOf(record, 'folders').toReversed(),
    ...(project === undefined ? [] : [project]),
  ];
  const own = nodeOf(resource);
  const above = containers.at(-1) === own ? containers.slice(0, -1) : containers;
  const isProject = /^projects\/[^/]+$/.test(own);
  tellHierarchy(above, facts, record);
  if (isProject) tellProjectNumber(own.slice('projects/'.length), containers, facts, record);
  else tellProjectNumber(projectIn(resource), above, facts, record);
  const policy = field(record, 'policy');
  if (policy !== undefined) readPolicy(policy, attachedTo(resource, above), facts);
}

/** Reads what `gcloud asset get-effective-iam-policy` says: the policies above a resource, each with what it is attached to. */
export function readEffectivePolicies(record: Node, facts: Facts): void {
  const policies = field(record, 'policies');
  if (policies?.kind !== 'list') return;
  const attached = policies.items.map((item) => ({ item, resource: textOf(item, 'attachedResource') ?? '' }));
  // The resource itself comes first, then what is above it.
  const chain = attached.map(({ resource }) => nodeOf(resource)).filter(isContainer);
  tellAncestors(chain, facts, record);
  for (const { item, resource } of attached) {
    const policy = field(item, 'policy');
    if (policy !== undefined && resource !== '') readPolicy(policy, attachedTo(resource, chain.toReversed()), facts);
  }
}
