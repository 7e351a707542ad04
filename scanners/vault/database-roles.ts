import { type Node, type Place, textAt } from '../../src/scan/formats/node.ts';
import type { FileFacts } from '../file-facts.ts';
import type { VaultPath } from './names.ts';

/**
 * A role of a database engine: whoever may read its credentials gets an account of the database, made for it or, `static`, one that
 * is there and whose password is changed.
 */
export function readDatabaseRole(
  data: Node,
  { mount, name, fixed }: VaultPath & { kind: 'database-role' },
  place: Place,
  server: string,
  facts: FileFacts,
): void {
  const database = textAt(data, 'db_name');
  if (database === undefined) return;
  const said = ['default_ttl', 'max_ttl', 'rotation_period', 'username'].flatMap((member) => {
    const text = textAt(data, member);
    return text === undefined ? [] : [[member, /^\d+$/.test(text) ? Number(text) : text] as const];
  });
  facts.principal(
    {
      kind: 'database-role',
      nativeId: `${server}/${mount}/${fixed ? 'static-roles' : 'roles'}/${name}`,
      name,
      scope: [server],
      attributes: { database, static: fixed, ...Object.fromEntries(said) },
    },
    place,
  );
}
