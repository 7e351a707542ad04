import { nodeOf } from '../../src/iam/gcp/resource-name.ts';
import type { Node } from '../../src/scan/formats/node.ts';
import type { Facts } from './facts.ts';
import { attachedTo, readPolicy } from './policy.ts';

/** `…/projects/acme.json`, `…/projects/acme/iam-policy.json`, and a service account below its project. */
const PLACED = /(?:^|\/)((?:organizations|folders|projects)\/[^/]+?(?:\/serviceAccounts\/[^/]+?)?)(?:\/[^/]*)?\.json$/;

/**
 * Reads what `get-iam-policy` prints, which does not say what it is a policy of: the file's path must. A policy that nobody can place
 * is none of anything, and is told.
 */
export function readNamelessPolicy(record: Node, facts: Facts, path: string): void {
  const resource = PLACED.exec(path)?.[1];
  if (resource === undefined) {
    facts.notice('a policy that does not say what it is attached to: save it as projects/ID.json or the like', record);
    return;
  }
  const isAccount = resource.includes('/serviceAccounts/');
  const project = resource.split('/').slice(0, 2).join('/');
  const name = isAccount ? `//iam.googleapis.com/${resource}` : nodeOf(resource);
  readPolicy(record, attachedTo(name, isAccount ? [project] : []), facts);
}
