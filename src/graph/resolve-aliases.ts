import { aliasResolver } from '../iam/aws/aliases.ts';
import { azureAliases } from '../iam/azure/aliases.ts';
import { withHolders } from '../model/grant-table.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Trust } from '../model/trust.ts';

/**
 * Rows that were filed under another name of a listed principal (a key listing names users without their path, a policy names
 * what was deleted by unique id) become that principal's.
 */
export function resolveAliases(inventory: Inventory): Inventory {
  const [aws, azure] = [aliasResolver(inventory), azureAliases(inventory)];
  const resolve = (id: string) => azure(aws(id));
  const twins = [...inventory.principals.keys()].filter((id) => resolve(id) !== id);
  if (twins.length === 0) return inventory;
  const principals = new Map(inventory.principals);
  for (const twin of twins) principals.delete(twin);
  return {
    ...inventory,
    principals,
    credentials: mapValues(inventory.credentials, (row) => ({ ...row, principal: resolve(row.principal) })),
    grants: withHolders(inventory.grants, resolve),
    trusts: mapValues(inventory.trusts, (row) => ({
      ...row,
      principal: resolve(row.principal),
      subject: resolveSubject(row.subject, resolve),
    })),
  };
}

function resolveSubject(subject: Trust['subject'], resolve: (id: string) => string): Trust['subject'] {
  return subject.kind === 'principal' ? { ...subject, id: resolve(subject.id) } : subject;
}

function mapValues<T>(rows: ReadonlyMap<string, T>, change: (row: T) => T): ReadonlyMap<string, T> {
  return new Map([...rows].map(([id, row]) => [id, change(row)]));
}
