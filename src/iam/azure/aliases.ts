import type { Inventory } from '../../model/inventory.ts';

const OBJECTS: ReadonlySet<string> = new Set(['object', 'user', 'group', 'service-principal']);

/**
 * Finds the row behind an id that was made of another name: assignments know principals by object id only, some without saying of
 * what kind, and service principals are filed by client id. A user-assigned identity may be named by its ARM id, and a service
 * principal by the object id of its application. An id that stands for nothing else is returned as it is.
 */
export function azureAliases(inventory: Inventory): (id: string) => string {
  const listed = new Map<string, string>();
  const referenced = new Map<string, string>();
  const applications = new Map<string, string>();
  for (const { id, platform, kind, nativeId, seen, aliases = [] } of inventory.principals.values()) {
    if (platform !== 'azure') continue;
    if (kind === 'application') {
      for (const alias of [nativeId, ...aliases]) applications.set(alias, nativeId);
    } else if (kind !== 'object' && OBJECTS.has(kind)) {
      const index = seen === 'listed' ? listed : referenced;
      for (const alias of aliases) index.set(alias, id);
      if (kind !== 'service-principal' && seen === 'listed') index.set(nativeId, id);
    } else if (kind === 'directory-role') for (const alias of aliases) listed.set(`directory-role ${alias}`, id);
  }
  return (id) => {
    if (!id.startsWith('azure:')) return id;
    const [, kind = '', ...rest] = id.split(':');
    const name = rest.join(':');
    const known = inventory.principals.get(id);
    if (kind === 'application') {
      const clientId = applications.get(name);
      return clientId === undefined ? id : `azure:application:${clientId}`;
    }
    if (kind === 'directory-role') return listed.get(`directory-role ${name}`) ?? id;
    if (!OBJECTS.has(kind) || known?.seen === 'listed') return id;
    const found = listed.get(name) ?? referenced.get(name);
    if (found !== undefined) return found;
    const clientId = applications.get(name);
    if (clientId === undefined) return id;
    return kind === 'object' ? `azure:application:${clientId}` : `azure:service-principal:${clientId}`;
  };
}
