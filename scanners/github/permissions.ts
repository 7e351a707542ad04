import type { Entry, Node, Place } from '../../src/scan/formats/node.ts';

/** What a block says: `default` where there is none, and the repository's or organization's setting counts. */
export type Permissions = 'default' | 'read-all' | 'write-all' | 'none' | Readonly<Record<string, string>>;

/** One scope of a block, `*` for all, and where it stands. */
export interface PermissionEntry {
  readonly scope: string;
  readonly level: string;
  readonly place: Place;
}

/** A `permissions` block. Naming one scope sets all others to none; `{}` is nothing at all. */
export function permissionsOf(entry: Entry | undefined): Permissions {
  if (entry === undefined) return 'default';
  const { value } = entry;
  if (value.kind === 'scalar') {
    if (value.text === 'read-all' || value.text === 'write-all') return value.text;
    // An empty block is refused by GitHub; whatever it would come to, it is not known to be nothing.
    return 'default';
  }
  const levels = entriesOf(value).map(({ scope, level }) => [scope, level] as const);
  return levels.length === 0 ? 'none' : Object.fromEntries(levels);
}

/** What a block gives, at the line of each scope. */
export function permissionEntries(entry: Entry | undefined): readonly PermissionEntry[] {
  if (entry === undefined) return [];
  const { value, place } = entry;
  if (value.kind !== 'scalar') return entriesOf(value).filter(({ level }) => level === 'read' || level === 'write');
  if (value.text === 'read-all') return [{ scope: '*', level: 'read', place }];
  return value.text === 'write-all' ? [{ scope: '*', level: 'write', place }] : [];
}

/** Whether a job with these permissions may ask for an OIDC token. The default never includes it. */
export function mayMintIdToken(permissions: Permissions): boolean {
  if (typeof permissions === 'string') return permissions === 'write-all';
  return Object.hasOwn(permissions, 'id-token') && permissions['id-token'] === 'write';
}

function entriesOf(value: Node): PermissionEntry[] {
  if (value.kind !== 'map') return [];
  return [...value.entries].flatMap(([scope, { place, value: level }]) =>
    level.kind === 'scalar' ? [{ scope, level: level.text, place }] : [],
  );
}
