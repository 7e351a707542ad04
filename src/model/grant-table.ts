import { compareTexts } from './compare-texts.ts';
import { digestOf } from './digest.ts';
import { DOCUMENT_ELSEWHERE, type Grant } from './grant.ts';
import { groupBy } from './group-by.ts';
import { filtered, mapped } from './lazily.ts';
import type { Platform } from './platform.ts';

/**
 * The grants of a view. They are most of an inventory, so whoever reads them goes from holder to holder, or names a platform: a
 * table may fetch a row when it is asked for and keep none.
 */
export interface GrantTable {
  readonly size: number;
  get(id: string): Grant | undefined;
  has(id: string): boolean;
  /** All, in the order of their ids. */
  values(): Iterable<Grant>;
  /** Those of one principal, in the order of their ids. */
  of(principal: string): readonly Grant[];
  /** Those of one platform, of some roles only where told, in the order of their ids. */
  select(platform: Platform, ...roles: readonly Grant['role'][]): Iterable<Grant>;
  /** Those that stand for a policy whose document is in another source (`DOCUMENT_ELSEWHERE`). */
  withoutDocument(): Iterable<Grant>;
  /** Ids of all principals that have any. */
  holders(): Iterable<string>;
  /** Another one when any grant of a principal says something else, or stands elsewhere. */
  digest(principal: string): string;
}

/** A table of rows that are at hand, by id and in the order of their ids. */
export function grantTable(rows: ReadonlyMap<string, Grant>): GrantTable {
  let byHolder: ReadonlyMap<string, readonly Grant[]> | undefined;
  const holders = () => {
    byHolder ??= groupBy(rows.values(), ({ principal }) => principal);
    return byHolder;
  };
  return {
    size: rows.size,
    get: (id) => rows.get(id),
    has: (id) => rows.has(id),
    values: () => rows.values(),
    of: (principal) => holders().get(principal) ?? [],
    *select(platform, ...roles) {
      for (const grant of rows.values())
        if (grant.platform === platform && (roles.length === 0 || roles.includes(grant.role))) yield grant;
    },
    *withoutDocument() {
      for (const grant of rows.values()) if (grant.via.includes(DOCUMENT_ELSEWHERE)) yield grant;
    },
    holders: () => holders().keys(),
    digest: (principal) => digestOf(holders().get(principal) ?? []),
  };
}

/** The same table with other holders; several may become one. */
export function withHolders(table: GrantTable, resolve: (principal: string) => string): GrantTable {
  const renamed = groupBy(
    [...table.holders()].filter((holder) => resolve(holder) !== holder),
    resolve,
  );
  if (renamed.size === 0) return table;
  const asHeld = (grant: Grant): Grant => {
    const principal = resolve(grant.principal);
    return principal === grant.principal ? grant : { ...grant, principal };
  };
  return {
    size: table.size,
    get: (id) => {
      const grant = table.get(id);
      return grant && asHeld(grant);
    },
    has: (id) => table.has(id),
    values: () => mapped(table.values(), asHeld),
    of: (principal) => {
      const others = renamed.get(principal);
      if (others === undefined) return resolve(principal) === principal ? table.of(principal) : [];
      return [principal, ...others]
        .flatMap((holder) => table.of(holder).map(asHeld))
        .sort((one, other) => compareTexts(one.id, other.id));
    },
    select: (platform, ...roles) => mapped(table.select(platform, ...roles), asHeld),
    withoutDocument: () => mapped(table.withoutDocument(), asHeld),
    holders: () => new Set(mapped(table.holders(), resolve)),
    digest: (principal) => {
      const others = renamed.get(principal);
      return others === undefined
        ? table.digest(principal)
        : digestOf([principal, ...others].map((holder) => table.digest(holder)));
    },
  };
}

/** The same table without some of its rows. */
export function withoutGrants(table: GrantTable, ids: ReadonlySet<string>): GrantTable {
  if (ids.size === 0) return table;
  const removed = groupBy([...ids], (id) => table.get(id)?.principal);
  const stays = ({ id }: Grant) => !ids.has(id);
  return {
    size: table.size - ids.size,
    get: (id) => (ids.has(id) ? undefined : table.get(id)),
    has: (id) => !ids.has(id) && table.has(id),
    values: () => filtered(table.values(), stays),
    of: (principal) => table.of(principal).filter(stays),
    select: (platform, ...roles) => filtered(table.select(platform, ...roles), stays),
    withoutDocument: () => filtered(table.withoutDocument(), stays),
    holders: () => filtered(table.holders(), (holder) => !removed.has(holder) || table.of(holder).some(stays)),
    digest: (principal) => {
      const gone = removed.get(principal);
      return gone === undefined ? table.digest(principal) : digestOf([table.digest(principal), ...gone]);
    },
  };
}
