import { canonicalJson } from '../model/canonical-json.ts';
import type { EntityBody, EntityChange, EntityHistory, EntityKind } from '../model/entity.ts';
import type { Json } from '../model/json.ts';

/**
 * Compares two views of one kind that were made outside of the store (credentials after their join), by id.
 *
 * @param historyOf - what the store knows of an entity.
 */
export function* compareMaps<Kind extends EntityKind>(
  kind: Kind,
  before: ReadonlyMap<string, EntityBody<Kind>>,
  after: ReadonlyMap<string, EntityBody<Kind>>,
  historyOf: (id: string) => EntityHistory,
): Iterable<EntityChange> {
  for (const id of [...new Set([...before.keys(), ...after.keys()])].sort()) {
    const [was, is] = [before.get(id), after.get(id)];
    if (was !== undefined && is !== undefined && text(was) === text(is)) continue;
    yield {
      kind,
      id,
      ...(was === undefined ? {} : { before: was }),
      ...(is === undefined ? {} : { after: is }),
      history: historyOf(id),
    } as EntityChange;
  }
}

function text(body: EntityBody): string {
  return canonicalJson(body as unknown as Json);
}
