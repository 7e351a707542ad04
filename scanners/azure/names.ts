import { principalId } from '../../src/model/id.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { Location } from '../../src/model/location.ts';
import type { Principal } from '../../src/model/principal.ts';

/** Kinds of the objects that a directory has, by what exports call them. */
const OBJECT_KINDS: Readonly<Record<string, string>> = {
  user: 'user',
  group: 'group',
  foreigngroup: 'group',
  serviceprincipal: 'service-principal',
  msi: 'service-principal',
  managedidentity: 'service-principal',
  application: 'application',
};

/**
 * The kind of an object by its `principalType` or `@odata.type`; `object` where the export does not say, or says something that
 * is none of these (`Unknown` is usually a principal that was deleted).
 */
export function objectKind(type: string | undefined): string {
  return OBJECT_KINDS[type?.toLowerCase().replace(/^#?microsoft\.graph\./, '') ?? ''] ?? 'object';
}

/** A principal that is only named, by the id that whoever names it has. */
export function named(
  kind: string,
  nativeId: string,
  location: Location,
  more: { readonly name?: string; readonly aliases?: readonly string[]; readonly attributes?: JsonObject } = {},
): Principal {
  const id = nativeId.toLowerCase();
  const { name, aliases, attributes } = more;
  return {
    id: principalId('azure', kind, id),
    platform: 'azure',
    kind,
    nativeId: id,
    name: name ?? shortName(id),
    scope: scopeOf(id),
    seen: 'referenced',
    ...(aliases === undefined || aliases.length === 0 ? {} : { aliases: aliases.map((alias) => alias.toLowerCase()) }),
    ...(attributes === undefined ? {} : { attributes }),
    locations: [location],
  };
}

/** The form of an ARM id or scope in which it is compared: nothing in one knows capitals. */
export function armPath(path: string): string {
  const bare = path.toLowerCase().replace(/\/+$/, '');
  return bare === '' ? '/' : bare;
}

/** What stands behind the last slash; the whole where there is none. */
export function lastSegment(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Subscription and resource group of an ARM id, widest first; nothing for any other id. */
export function scopeOf(path: string): readonly string[] {
  const [, subscription, group] = /^\/subscriptions\/([^/]+)(?:\/resourcegroups\/([^/]+))?(?:\/|$)/.exec(path) ?? [];
  if (subscription === undefined || lastSegment(path) === subscription) return [];
  return group === undefined || lastSegment(path) === group ? [subscription] : [subscription, group];
}

const CLIENT_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether a text is a GUID, as ids of Entra are. */
export function isGuid(text: string): boolean {
  return CLIENT_ID.test(text);
}

function shortName(id: string): string {
  return id.startsWith('/') ? lastSegment(id) : id;
}
