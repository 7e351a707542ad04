import type { Node } from '../../src/scan/formats/node.ts';
import type { Facts } from './facts.ts';
import { field, flagOf, present, textOf, textsOf } from './fields.ts';

const ROLE = /^(?:(organizations|projects)\/([^/]+)\/)?roles\/([^/]+)$/;

/** A role that a binding names. */
export function nameRole(role: string, facts: Facts, at: Node): string {
  return facts.name({ kind: 'role', nativeId: role, name: role, scope: scopeOf(role) }, at);
}

/**
 * Reads the definition of a role, predefined or custom. Its permissions are one grant of the role, which never acts: bindings name
 * it. A listing without permissions (`gcloud iam roles list`) leaves them unknown.
 *
 * @param name of the role, when the record around the definition has it
 */
export function readRole(record: Node, facts: Facts, name = textOf(record, 'name')): void {
  if (name === undefined || !ROLE.test(name)) {
    facts.problem('a role without a name that can be read', record);
    return;
  }
  const permissions = textsOf(record, 'includedPermissions');
  const listed = field(record, 'includedPermissions') !== undefined;
  const stage = textOf(record, 'stage');
  const deleted = flagOf(record, 'deleted') ?? false;
  const principal = facts.principal(
    {
      kind: 'role',
      nativeId: name,
      name,
      scope: scopeOf(name),
      // A role that is deleted or disabled is bound still, and gives nothing (IAM documentation, Create and manage custom roles).
      enabled: !deleted && stage !== 'DISABLED',
      attributes: present({
        title: textOf(record, 'title'),
        stage,
        custom: !name.startsWith('roles/'),
        ...(deleted ? { deleted } : {}),
        ...(listed ? { permissions_seen: true } : {}),
      }),
    },
    record,
  );
  if (!listed) return;
  facts.grant(
    { principal, actions: permissions, resources: ['*'], scope: scopeOf(name)[0] ?? '', via: [`role:${name}`] },
    record,
  );
}

function scopeOf(role: string): readonly string[] {
  const [, collection, id] = ROLE.exec(role) ?? [];
  return collection === undefined ? [] : [`${collection}/${id}`];
}
