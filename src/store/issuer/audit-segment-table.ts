import type { Kysely } from 'kysely';
import type { IssuerSchema } from './schema.ts';

/** A part of a chain that is in a file and no longer in the store. */
export interface AuditSegment {
  readonly chain: string;
  readonly from: number;
  readonly to: number;
  /** Hash of the event before it, and of its last. */
  readonly prevHash: string;
  readonly hash: string;
  /** When it was archived; ISO 8601. */
  readonly at: string;
  /** Name of the file, without folder. */
  readonly file: string;
  /** Compact JWS over all of the above but the file. */
  readonly signature: string;
}

/** What was archived of the chains. Only ever grows, and each segment goes on where the last one ended. */
export class AuditSegmentTable {
  readonly #db: Kysely<IssuerSchema>;

  constructor(db: Kysely<IssuerSchema>) {
    this.#db = db;
  }

  /** Of all chains, oldest first within each. */
  async list(): Promise<readonly AuditSegment[]> {
    const rows = await this.#db.selectFrom('audit_segment').selectAll().orderBy('chain').orderBy('to_seq').execute();
    return rows.map(({ from_seq: from, to_seq: to, prev_hash: prevHash, ...rest }) => ({
      ...rest,
      from,
      to,
      prevHash,
    }));
  }

  /** Number of the last event of a chain that is archived; 0 for none. */
  async last(chain: string): Promise<number> {
    const row = await this.#db
      .selectFrom('audit_segment')
      .select((select) => select.fn.max('to_seq').as('to'))
      .where('chain', '=', chain)
      .executeTakeFirst();
    return row?.to ?? 0;
  }

  /** Writes a segment down and removes its events and checkpoints: what follows it goes on from its hash. */
  async prune({ from, to, prevHash, ...segment }: AuditSegment): Promise<void> {
    const { chain } = segment;
    await this.#db
      .insertInto('audit_segment')
      .values({ ...segment, from_seq: from, to_seq: to, prev_hash: prevHash })
      .execute();
    await this.#db.deleteFrom('audit_event').where('chain', '=', chain).where('seq', '<=', to).execute();
    await this.#db.deleteFrom('checkpoint').where('chain', '=', chain).where('seq', '<=', to).execute();
  }

  /** Number of the first event up to `to` that something which is not over yet is about: a lease, a request, a review. */
  async firstNeeded(chain: string, to: number): Promise<number | undefined> {
    const row = await this.#db
      .selectFrom('audit_event')
      .select((select) => select.fn.min('seq').as('seq'))
      .where('chain', '=', chain)
      .where('seq', '<=', to)
      .where((is) =>
        is.or([
          is('lease', 'in', is.selectFrom('lease').select('id').where('state', '<>', 'DEAD')),
          is('request', 'in', is.selectFrom('lease').select('request').where('state', '<>', 'DEAD')),
          is('request', 'in', is.selectFrom('request').select('id').where('state', 'in', ['pending', 'approved'])),
          is('request', 'in', is.selectFrom('review').select('request').where('closed_at', 'is', null)),
        ]),
      )
      .executeTakeFirst();
    return row?.seq ?? undefined;
  }
}
