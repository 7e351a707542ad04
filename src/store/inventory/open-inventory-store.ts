import { AppError } from '../../errors.ts';
import { assignEnvironments, type EnvironmentRule } from '../../model/environment.ts';
import { assignOwners, type OwnerRule } from '../../model/owner-rule.ts';
import { migrate } from '../migrate.ts';
import { connectSqlite, type SqliteConnection } from '../sqlite-connection.ts';
import { entityChanges } from './entity-changes.ts';
import { findSecret } from './find-secret.ts';
import { findingHistories } from './finding-histories.ts';
import { findingReader } from './finding-reader.ts';
import type { InventoryStore } from './inventory-store.ts';
import { INVENTORY_MIGRATIONS } from './migrations/index.ts';
import { readFiles } from './read-files.ts';
import { repeatedFacts } from './repeated-facts.ts';
import type { InventorySchema } from './schema.ts';
import { snapshotDraft } from './snapshot-draft.ts';
import { listSnapshots, sourceStates } from './snapshots.ts';
import { storedGrants } from './stored-grants.ts';
import { subjectMemory } from './subject-memory.ts';
import { unseenEntities } from './unseen.ts';
import { findingsAt, inventoryAt, rowsAt } from './views.ts';

export interface InventoryStoreOptions {
  /** Which part of the world is which environment; applied to views as they are read, so that a new rule counts at once. */
  readonly environments?: readonly EnvironmentRule[];
  /** Who answers for what; applied in the same way. */
  readonly owners?: readonly OwnerRule[];
}

/**
 * Opens the inventory in a SQLite file, made where it does not exist and migrated where it is older.
 *
 * @throws {AppError} ERR_STORE_UNREACHABLE, ERR_STORE_VERSION.
 */
export async function openInventoryStore(path: string, options: InventoryStoreOptions = {}): Promise<InventoryStore> {
  const connect = (): SqliteConnection<InventorySchema> => connectSqlite<InventorySchema>(path);
  const main = connect();
  try {
    await migrate(main, 'inventory', INVENTORY_MIGRATIONS);
  } catch (error) {
    main.close();
    throw error;
  }
  const { db } = main;

  /** The latest point, or the one that was asked for. What a point shows never changes, so a future one has no answer. */
  const point = async (at: number | undefined): Promise<number> => {
    const { last } = await db
      .selectFrom('snapshot')
      .select((eb) => eb.fn.coalesce(eb.fn.max('id'), eb.lit(0)).as('last'))
      .executeTakeFirstOrThrow();
    if (at !== undefined && !(Number.isInteger(at) && at >= 0 && at <= last))
      throw new AppError('ERR_STORE_NOT_FOUND', `no snapshot ${at}: the store has 1 to ${last}`);
    return at ?? last;
  };

  /** Rows that come one by one keep their connection busy: they get one of their own. */
  async function* streaming<T>(
    rows: (db: SqliteConnection<InventorySchema>['db']) => AsyncIterable<T>,
  ): AsyncIterable<T> {
    const connection = connect();
    try {
      yield* rows(connection.db);
    } finally {
      connection.close();
    }
  }

  return {
    begin: async (header) => snapshotDraft(connect(), header),
    snapshots: () => listSnapshots(db),
    sources: async (at) => sourceStates(db, await point(at)),
    inventory: async (at) => {
      const resolved = await point(at);
      const rest = inventoryAt(main.driver, resolved);
      const view = { ...rest, grants: storedGrants(main.driver, resolved, rest.principals) };
      return assignOwners(assignEnvironments(view, options.environments ?? []), options.owners ?? []);
    },
    findings: async (at) => {
      const resolved = await point(at);
      return findingsAt(streaming((own) => rowsAt(own, resolved, ['finding'])));
    },
    async *findingHistories(at) {
      const resolved = await point(at);
      yield* streaming((own) => findingHistories(own, resolved));
    },
    readFiles: (root) => readFiles(main, root),
    subjectMemory: () => subjectMemory(connect()),
    findingReader: async (at) => findingReader(main.driver, await point(at)),
    async *facts(at) {
      const resolved = await point(at);
      yield* streaming((own) => rowsAt(own, resolved));
    },
    async *repeated(at) {
      const resolved = await point(at);
      yield* streaming((own) => repeatedFacts(own, resolved));
    },
    async *changes(from, to) {
      const points = { from: await point(from), to: await point(to) };
      yield* streaming((own) => entityChanges({ keys: own, bodies: db }, points));
    },
    async *unseen(at) {
      const resolved = await point(at);
      yield* streaming((own) => unseenEntities(own, resolved));
    },
    findSecret: (fingerprint) => findSecret(db, fingerprint),
    close: async () => main.close(),
  };
}
