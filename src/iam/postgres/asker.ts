import type { Inventory } from '../../model/inventory.ts';
import type { AccessAnswer, AccessQuestion } from '../evaluator.ts';
import { parseObjectName } from './object-name.ts';
import { Rights } from './rights.ts';
import { type Reached, Roles } from './roles.ts';

const ATTRIBUTES: Readonly<Record<string, string>> = {
  superuser: 'superuser',
  createrole: 'create_role',
  createdb: 'create_db',
  replication: 'replication',
  bypassrls: 'bypass_rls',
  login: 'login',
};

const NO: AccessAnswer = { answer: 'no', grants: [], trusts: [] };

/**
 * Answers questions about roles: `SELECT` on `shop.public.orders` (also `table:shop.public.orders`, with the cluster in front as
 * `main/shop.public.orders`, a column in brackets behind), `EXECUTE` on a function with or without its arguments, `SET ROLE` and
 * `MEMBER` (its privileges) on another role, and the attributes by their names.
 */
export function postgresAsker(inventory: Inventory): (principal: string, question: AccessQuestion) => AccessAnswer {
  const roles = new Roles(inventory);
  const rights = new Rights(inventory, roles);
  return (id, question) => {
    const principal = inventory.principals.get(id);
    if (principal === undefined || principal.platform !== 'postgres') return NO;
    const action = question.action.toLowerCase() === 'temp' ? 'temporary' : question.action.toLowerCase();
    const attribute = ATTRIBUTES[action];
    if (attribute !== undefined) return { answer: roles.attribute(id, attribute), grants: [], trusts: [] };
    const { resource } = question;
    if (action === 'set role' || action === 'member') return toRole(roles, inventory, id, action, resource);
    if (resource === undefined || resource === '*') return rights.mayAnywhere(id, action);
    const object = parseObjectName(resource, action);
    return object === undefined ? NO : rights.may(id, action, object);
  };
}

function toRole(roles: Roles, inventory: Inventory, id: string, action: string, resource = ''): AccessAnswer {
  const cluster = inventory.principals.get(id)?.scope[0] ?? '';
  const name = resource.replace(/^role:/, '');
  const nativeId = name.startsWith(`${cluster}/`) ? name : `${cluster}/${name}`;
  const kind = name.startsWith('pg_') ? 'predefined-role' : 'role';
  const other = `postgres:${kind}:${nativeId}`;
  const found: Reached = action === 'member' ? roles.hasPrivilegesOf(id, other) : roles.maySetRole(id, other);
  return { answer: found.answer, grants: [], trusts: found.trusts };
}
