import type { EffectivePermissions, Privilege } from '../../model/effective.ts';
import type { Inventory } from '../../model/inventory.ts';
import type { Principal } from '../../model/principal.ts';
import type { Evaluator } from '../evaluator.ts';
import { postgresAsker } from './asker.ts';
import { WayFinder } from './find-ways.ts';
import { postgresPrivileges } from './privileges.ts';
import { Rights } from './rights.ts';
import { listedRoles, Roles } from './roles.ts';

/** Resolves what PostgreSQL's roles can do: attributes, memberships, rights on objects as far as they were read. */
export const postgresEvaluator: Evaluator = {
  platform: 'postgres',
  evaluate(inventory) {
    const roles = new Roles(inventory);
    const rights = new Rights(inventory, roles);
    const finder = new WayFinder(inventory, roles, rights);
    const results = new Map<string, EffectivePermissions>();
    for (const principal of listedRoles(inventory)) {
      results.set(principal.id, {
        principal: principal.id,
        admin: roles.attribute(principal.id, 'superuser'),
        privileges: postgresPrivileges(principal, roles, inventory),
        // Of a superuser everything goes without saying.
        escalations: roles.attribute(principal.id, 'superuser') === 'yes' ? [] : finder.waysOf(principal),
        federation: [],
        unseen: unseen(principal, roles, inventory),
      });
    }
    for (const principal of inventory.principals.values()) {
      if (principal.platform !== 'postgres' || principal.kind !== 'public') continue;
      results.set(principal.id, { ...nothing(principal.id), escalations: finder.waysOfPublic(principal) });
    }
    return results;
  },
  asker: postgresAsker,
};

function unseen(principal: Principal, roles: Roles, inventory: Inventory): readonly string[] {
  const cluster = principal.scope[0] ?? '';
  const server = roles.server(cluster);
  const attributes = inventory.principals.get(`postgres:cluster:${cluster}`)?.attributes ?? {};
  const objects = Object.keys(attributes).some(
    (name) => name.startsWith('read_objects:') || name.startsWith('read_grants:'),
  );
  return [
    ...(['superuser', 'create_role', 'replication'].every(
      (name) => typeof roles.attribute(principal.id, name) === 'string',
    )
      ? []
      : ['attributes']),
    ...(server.memberships ? [] : ['memberships']),
    ...(objects ? [] : ['rights on objects']),
    ...(typeof server.since16 === 'string' ? [] : ['server version']),
  ];
}

function nothing(principal: string): EffectivePermissions & { readonly privileges: readonly Privilege[] } {
  return { principal, admin: 'no', privileges: [], escalations: [], federation: [], unseen: [] };
}
