import type { EntityBody, EntityKind } from '../../model/entity.ts';
import { mergeBodies, normalBody } from '../../model/merge.ts';

/** What stored bodies of one entity say together; undefined when there is none. */
export function mergeStored<Kind extends EntityKind>(
  kind: Kind,
  rows: readonly { readonly body: string | null }[],
): EntityBody<Kind> | undefined {
  let merged: EntityBody<Kind> | undefined;
  for (const row of rows) {
    if (row.body === null) continue;
    const body = JSON.parse(row.body) as EntityBody<Kind>;
    merged = merged === undefined ? normalBody(kind, body) : mergeBodies(kind, merged, body);
  }
  return merged;
}
