import { randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import { migrate } from '../migrate.ts';
import { connectSqlite } from '../sqlite-connection.ts';
import { AuditCursorTable } from './audit-cursor-table.ts';
import { AuditTable } from './audit-table.ts';
import { BindingTable } from './binding-table.ts';
import { DelegationTable } from './delegation-table.ts';
import { GroupCommit } from './group-commit.ts';
import type { IssuerStore, IssuerTables } from './issuer-store.ts';
import { JobTable } from './job-table.ts';
import { LeaseTable } from './lease-table.ts';
import { ISSUER_MIGRATIONS } from './migrations/index.ts';
import { OperatorTable } from './operator-table.ts';
import { ReplayTable } from './replay-table.ts';
import { RequestTable } from './request-table.ts';
import { ReviewTable } from './review-table.ts';
import type { IssuerSchema } from './schema.ts';

/**
 * Opens `issuer.db`, making it (mode 0600) and bringing its schema up to date as needed.
 *
 * @throws {AppError} ERR_STORE_UNREACHABLE, or ERR_STORE_VERSION when a newer lapse has written it.
 */
export async function openIssuerStore(file: string): Promise<IssuerStore> {
  const connection = connectSqlite<IssuerSchema>(file);
  try {
    await migrate(connection, 'issuer', ISSUER_MIGRATIONS);
    const { issuerId, chain } = await connection.exclusively(async (db) => ({
      issuerId: await drawOnce(db, 'issuer_id', () => randomBytes(4).toString('hex')),
      chain: await drawOnce(db, 'chain', () => `aud_${randomBytes(8).toString('hex')}`),
    }));
    const commits = new GroupCommit(connection.exclusively);
    const readTables = tables(connection.db, chain);
    return {
      issuerId,
      chain,
      write: (work) => commits.write((transaction) => work(tables(transaction, chain))),
      read: (work) => work(readTables),
      close: async () => {
        await commits.idle();
        connection.close();
      },
    };
  } catch (error) {
    connection.close();
    throw error;
  }
}

function tables(db: Kysely<IssuerSchema>, chain: string): IssuerTables {
  return {
    requests: new RequestTable(db),
    leases: new LeaseTable(db),
    audit: new AuditTable(db, chain),
    auditCursors: new AuditCursorTable(db),
    replay: new ReplayTable(db),
    bindings: new BindingTable(db),
    operators: new OperatorTable(db),
    delegations: new DelegationTable(db),
    reviews: new ReviewTable(db),
    jobs: new JobTable(db),
  };
}

/** Reads a value that is drawn at the first opening and never again. */
async function drawOnce(db: Kysely<IssuerSchema>, key: string, draw: () => string): Promise<string> {
  const found = await db.selectFrom('meta').select('value').where('key', '=', key).executeTakeFirst();
  if (found !== undefined) return found.value;
  const value = draw();
  await db.insertInto('meta').values({ key, value }).execute();
  return value;
}
