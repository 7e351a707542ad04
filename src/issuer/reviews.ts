import { AppError } from '../errors.ts';
import type { AccessRequest } from '../model/access-request.ts';
import type { Review } from '../model/review.ts';
import type { IssuerTables } from '../store/issuer/issuer-store.ts';
import type { CallContext } from './issuer.ts';
import type { IssuerParts } from './parts.ts';
import { randomId } from './random-id.ts';

const BATCH = 200;

/** Looking at emergency access afterwards: opened by every use, closed by somebody else, told when nobody does. */
export class Reviews {
  readonly #parts: IssuerParts;

  constructor(parts: IssuerParts) {
    this.#parts = parts;
  }

  /** In the transaction in which the access is given: there is no use without its review. */
  async open(tables: IssuerTables, request: AccessRequest, now: Date): Promise<Review> {
    const { subject } = request.requester;
    const operator = await tables.operators.find(subject);
    const review: Review = {
      id: randomId('rev'),
      request: request.id,
      target: request.detail.target,
      operator: subject,
      human: operator?.human ?? subject,
      reason: request.detail.reason ?? '',
      ...(request.detail.ticket === undefined ? {} : { ticket: request.detail.ticket }),
      openedAt: now.toISOString(),
      dueAt: new Date(now.getTime() + this.#parts.settings.breakGlass.reviewWithin).toISOString(),
    };
    await tables.reviews.insert(review);
    return review;
  }

  async list(filter: { all?: boolean } = {}): Promise<readonly Review[]> {
    return await this.#parts.store.read(({ reviews }) => reviews.list(filter));
  }

  /** @throws {AppError} ERR_REVIEW_NOT_FOUND when there is none that is open; ERR_REVIEW_REFUSED for who used the access, and for who is no reviewer. */
  async close(
    id: string,
    by: string,
    said: { verdict: 'ok' | 'incident'; note: string },
    context: CallContext,
  ): Promise<Review> {
    return await this.#parts.write(async (tables, now) => {
      const review = await tables.reviews.find(id);
      if (review === undefined || review.closed !== undefined)
        throw new AppError('ERR_REVIEW_NOT_FOUND', `no open review "${id}"`);
      await this.#mayClose(tables, review, by);
      const closed = await tables.reviews.close(id, { ...said, by, at: now.toISOString() });
      if (closed === undefined) throw new AppError('ERR_REVIEW_NOT_FOUND', `no open review "${id}"`);
      await tables.audit.append(
        {
          event: 'review.closed',
          actor: `operator:${by}`,
          target: review.target,
          request: review.request,
          detail: {
            review: id,
            of: review.operator,
            verdict: said.verdict,
            note: said.note,
            source_ip: context.sourceIp,
            correlation_id: context.correlationId,
          },
        },
        now,
      );
      return closed;
    });
  }

  /** Tells of every review that nobody made in time, once. */
  async tellOverdue(): Promise<void> {
    for (;;) {
      const next = await this.#parts.store.read(({ reviews }) => reviews.nextDue());
      if (next === undefined || next > this.#parts.now().toISOString()) return;
      await this.#parts.write(async (tables, now) => {
        for (const { id, request, target, operator, dueAt } of await tables.reviews.markOverdue(now, BATCH))
          await tables.audit.append(
            {
              event: 'review.overdue',
              actor: 'system',
              target,
              request,
              detail: { review: id, of: operator, due_at: dueAt },
            },
            now,
          );
      });
    }
  }

  async #mayClose(tables: IssuerTables, review: Review, by: string): Promise<void> {
    const closer = await tables.operators.find(by);
    if (closer === undefined) throw new AppError('ERR_REVIEW_REFUSED', `"${by}" is no operator of this issuer`);
    if (closer.human === review.human || closer.name === review.operator)
      throw new AppError('ERR_REVIEW_REFUSED', `"${by}" used the access that "${review.id}" is about`, {
        hint: 'somebody else must look at it',
      });
    const { reviewers } = this.#parts.settings.breakGlass;
    if (reviewers.length === 0) return;
    const { groups } = this.#parts.settings;
    const allowed = reviewers.some((group) => closer.groups.includes(group) || groups[group]?.includes(by));
    if (!allowed) throw new AppError('ERR_REVIEW_REFUSED', `"${by}" is in no group that reviews emergency access`);
  }
}
