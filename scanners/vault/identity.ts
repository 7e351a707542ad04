import { itemsAt, type Node, type Place, textAt, textsAt } from '../../src/scan/formats/node.ts';
import type { FileFacts } from '../file-facts.ts';
import { bindPolicies } from './auth-roles.ts';
import { authRole, entityName } from './names.ts';

/**
 * An entity or group (`identity/entity/id/ID`, `identity/group/id/ID`): whoever signs in as one of its aliases has its policies as
 * well, and those of the groups that it is in.
 */
export function readIdentity(
  data: Node,
  kind: 'entity' | 'group',
  id: string,
  place: Place,
  server: string,
  facts: FileFacts,
): void {
  const aliases = itemsAt(data, 'aliases');
  const principal = facts.principal(
    {
      ...entityName(server, kind, id, textAt(data, 'name') || id),
      attributes: {
        ...(kind === 'group'
          ? { type: textAt(data, 'type') ?? null }
          : { disabled: textAt(data, 'disabled') === 'true', aliases: aliases.length }),
        // What signs in has it, and these are what an identity adds.
        no_default_policy: true,
      },
    },
    place,
  );
  bindPolicies(principal, new Set(textsAt(data, 'policies')), place, server, facts);
  const isIn = (group: string, member: string) =>
    facts.trust(
      { principal: group, subject: { kind: 'principal', id: member }, declaredBy: 'target', how: 'member-of' },
      place,
    );
  const named = (of: 'entity' | 'group', id: string) => facts.name(entityName(server, of, id, id), place);
  if (kind === 'group') {
    for (const member of textsAt(data, 'member_entity_ids')) isIn(principal, named('entity', member));
    for (const member of textsAt(data, 'member_group_ids')) isIn(principal, named('group', member));
    return;
  }
  for (const group of textsAt(data, 'direct_group_ids')) isIn(named('group', group), principal);
  for (const alias of aliases) {
    // Of other methods an alias is called by what is seen at a login: an id, an address, a claim.
    const mount = textAt(alias, 'mount_path')
      ?.replace(/^auth\//, '')
      .replace(/\/$/, '');
    const name = textAt(alias, 'name');
    if (textAt(alias, 'mount_type') === 'userpass' && mount && name)
      isIn(principal, facts.name(authRole(server, 'auth-role', mount, name), place));
  }
}
