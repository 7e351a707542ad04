import { AppError } from '../errors.ts';
import { isIdentity } from '../model/identity.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Location } from '../model/location.ts';
import type { Principal } from '../model/principal.ts';

/** Hex digits: fewer stand for several secrets of a large inventory. */
const MIN_FINGERPRINT = 4;

/**
 * Finds the row of the inventory that somebody means. Of these the first that fits anything decides: its id; its provider's id
 * or another name at its provider; the hint or the beginning of the fingerprint of a static secret; a place (`path`, `path:line` or
 * `path:line:column`) that a static secret, or the id of its credential, stands in; its name; the place where a principal or
 * credential is declared. Of several rows the only one that acts is meant: an application of Azure and the service principal that it
 * signs in as have one name and one client id.
 *
 * @throws {AppError} ERR_STORE_NOT_FOUND when nothing fits; ERR_USAGE when several rows do.
 */
export function findEntity(asked: string, { inventory }: { readonly inventory: Inventory }): string {
  const exact = [inventory.principals, inventory.credentials, inventory.secrets, inventory.grants, inventory.trusts];
  if (exact.some((rows) => rows.has(asked))) return asked;
  for (const look of [byNativeId, byMaterial, byPlaceOfSecret, byName, byPlace]) {
    const hits = look(asked, inventory);
    const [hit] = hits;
    if (hit !== undefined && hits.size === 1) return hit;
    const [acting, another] = [...hits].filter((id) => acts(inventory.principals.get(id)));
    if (acting !== undefined && another === undefined) return acting;
    if (hits.size > 1)
      throw new AppError('ERR_USAGE', `${JSON.stringify(asked)} is the name of ${hits.size} rows`, {
        hint: `say which: ${[...hits].sort().slice(0, 10).join(', ')}`,
      });
  }
  throw new AppError('ERR_STORE_NOT_FOUND', `nothing in the inventory is called ${JSON.stringify(asked)}`, {
    hint: 'lapse ls shows what there is; lapse scan brings more in',
  });
}

function acts(principal: Principal | undefined): boolean {
  return principal !== undefined && isIdentity(principal);
}

type Look = (asked: string, inventory: Inventory) => ReadonlySet<string>;

const byNativeId: Look = (asked, { principals, credentials }) =>
  new Set([
    ...idsOf(principals, ({ nativeId, aliases = [] }) => nativeId === asked || aliases.includes(asked)),
    ...idsOf(credentials, ({ nativeId }) => nativeId === asked),
  ]);

const byMaterial: Look = (asked, { secrets }) => {
  const start = asked.replace(/^secret:/, '');
  const isPrefix = start.length >= MIN_FINGERPRINT && /^[0-9a-f]+$/.test(start);
  return new Set(
    idsOf(secrets, ({ hint, fingerprint }) => hint === asked || (isPrefix && fingerprint.startsWith(start))),
  );
};

const byPlaceOfSecret: Look = (asked, { secrets }) =>
  new Set(
    idsOf(secrets, ({ locations }) =>
      locations.some((location) => isAt(location, asked) || asked === `${location.path}:${location.idLine}`),
    ),
  );

const byName: Look = (asked, { principals }) => new Set(idsOf(principals, ({ name }) => name === asked));

const byPlace: Look = (asked, { principals, credentials }) => {
  const here = ({ locations }: { readonly locations: readonly Location[] }) =>
    locations.some((location) => isAt(location, asked));
  return new Set([...idsOf(principals, (row) => row.seen === 'listed' && here(row)), ...idsOf(credentials, here)]);
};

function isAt({ path, line, column }: Location, asked: string): boolean {
  return asked === path || asked === `${path}:${line}` || asked === `${path}:${line}:${column}`;
}

function* idsOf<T extends { readonly id: string }>(
  rows: ReadonlyMap<string, T>,
  fits: (row: T) => boolean,
): Generator<string> {
  for (const row of rows.values()) if (fits(row)) yield row.id;
}
