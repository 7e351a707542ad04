import { createHash } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { DOCUMENT_ELSEWHERE, type Grant } from '../../model/grant.ts';
import type { GrantTable } from '../../model/grant-table.ts';
import type { Platform } from '../../model/platform.ts';
import type { Principal } from '../../model/principal.ts';
import { recently } from '../../model/recently.ts';
import { storeError } from '../open-sqlite.ts';
import { mergeStored } from './merge-stored.ts';

/** What is kept of each grant: where its rows are, and by what it is looked for. */
interface Index {
  /** Of all rows, by the id of the grant and then its unit. */
  readonly rowids: Float64Array;
  /** Of all rows, what their bodies hash to. */
  readonly hashes: Uint8Array;
  /** Of each grant, its first row; one more at the end. */
  readonly starts: Uint32Array;
  /** Of each grant: a position in `sorts`. */
  readonly sort: Uint16Array;
  readonly sorts: readonly Sort[];
  /** Grants by holder: those of the holder `n` are from `ends[n - 1]` up to `ends[n]`. */
  readonly ordered: Uint32Array;
  readonly ends: Uint32Array;
  readonly holders: ReadonlyMap<string, number>;
}

/** What grants that are looked for together have in common. */
interface Sort {
  readonly platform: string;
  readonly role: string;
  readonly elsewhere: boolean;
}

interface Row {
  readonly rowid: number;
  readonly id: string;
  /** JSON: principal, platform, role. */
  readonly sought: string;
  readonly elsewhere: 0 | 1;
  readonly hash: string;
}

/** Bytes of a hash. */
const HASH = 16;

/** Grants that are looked at in one transaction. */
const PAGE = 500;

/** Holders whose grants are kept at hand: those of a group are asked for by each of its members. */
const KEPT_HOLDERS = 64;

/**
 * The grants at a point, read from the store as they are asked for: a few bytes of each are in memory, however much they say.
 * Rows never change, so the view stays what it is while others write. Good for as long as the connection is open.
 *
 * @param principals - of the same view, whose ids are in memory already.
 * @throws {AppError} ERR_STORE_UNREACHABLE, from every method
 */
export function storedGrants(driver: Database, at: number, principals: ReadonlyMap<string, Principal>): GrantTable {
  const guard = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw storeError(error, driver.name);
    }
  };
  const index = guard(() => indexGrants(driver, at, (id) => principals.get(id)?.id ?? id));
  const bodyOf = driver.prepare<[number], { readonly body: string }>('select body from fact where rowid = ?');
  const find = driver.prepare<[string, number, number], { readonly body: string }>(
    `select body from fact where kind = 'grant' and id = ? and ${VALID} order by unit`,
  );
  const size = index.sort.length;
  const read = (grant: number): Grant => {
    const rows: { readonly body: string }[] = [];
    const end = index.starts[grant + 1] ?? 0;
    for (let row = index.starts[grant] ?? 0; row < end; row++) {
      const found = guard(() => bodyOf.get(index.rowids[row] ?? 0));
      if (found !== undefined) rows.push(found);
    }
    // A row by itself was given its one form when it was written.
    const [only, another] = rows;
    return only !== undefined && another === undefined
      ? (JSON.parse(only.body) as Grant)
      : (mergeStored('grant', rows) as Grant);
  };
  // One transaction: each row by itself would lock the file anew.
  const readAll = driver.transaction((grants: Iterable<number>) => Array.from(grants, read));
  function* where(matches: (sort: Sort) => boolean): Generator<Grant> {
    const wanted = index.sorts.map(matches);
    for (let start = 0; start < size; start += PAGE) {
      const page = index.sort.subarray(start, start + PAGE);
      yield* readAll(
        Array.from(page, (_, at) => start + at).filter((grant) => wanted[index.sort[grant] ?? 0] === true),
      );
    }
  }
  const get = (id: string) =>
    mergeStored(
      'grant',
      guard(() => find.all(id, at, at)),
    );
  const digestOf = (holder: number | undefined): string => {
    const all = createHash('sha256');
    if (holder === undefined) return all.digest('base64url');
    for (const grant of index.ordered.subarray(index.ends[holder - 1] ?? 0, index.ends[holder]))
      all.update(index.hashes.subarray((index.starts[grant] ?? 0) * HASH, (index.starts[grant + 1] ?? 0) * HASH));
    return all.digest('base64url');
  };
  const of = recently(KEPT_HOLDERS, (principal): readonly Grant[] => {
    const holder = index.holders.get(principal);
    return holder === undefined ? [] : readAll(index.ordered.subarray(index.ends[holder - 1] ?? 0, index.ends[holder]));
  });
  return {
    size,
    get,
    has: (id) => get(id) !== undefined,
    values: () => where(() => true),
    // Who has none would take the place of somebody who has.
    of: (principal) => (index.holders.has(principal) ? of(principal) : []),
    select: (platform: Platform, ...roles) =>
      where((sort) => sort.platform === platform && (roles.length === 0 || (roles as string[]).includes(sort.role))),
    withoutDocument: () => where(({ elsewhere }) => elsewhere),
    holders: () => index.holders.keys(),
    digest: (principal) => digestOf(index.holders.get(principal)),
  };
}

const VALID = 'valid_from <= ? and (valid_to is null or valid_to > ?)';

function indexGrants(driver: Database, at: number, same: (id: string) => string): Index {
  const count = driver
    .prepare<[number, number], number>(`select count(*) from fact where kind = 'grant' and ${VALID}`)
    .pluck()
    .get(at, at);
  const rowids = new Float64Array(count ?? 0);
  const hashes = Buffer.alloc(rowids.length * HASH);
  const starts = new Uint32Array(rowids.length + 1);
  const sort = new Uint16Array(rowids.length);
  const holder = new Uint32Array(rowids.length);
  const sorts = new Map<string, number>();
  const holders = new Map<string, number>();
  const rows = driver.prepare<[string, number, number], Row>(
    `select rowid, id, hash, json_extract(body, '$.principal', '$.platform', '$.role') as sought,
       instr(body, ?) > 0 as elsewhere
     from fact where kind = 'grant' and ${VALID} order by id, unit`,
  );
  let size = 0;
  let row = 0;
  let last = '';
  for (const { rowid, id, hash, sought, elsewhere } of rows.iterate(JSON.stringify(DOCUMENT_ELSEWHERE), at, at)) {
    // The id is made of all that a grant says but its places: rows of one id agree in the rest.
    if (id !== last) {
      const [principal, platform, role] = JSON.parse(sought) as [string, string, string];
      starts[size] = row;
      sort[size] = numberOf(sorts, JSON.stringify([platform, role, elsewhere]));
      holder[size] = numberOf(holders, same(principal));
      size++;
    }
    hashes.write(hash, row * HASH, HASH, 'base64url');
    rowids[row++] = rowid;
    last = id;
  }
  starts[size] = row;
  return {
    rowids: rowids.subarray(0, row),
    hashes,
    starts: starts.subarray(0, size + 1),
    sort: sort.subarray(0, size),
    sorts: [...sorts.keys()].map((key) => {
      const [platform, role, elsewhere] = JSON.parse(key) as [string, string, 0 | 1];
      return { platform, role, elsewhere: elsewhere === 1 };
    }),
    ...byHolder(holder.subarray(0, size), holders.size),
    holders,
  };
}

/** The number of a text, and a new one for a new text. */
function numberOf(numbers: Map<string, number>, text: string): number {
  const known = numbers.get(text);
  if (known !== undefined) return known;
  numbers.set(text, numbers.size);
  return numbers.size - 1;
}

/** Puts numbers in the order of the group that each is in, by counting. */
function byHolder(holder: Uint32Array, holders: number): Pick<Index, 'ordered' | 'ends'> {
  const ends = new Uint32Array(holders);
  for (const one of holder) ends[one] = (ends[one] ?? 0) + 1;
  for (let one = 1; one < holders; one++) ends[one] = (ends[one] ?? 0) + (ends[one - 1] ?? 0);
  const next = Uint32Array.from(ends, (_, one) => ends[one - 1] ?? 0);
  const ordered = new Uint32Array(holder.length);
  for (const [grant, one] of holder.entries()) {
    const at = next[one] ?? 0;
    ordered[at] = grant;
    next[one] = at + 1;
  }
  return { ordered, ends };
}
