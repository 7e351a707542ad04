import type { AccessRequest } from '../model/access-request.ts';
import type { IssuerTables } from '../store/issuer/issuer-store.ts';
import { decide, type Evaluated } from './decide.ts';
import { deniedEvent } from './denied-event.ts';
import type { IssuerParts, Target } from './parts.ts';
import { lastMoment, waitsUntil } from './request-times.ts';

const WAITING = ['pending', 'approved'] as const;

/** Requests that wait, for people or to be claimed: how long, and what becomes of them when policy changes. */
export class WaitingRequests {
  readonly #parts: IssuerParts;

  constructor(parts: IssuerParts) {
    this.#parts = parts;
  }

  /** The request as it is now; one whose time is over is expired first. */
  async expireIfOverdue(id: string): Promise<AccessRequest | undefined> {
    const found = await this.#parts.store.read(({ requests }) => requests.find(id));
    if (found === undefined || !isOverdue(found, this.#parts.now())) return found;
    return await this.#parts.write((tables, now) => expire(tables, found, now));
  }

  /** Expires every request whose time is over. */
  async expireOverdue(): Promise<number> {
    const overdue = await this.#parts.store.read(({ requests }) => requests.overdue(this.#parts.now(), 200));
    if (overdue.length === 0) return 0;
    await this.#parts.write(async (tables, now) => {
      for (const request of overdue) await expire(tables, request, now);
    });
    return overdue.length;
  }

  /** Asks policy again where it has changed since it decided on this request; approvals for the old policy are void then. */
  async withCurrentDecision(request: AccessRequest, target: Target): Promise<AccessRequest> {
    if (request.decision?.policy_revision === this.#parts.policy.revision) return request;
    const evaluated = await decide(this.#parts, target, request, []);
    if (evaluated.decision.effect === 'deny') return await this.refuse(request, evaluated);
    return await this.reopen(request, evaluated);
  }

  /** Back to waiting, under a new decision. An allow needs nobody any more. */
  async reopen(request: AccessRequest, evaluated: Evaluated): Promise<AccessRequest> {
    const { decision } = evaluated;
    const reopened = await this.#parts.write(async (tables, now) => {
      const held = await tables.requests.hold(request.id);
      if (held === undefined) return request;
      await tables.requests.addDecision(request.id, decision, evaluated.inputHash, now);
      const allowed = decision.effect === 'allow';
      const state = allowed ? 'approved' : 'pending';
      const moved = await tables.requests.move(request.id, WAITING, state, {
        ...(allowed ? { approvedAt: now.toISOString() } : {}),
        pendingExpiresAt: allowed
          ? lastMoment(held.detail, now).toISOString()
          : earlier(held.pendingExpiresAt, waitsUntil(held.detail, decision, this.#parts.settings.pendingTtl, now)),
      });
      if (moved)
        await tables.audit.append(
          {
            ...placeOf(request),
            event: 'request.reopened',
            detail: { state, rule: decision.rule, policy_revision: decision.policy_revision },
          },
          now,
        );
      return (await tables.requests.find(request.id)) ?? request;
    });
    if (reopened.pendingExpiresAt !== undefined) this.#parts.wake(new Date(reopened.pendingExpiresAt));
    return reopened;
  }

  /** Policy says no to what was waiting. */
  async refuse(request: AccessRequest, { decision, inputHash }: Evaluated): Promise<AccessRequest> {
    return await this.#parts.write(async (tables, now) => {
      await tables.requests.addDecision(request.id, decision, inputHash, now);
      await tables.requests.move(request.id, WAITING, 'denied');
      await tables.audit.append(deniedEvent(request, decision), now);
      return (await tables.requests.find(request.id)) ?? request;
    });
  }
}

/** Where a request stands in the audit log. */
export function placeOf(request: AccessRequest) {
  return { actor: 'system', target: request.detail.target, request: request.id };
}

export function isOverdue(request: AccessRequest, now: Date): boolean {
  if (request.state !== 'pending' && request.state !== 'approved') return false;
  return request.pendingExpiresAt !== undefined && request.pendingExpiresAt <= now.toISOString();
}

async function expire(tables: IssuerTables, request: AccessRequest, now: Date): Promise<AccessRequest> {
  const moved = await tables.requests.move(request.id, WAITING, 'expired');
  if (moved) await tables.audit.append({ ...placeOf(request), event: 'request.expired', detail: {} }, now);
  return (await tables.requests.find(request.id)) ?? request;
}

function earlier(one: string | undefined, other: Date): string {
  const text = other.toISOString();
  return one !== undefined && one < text ? one : text;
}
