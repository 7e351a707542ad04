import { type Kysely, sql } from 'kysely';
import { AppError } from '../errors.ts';

/** One step of a schema: a file of its own and one line in the index of its store. Never changed once it is released. */
export interface Migration {
  /** From 1, without gaps. */
  readonly version: number;
  /** Plain SQL that SQLite and PostgreSQL both understand; what the one has no word for in words of its own. */
  readonly statements: readonly (string | { readonly sqlite?: string; readonly postgres?: string })[];
}

/** Runs a function in a transaction that is the only writer, or the only migration, from its beginning on. */
export type Exclusively<Schema> = <T>(work: (db: Kysely<Schema>) => Promise<T>) => Promise<T>;

/**
 * Brings a database to the newest schema, in one transaction: a crash leaves the old version, and a second run or another
 * process at the same time does no harm.
 *
 * @param store - whose database it is (`inventory`, `issuer`); kept in it, so that one is never taken for the other.
 * @throws {AppError} ERR_STORE_VERSION when it is newer than this program, another store's, or not lapse's at all.
 */
export async function migrate<Schema>(
  connection: {
    readonly db: Kysely<Schema>;
    readonly exclusively: Exclusively<Schema>;
    /** Of a database that has several: PostgreSQL. */
    readonly schema?: string;
  },
  store: string,
  migrations: readonly Migration[],
): Promise<void> {
  const newest = migrations.length;
  const dialect = connection.schema === undefined ? 'sqlite' : 'postgres';
  // Reading first: the usual case takes no lock, so that opening never waits for somebody's long write.
  if ((await versionOf(connection.db, connection.schema, store, newest)) === newest) return;
  await connection.exclusively(async (db) => {
    const version = await versionOf(db, connection.schema, store, newest);
    if (version === 0)
      await sql`create table lapse_schema (store text primary key, version integer not null)`.execute(db);
    for (const { statements } of migrations.slice(version))
      for (const statement of statements) {
        const text = typeof statement === 'string' ? statement : statement[dialect];
        if (text !== undefined) await sql.raw(text).execute(db);
      }
    await sql`insert into lapse_schema (store, version) values (${store}, ${newest})
      on conflict (store) do update set version = excluded.version`.execute(db);
  });
}

/** 0 for an empty database. */
async function versionOf<Schema>(
  db: Kysely<Schema>,
  schema: string | undefined,
  store: string,
  newest: number,
): Promise<number> {
  const all = await db.introspection.getTables();
  const tables = all.filter((table) => schema === undefined || table.schema === schema);
  if (tables.length === 0) return 0;
  if (!tables.some(({ name }) => name === 'lapse_schema'))
    throw new AppError('ERR_STORE_VERSION', 'the database has tables, but none of lapse', {
      hint: 'name a database of its own',
    });
  const { rows } = await sql<{ store: string; version: number }>`select store, version from lapse_schema`.execute(db);
  const [found] = rows;
  if (found?.store !== store)
    throw new AppError(
      'ERR_STORE_VERSION',
      `the database is the ${found?.store} store of lapse, not the ${store} store`,
      {
        hint: 'each has a database of its own',
      },
    );
  if (found.version > newest)
    throw new AppError(
      'ERR_STORE_VERSION',
      `the ${store} store has schema version ${found.version}, this lapse knows ${newest}`,
      { hint: 'a newer lapse has written to it: upgrade this one, or name another store' },
    );
  return found.version;
}
