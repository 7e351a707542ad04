/** A place in the resource hierarchy, as policies are attached to it. */
const CONTAINER = /^(?:\/\/cloudresourcemanager\.googleapis\.com\/)?((?:organizations|folders|projects)\/[^/]+)$/;
const ACCOUNT = /^(?:\/\/iam\.googleapis\.com\/)?projects\/([^/]+)\/serviceAccounts\/([^/]+)$/;
const PROJECT = /^\/\/[a-z0-9.-]+\/(?:v\d\w*\/)?projects\/([^/]+)\//;

/**
 * The short form of a resource's full name: `organizations/1`, `folders/2`, `projects/acme`, `serviceAccounts/EMAIL` (or
 * unique id), and the full name for everything else (Cloud Asset Inventory documentation, Asset names).
 */
export function nodeOf(name: string): string {
  const container = CONTAINER.exec(name)?.[1];
  if (container !== undefined) return container;
  const account = ACCOUNT.exec(name)?.[2];
  if (account !== undefined) return `serviceAccounts/${account.toLowerCase()}`;
  // IAM writes buckets with a project that is none; inventories without.
  return name.replace(/^\/\/storage\.googleapis\.com\/projects\/_\/buckets\//, '//storage.googleapis.com/');
}

/** The project that a full name speaks of; undefined where it does not say (a bucket has a name of its own). */
export function projectIn(name: string): string | undefined {
  return (ACCOUNT.exec(name) ?? PROJECT.exec(name))?.[1];
}

/** `organizations/1`, `folders/2` or `projects/acme`: what can hold other resources. */
export function isContainer(node: string): boolean {
  return /^(?:organizations|folders|projects)\/[^/]+$/.test(node);
}

/** Kind and native id of the principal that stands for a container. */
export function containerPrincipal(
  node: string,
): { readonly kind: string; readonly nativeId: string; readonly name: string } | undefined {
  const [collection = '', id = ''] = node.split('/');
  const kind = { organizations: 'organization', folders: 'folder', projects: 'project' }[collection];
  return kind === undefined ? undefined : { kind, nativeId: id, name: id };
}
