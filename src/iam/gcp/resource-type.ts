import type { Circumstance } from './condition.ts';
import { isContainer } from './resource-name.ts';

const SERVICES: Readonly<Record<string, string>> = { resourcemanager: 'cloudresourcemanager' };

/** Types as conditions name them, by the resource part of a permission (IAM documentation, Resource attributes). */
const TYPES: Readonly<Record<string, string>> = {
  'resourcemanager.projects': 'cloudresourcemanager.googleapis.com/Project',
  'resourcemanager.folders': 'cloudresourcemanager.googleapis.com/Folder',
  'resourcemanager.organizations': 'cloudresourcemanager.googleapis.com/Organization',
  'iam.serviceAccounts': 'iam.googleapis.com/ServiceAccount',
  'storage.buckets': 'storage.googleapis.com/Bucket',
  'storage.objects': 'storage.googleapis.com/Object',
  'secretmanager.secrets': 'secretmanager.googleapis.com/Secret',
  'secretmanager.versions': 'secretmanager.googleapis.com/SecretVersion',
  'compute.instances': 'compute.googleapis.com/Instance',
  'compute.disks': 'compute.googleapis.com/Disk',
  'cloudkms.cryptoKeys': 'cloudkms.googleapis.com/CryptoKey',
  'cloudkms.cryptoKeyVersions': 'cloudkms.googleapis.com/CryptoKeyVersion',
};

/** Whether a permission can be about a resource at all: the service of one that is no container must be its own. */
export function concerns(permission: string, node: string): boolean {
  if (isContainer(node)) return true;
  const service = node.startsWith('serviceAccounts/') ? 'iam.googleapis.com' : /^\/\/([^/]+)\//.exec(node)?.[1];
  return service === undefined || service === serviceOf(permission);
}

/** `iam` of `iam.serviceAccounts.actAs` and of `iam.googleapis.com/workloadIdentityPools.create`. */
function serviceOf(permission: string): string {
  const [service = ''] = permission.split(/[./]/);
  return `${SERVICES[service] ?? service}.googleapis.com`;
}

/**
 * What a permission's use is about, for conditions.
 *
 * @param node the one resource that is asked of; undefined for any below some container
 * @param otherNames of the node's project
 */
export function circumstanceOf(
  permission: string,
  now: Date,
  node?: string,
  otherNames: readonly string[] = [],
): Circumstance {
  const type = TYPES[permission.slice(0, permission.lastIndexOf('.'))];
  const names = node === undefined ? [] : namesOf(node, otherNames);
  return {
    now,
    service: serviceOf(permission),
    ...(type === undefined ? {} : { type }),
    ...(names.length === 0 ? {} : { names }),
  };
}

const BUCKET = /^\/\/storage\.googleapis\.com\/(?:projects\/_\/buckets\/)?([^/]+)(?:\/objects\/(.+))?$/;
const IN_PROJECT = /^\/\/[a-z0-9.-]+\/projects\/([^/]+)\/(.+)$/s;

/** The forms of a resource's name that a condition may see: most services write the number, some the id. */
function namesOf(node: string, otherNames: readonly string[]): readonly string[] {
  const [, bucket, object] = BUCKET.exec(node) ?? [];
  if (bucket !== undefined) {
    const name = `projects/_/buckets/${bucket}`;
    return [object === undefined ? name : `${name}/objects/${object}`];
  }
  const [, project, rest] = IN_PROJECT.exec(node) ?? [];
  // With one of a project's two names, the one that the condition sees may be the other.
  if ((project !== undefined || node.startsWith('projects/')) && otherNames.length === 0) return [];
  if (project !== undefined) return [project, ...otherNames].map((id) => `projects/${id}/${rest}`);
  if (!isContainer(node)) return [];
  const [collection = '', id = ''] = node.split('/');
  return [id, ...otherNames].flatMap((name) => [
    `${collection}/${name}`,
    `//cloudresourcemanager.googleapis.com/${collection}/${name}`,
  ]);
}
