import { nodeOf } from '../../src/iam/gcp/resource-name.ts';
import type { Node } from '../../src/scan/formats/node.ts';
import type { Facts } from './facts.ts';
import { field, present, recordOf, textOf } from './fields.ts';
import type { Ancestry } from './places.ts';
import { instant } from './service-accounts.ts';

/**
 * Reads a project, folder or organization, from an asset or a listing of Resource Manager. A listing shows only the parent, an asset
 * all ancestors.
 *
 * @param around what an asset says of what is above it, itself last
 */
export function readContainer(
  kind: 'project' | 'folder' | 'organization',
  record: Node,
  facts: Facts,
  around: Ancestry = [],
): void {
  const own = textOf(record, 'name');
  const id = kind === 'project' ? (textOf(record, 'projectId') ?? own) : own;
  const nativeId = id?.slice(id.lastIndexOf('/') + 1);
  if (nativeId === undefined) {
    facts.problem(`a ${kind} without an id`, record);
    return;
  }
  const above = around.length > 0 ? around.slice(0, -1) : parentOf(record);
  const number = /\d+$/.exec(textOf(record, 'projectNumber') ?? (own?.startsWith('projects/') ? own : ''))?.[0];
  const createdAt = instant(textOf(record, 'createTime'));
  const state = textOf(record, 'lifecycleState') ?? textOf(record, 'state');
  facts.principal(
    {
      kind,
      nativeId,
      name: nativeId,
      scope: above,
      ...(kind === 'project' && number !== undefined && number !== nativeId ? { aliases: [number] } : {}),
      ...(createdAt === undefined ? {} : { createdAt }),
      enabled: state === undefined || state === 'ACTIVE',
      attributes: present({
        display_name: textOf(record, 'displayName') ?? (kind === 'project' ? own : undefined),
        parent: above.at(-1),
        state,
        directory_customer_id: textOf(record, 'directoryCustomerId') ?? textOf(record, 'owner', 'directoryCustomerId'),
        ...(field(record, 'labels') === undefined ? {} : { labels: recordOf(record, 'labels') }),
      }),
    },
    record,
  );
}

/** `{type, id}` in version 1 of the API, `folders/2` in version 3. */
function parentOf(record: Node): Ancestry {
  const [type, id] = [textOf(record, 'parent', 'type'), textOf(record, 'parent', 'id')];
  if (type !== undefined && id !== undefined) return [`${type}s/${id}`];
  const parent = textOf(record, 'parent');
  return parent === undefined ? [] : [nodeOf(parent)];
}
