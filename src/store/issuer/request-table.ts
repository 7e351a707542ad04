import { type Kysely, type Selectable, sql } from 'kysely';
import type {
  AccessDetail,
  AccessRequest,
  Approval,
  Decision,
  Requester,
  RequestState,
} from '../../model/access-request.ts';
import type { RowLocks } from './row-locks.ts';
import type { IssuerSchema } from './schema.ts';
import { subjectKey } from './subject-key.ts';

export interface NewRequest {
  readonly request: Omit<AccessRequest, 'decision' | 'approvals'>;
  readonly correlationId: string;
  readonly idempotencyKey?: string | undefined;
}

/** An approval with the person behind the account. */
export interface StoredApproval extends Approval {
  readonly human: string;
}

/** Requests, the decisions on them and the approvals they got. */
export class RequestTable {
  readonly #db: Kysely<IssuerSchema>;
  readonly #locks: RowLocks;

  constructor(db: Kysely<IssuerSchema>, locks: RowLocks) {
    this.#db = db;
    this.#locks = locks;
  }

  async insert({ request, correlationId, idempotencyKey }: NewRequest): Promise<void> {
    await this.#db
      .insertInto('request')
      .values({
        id: request.id,
        subject_key: subjectKey(request.requester),
        requester_json: JSON.stringify(request.requester),
        target: request.detail.target,
        detail_json: JSON.stringify(request.detail),
        source_ip: request.sourceIp,
        created_at: request.createdAt,
        pending_expires_at: request.pendingExpiresAt ?? null,
        approved_at: request.approvedAt ?? null,
        canonical_hash: request.canonicalHash,
        state: request.state,
        idempotency_key: idempotencyKey ?? null,
        correlation_id: correlationId,
        binding_message: request.bindingMessage ?? null,
      })
      .execute();
  }

  /** In a transaction that writes: nobody else answers or changes it until the end. */
  async find(id: string): Promise<AccessRequest | undefined> {
    const query = this.#db.selectFrom('request').selectAll().where('id', '=', id);
    const row = await this.#locks.held(query).executeTakeFirst();
    return row === undefined ? undefined : await this.#whole(row);
  }

  /** Who asked for what and from where, without what was decided about it. */
  async origin(id: string): Promise<Pick<AccessRequest, 'requester' | 'sourceIp' | 'createdAt'> | undefined> {
    const row = await this.#db
      .selectFrom('request')
      .select(['requester_json', 'source_ip', 'created_at'])
      .where('id', '=', id)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    return { requester: JSON.parse(row.requester_json), sourceIp: row.source_ip, createdAt: row.created_at };
  }

  /** Newest first. */
  async list(filter: { state?: RequestState; limit?: number } = {}): Promise<readonly AccessRequest[]> {
    let query = this.#db
      .selectFrom('request')
      .selectAll()
      .orderBy('created_at', 'desc')
      .limit(filter.limit ?? 1000);
    if (filter.state !== undefined) query = query.where('state', '=', filter.state);
    return await Promise.all((await query.execute()).map((row) => this.#whole(row)));
  }

  /** @returns false when the request was in none of the states `from`. */
  async move(
    id: string,
    from: readonly RequestState[],
    to: RequestState,
    set: { pendingExpiresAt?: string; approvedAt?: string } = {},
  ): Promise<boolean> {
    const result = await this.#db
      .updateTable('request')
      .set({
        state: to,
        ...(set.pendingExpiresAt === undefined ? {} : { pending_expires_at: set.pendingExpiresAt }),
        ...(set.approvedAt === undefined ? {} : { approved_at: set.approvedAt }),
      })
      .where('id', '=', id)
      .where('state', 'in', from)
      .executeTakeFirst();
    return result.numUpdatedRows > 0n;
  }

  /**
   * Finds a request and keeps it from everybody else until the end of the transaction: an update, since that locks its row on
   * PostgreSQL and is nothing on SQLite, where there is one writer.
   */
  async hold(id: string): Promise<AccessRequest | undefined> {
    await this.#db
      .updateTable('request')
      .set((row) => ({ state: row.ref('state') }))
      .where('id', '=', id)
      .execute();
    return await this.find(id);
  }

  async addDecision(request: string, decision: Decision, inputHash: string, at: Date): Promise<void> {
    await this.#db
      .insertInto('decision')
      .values({
        request,
        seq: nextSeq('decision', request),
        at: at.toISOString(),
        effect: decision.effect,
        decision_json: JSON.stringify(decision),
        input_hash: inputHash,
      })
      .execute();
  }

  async addApproval(request: string, approval: StoredApproval): Promise<void> {
    await this.#db
      .insertInto('approval')
      .values({
        request,
        seq: nextSeq('approval', request),
        approver: approval.approver,
        human: approval.human,
        verdict: approval.verdict,
        reason: approval.reason ?? null,
        canonical_hash: approval.canonicalHash,
        policy_revision: approval.policyRevision,
        at: approval.at,
        level: approval.level ?? 1,
        narrowed_json: approval.narrowed === undefined ? null : JSON.stringify(approval.narrowed),
        in_place_of: approval.inPlaceOf ?? null,
        amr: approval.amr === undefined || approval.amr.length === 0 ? null : approval.amr.join(' '),
      })
      .execute();
  }

  async approvals(request: string): Promise<readonly StoredApproval[]> {
    const rows = await this.#db
      .selectFrom('approval')
      .selectAll()
      .where('request', '=', request)
      .orderBy('seq')
      .execute();
    return rows.map((row) => ({
      approver: row.approver,
      human: row.human,
      verdict: row.verdict,
      ...(row.reason === null ? {} : { reason: row.reason }),
      canonicalHash: row.canonical_hash,
      policyRevision: row.policy_revision,
      at: row.at,
      level: row.level,
      ...(row.narrowed_json === null ? {} : { narrowed: JSON.parse(row.narrowed_json) }),
      ...(row.in_place_of === null ? {} : { inPlaceOf: row.in_place_of }),
      ...(row.amr === null ? {} : { amr: row.amr.split(' ') }),
    }));
  }

  async countPending(requester?: Requester): Promise<number> {
    let query = this.#db
      .selectFrom('request')
      .select((select) => select.fn.countAll<number>().as('n'))
      .where('state', '=', 'pending');
    if (requester !== undefined) query = query.where('subject_key', '=', subjectKey(requester));
    return (await query.executeTakeFirst())?.n ?? 0;
  }

  /**
   * What policy may know of earlier requests: how many since `since`, the reasons of each that was denied (none where people said
   * no), and whether this target was never granted before.
   */
  async history(
    requester: Requester,
    target: string,
    since: Date,
  ): Promise<{
    readonly recent: number;
    readonly denials: readonly (readonly string[])[];
    readonly firstUse: boolean;
  }> {
    const key = subjectKey(requester);
    const recent = await this.#db
      .selectFrom('request')
      .select(['id', 'state'])
      .where('subject_key', '=', key)
      .where('created_at', '>=', since.toISOString())
      .limit(10_000)
      .execute();
    const used = await this.#db
      .selectFrom('request')
      .select('id')
      .where('subject_key', '=', key)
      .where('target', '=', target)
      .where('state', '=', 'fulfilled')
      .limit(1)
      .executeTakeFirst();
    const denied = recent.filter(({ state }) => state === 'denied').map(({ id }) => id);
    const rejected = recent.filter(({ state }) => state === 'rejected').map(() => []);
    return {
      recent: recent.length,
      denials: [...rejected, ...(await this.#reasons(denied))],
      firstUse: used === undefined,
    };
  }

  /** What became of requests of the same requester for the same actions at the same target, of the latest thousand since `since`. */
  async likeIt(
    request: AccessRequest,
    since: Date,
  ): Promise<{
    readonly requests: number;
    readonly automatic: number;
    readonly approved: number;
    readonly refused: number;
  }> {
    const rows = await this.#db
      .selectFrom('request')
      .select(['id', 'state', 'target', 'detail_json', 'approved_at'])
      .where('subject_key', '=', subjectKey(request.requester))
      .where('created_at', '>=', since.toISOString())
      .orderBy('created_at', 'desc')
      .limit(1000)
      .execute();
    const actions = [...request.detail.actions].sort().join(' ');
    const alike = rows.filter(
      (row) =>
        row.id !== request.id &&
        row.target === request.detail.target &&
        [...(JSON.parse(row.detail_json) as AccessDetail).actions].sort().join(' ') === actions,
    );
    return {
      requests: alike.length,
      automatic: alike.filter((row) => row.state === 'fulfilled' && row.approved_at === null).length,
      approved: alike.filter((row) => row.approved_at !== null).length,
      refused: alike.filter((row) => row.state === 'denied' || row.state === 'rejected').length,
    };
  }

  /** Of the latest `limit` requests of this requester, those that this target was granted for; newest first. */
  async latestUses(
    requester: Requester,
    target: string,
    limit: number,
  ): Promise<readonly { readonly at: string; readonly sourceIp: string; readonly actions: readonly string[] }[]> {
    // Bounded by the requester alone, whatever became of its requests: an index has them in this order.
    const rows = await this.#db
      .selectFrom('request')
      .select(['state', 'target', 'created_at', 'source_ip', 'detail_json'])
      .where('subject_key', '=', subjectKey(requester))
      .orderBy('created_at', 'desc')
      .limit(limit)
      .execute();
    return rows
      .filter((row) => row.state === 'fulfilled' && row.target === target)
      .map((row) => ({
        at: row.created_at,
        sourceIp: row.source_ip,
        actions: (JSON.parse(row.detail_json) as AccessDetail).actions,
      }));
  }

  /** Reasons of the latest decision on each of the requests. */
  async #reasons(ids: readonly string[]): Promise<readonly (readonly string[])[]> {
    const reasons = new Map<string, readonly string[]>();
    for (let at = 0; at < ids.length; at += 500) {
      const rows = await this.#db
        .selectFrom('decision')
        .select(['request', 'decision_json'])
        .where('request', 'in', ids.slice(at, at + 500))
        .orderBy('seq')
        .execute();
      for (const row of rows) reasons.set(row.request, (JSON.parse(row.decision_json) as Decision).reasons);
    }
    return ids.map((id) => reasons.get(id) ?? []);
  }

  /** Pending requests whose time is over. */
  async overdue(now: Date, limit: number): Promise<readonly AccessRequest[]> {
    const rows = await this.#db
      .selectFrom('request')
      .selectAll()
      .where('state', 'in', ['pending', 'approved'])
      .where('pending_expires_at', '<=', now.toISOString())
      .orderBy('pending_expires_at')
      .limit(limit)
      .execute();
    return await Promise.all(rows.map((row) => this.#whole(row)));
  }

  /** When the next waiting request runs out; ISO 8601. */
  async nextExpiry(): Promise<string | undefined> {
    const row = await this.#db
      .selectFrom('request')
      .select('pending_expires_at')
      .where('state', 'in', ['pending', 'approved'])
      .where('pending_expires_at', 'is not', null)
      .orderBy('pending_expires_at')
      .limit(1)
      .executeTakeFirst();
    return row?.pending_expires_at ?? undefined;
  }

  /** Ids of earlier requests of the same requester with the same idempotency key. */
  async withIdempotencyKey(requester: Requester, idempotencyKey: string): Promise<readonly string[]> {
    const rows = await this.#db
      .selectFrom('request')
      .select('id')
      .where('subject_key', '=', subjectKey(requester))
      .where('idempotency_key', '=', idempotencyKey)
      .execute();
    return rows.map(({ id }) => id);
  }

  async #whole(row: Selectable<IssuerSchema['request']>): Promise<AccessRequest> {
    const decision = await this.#db
      .selectFrom('decision')
      .select('decision_json')
      .where('request', '=', row.id)
      .orderBy('seq', 'desc')
      .limit(1)
      .executeTakeFirst();
    const approvals = await this.approvals(row.id);
    return {
      id: row.id,
      requester: JSON.parse(row.requester_json),
      detail: JSON.parse(row.detail_json),
      sourceIp: row.source_ip,
      createdAt: row.created_at,
      ...(row.pending_expires_at === null ? {} : { pendingExpiresAt: row.pending_expires_at }),
      ...(row.approved_at === null ? {} : { approvedAt: row.approved_at }),
      ...(row.binding_message === null ? {} : { bindingMessage: row.binding_message }),
      canonicalHash: row.canonical_hash,
      state: row.state,
      ...(decision === undefined ? {} : { decision: JSON.parse(decision.decision_json) }),
      approvals: approvals.map(({ human: _human, ...approval }) => approval),
    };
  }
}

/** The number behind the last of a request, found in the statement that writes it. */
function nextSeq(table: 'decision' | 'approval', request: string) {
  return sql<number>`(select coalesce(max(seq), 0) + 1 from ${sql.table(table)} where request = ${request})`;
}
