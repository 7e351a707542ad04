import { AppError } from '../errors.ts';
import type { AccessGraph } from '../graph/access-graph.ts';

/** Hex digits: fewer stand for several secrets of a large inventory. */
const MIN_FINGERPRINT = 4;

/**
 * Finds the row of the inventory that somebody means: its id, its provider's id, its name, the beginning of a secret's
 * fingerprint, or a place (`path` or `path:line`) that a secret, or the id of its credential, stands in.
 *
 * @throws {AppError} ERR_STORE_NOT_FOUND when nothing fits; ERR_USAGE when several rows do.
 */
export function findEntity(asked: string, { inventory }: Pick<AccessGraph, 'inventory'>): string {
  const exact = [inventory.principals, inventory.credentials, inventory.secrets].find((rows) => rows.has(asked));
  if (exact !== undefined) return asked;
  const hits = new Set<string>();
  for (const { id, nativeId, name, aliases = [] } of inventory.principals.values()) {
    if (nativeId === asked || name === asked || aliases.includes(asked)) hits.add(id);
  }
  for (const { id, nativeId } of inventory.credentials.values()) if (nativeId === asked) hits.add(id);
  const start = asked.replace(/^secret:/, '');
  for (const { id, fingerprint, hint, locations } of inventory.secrets.values()) {
    const here = locations.some(
      ({ path, line, idLine }) => asked === path || asked === `${path}:${line}` || asked === `${path}:${idLine}`,
    );
    if (here || hint === asked || (start.length >= MIN_FINGERPRINT && fingerprint.startsWith(start))) hits.add(id);
  }
  const [hit, ...others] = hits;
  if (hit === undefined) {
    throw new AppError('ERR_STORE_NOT_FOUND', `nothing in the inventory is called ${JSON.stringify(asked)}`, {
      hint: 'lapse ls shows what there is; lapse scan brings more in',
    });
  }
  if (others.length > 0) {
    throw new AppError('ERR_USAGE', `${JSON.stringify(asked)} is the name of ${hits.size} rows`, {
      hint: `say which: ${[...hits].sort().slice(0, 10).join(', ')}`,
    });
  }
  return hit;
}
