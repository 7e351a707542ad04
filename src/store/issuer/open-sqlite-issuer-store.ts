import { randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import { AnchoredClock } from '../anchored-clock.ts';
import { migrate } from '../migrate.ts';
import { connectSqlite, type SqliteConnection } from '../sqlite-connection.ts';
import { CHAIN_START } from './audit-hash.ts';
import { drawOnce } from './draw-once.ts';
import { GroupCommit } from './group-commit.ts';
import type { IssuerStore, IssuerTables } from './issuer-store.ts';
import { ISSUER_MIGRATIONS } from './migrations/index.ts';
import type { TableUser } from './open-issuer-store.ts';
import { loneLocks } from './row-locks.ts';
import type { IssuerSchema } from './schema.ts';

/** How often the host's clock is asked, in milliseconds. */
const CLOCK_INTERVAL = 1_000;
/** A host's clock that is behind what was written by more milliseconds was wrong before, not now. */
const MOST_BEHIND = 24 * 3_600_000;

/**
 * `issuer.db` of one daemon: one writer at a time, waiting transactions share a commit, and one audit chain for the life of the file,
 * which commands that write append to as well.
 *
 * @throws {AppError} see `openIssuerStore`.
 */
export async function openSqliteIssuerStore(
  file: string,
  tables: (db: Kysely<IssuerSchema>, user: TableUser) => IssuerTables,
  hostTime: () => number,
): Promise<IssuerStore> {
  const connection = connectSqlite<IssuerSchema>(file);
  try {
    await migrate(connection, 'issuer', ISSUER_MIGRATIONS);
    const { issuerId, chain } = await connection.exclusively(async (db) => ({
      issuerId: await drawOnce(db, 'issuer_id', () => randomBytes(4).toString('hex')),
      chain: await drawOnce(db, 'chain', () => `aud_${randomBytes(8).toString('hex')}`),
    }));
    const dataVersion = connection.driver.prepare('pragma data_version').pluck();
    const user: TableUser = {
      chain,
      instance: `ins_${randomBytes(8).toString('hex')}`,
      alone: true,
      locks: loneLocks(() => Number(dataVersion.get())),
    };
    const commits = new GroupCommit(connection.exclusively);
    const readTables = tables(connection.db, user);
    const clock = new AnchoredClock(await startTime(connection, chain, hostTime()));
    let begun = false;
    const now = (): Date => {
      if (clock.age > CLOCK_INTERVAL) clock.correct(hostTime());
      return clock.now();
    };
    return {
      issuerId,
      instance: user.instance,
      chain,
      now,
      async write(work) {
        const written = await commits.write(async (transaction) => {
          const own = tables(transaction, user);
          const result = await work(own);
          if (own.audit.isPending) {
            if (!begun) await own.instances.begin(user.instance, chain, now());
            await own.audit.flush((await own.audit.end()) ?? { seq: 0, hash: CHAIN_START });
          }
          return { result, told: own.audit.appended.length > 0 };
        });
        begun ||= written.told;
        return written.result;
      },
      read: (work) => work(readTables),
      close: async () => {
        if (begun) await commits.write((transaction) => tables(transaction, user).instances.end(user.instance, now()));
        await commits.idle();
        connection.close();
      },
    };
  } catch (error) {
    connection.close();
    throw error;
  }
}

/**
 * Where the clock starts: not before what was written last, or leases would live on because the host's clock was set back while nobody ran.
 * Where it was set back by days, nobody knows how long leases have lived: the host is believed, and they end now.
 */
async function startTime(connection: SqliteConnection<IssuerSchema>, chain: string, host: number): Promise<number> {
  const { db } = connection;
  const head = await db
    .selectFrom('audit_event')
    .select('at')
    .where('chain', '=', chain)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  const seen = await db
    .selectFrom('instance')
    .select(({ fn }) => fn.max('last_seen_at').as('at'))
    .executeTakeFirst();
  const newest = Math.max(...[head?.at, seen?.at].map((at) => (at ? Date.parse(at) : 0)));
  if (newest - host <= MOST_BEHIND) return Math.max(newest, host);
  await connection.exclusively((transaction) =>
    transaction
      .updateTable('lease')
      .set({ expires_at: new Date(host).toISOString() })
      .where('state', '=', 'ACTIVE')
      .execute(),
  );
  return host;
}
