import { AppError } from '../../errors.ts';
import type { EntityKind } from '../../model/entity.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { storeError } from '../open-sqlite.ts';
import type { SqliteConnection } from '../sqlite-connection.ts';
import { commitSnapshot } from './commit-snapshot.ts';
import type { SnapshotDraft, SnapshotHeader, SnapshotOutcome, StoredFact } from './inventory-store.ts';
import type { InventorySchema } from './schema.ts';
import { openStage } from './stage.ts';

/**
 * A draft has a connection of its own: several scanners stage side by side, and whatever happens to the process, the
 * temporary tables go with the connection.
 */
export function snapshotDraft(connection: SqliteConnection<InventorySchema>, header: SnapshotHeader): SnapshotDraft {
  const stage = openStage(connection.driver);
  let open = true;
  const finish = (): void => {
    if (open) connection.close();
    open = false;
  };
  /** The driver is asked directly here, and temporary tables can fill a disk too. */
  const inStore = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      throw storeError(error, connection.driver.name);
    }
  };
  const refuseFinished = (): void => {
    if (!open) throw new AppError('ERR_INTERNAL', `the snapshot of ${header.source} is committed or aborted already`);
  };
  return {
    async add(facts: readonly StoredFact[]): Promise<void> {
      refuseFinished();
      inStore(() => stage.add(facts));
    },
    async keep(units: Iterable<string>): Promise<void> {
      refuseFinished();
      inStore(() => stage.keep(units));
    },
    async keepEntities(kind: EntityKind, ids: Iterable<string>): Promise<void> {
      refuseFinished();
      inStore(() => stage.keepEntities(kind, ids));
    },
    async commit(outcome: SnapshotOutcome): Promise<Snapshot> {
      refuseFinished();
      try {
        inStore(() => stage.seal());
        return await connection.exclusively((db) => commitSnapshot(db, header, outcome));
      } finally {
        finish();
      }
    },
    async abort(): Promise<void> {
      finish();
    },
  };
}
