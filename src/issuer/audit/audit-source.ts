import { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { AuditEvent } from '../../model/audit-event.ts';
import type { JsonObject } from '../../model/json.ts';
import { type AuditFilter, fitsFilter } from '../../store/issuer/audit-filter.ts';
import type { Checkpoint } from '../../store/issuer/audit-table.ts';
import type { IssuerStore } from '../../store/issuer/issuer-store.ts';
import { parseAuditLine } from './audit-line.ts';
import { CHECKPOINT_EVENT } from './write-checkpoint.ts';

/** A line that is no event, where it stands. */
export interface UnreadableLine {
  /** From 1. */
  readonly line: number;
}

/** What the first event of one chain says of where another ended. */
export interface ChainReference {
  readonly chain: string;
  readonly seq: number;
  readonly hash: string;
  /** The chain that says it. */
  readonly by: string;
}

/** Chains to verify, from the store or from an export. */
export interface AuditSource {
  /** In the order in which they stand. */
  readonly events: AsyncIterable<AuditEvent | UnreadableLine>;
  /** Signed heads, beside those that stand in the chain as events. */
  readonly checkpoints: readonly Checkpoint[];
  /** Public halves of the keys that sign checkpoints. */
  readonly auditKeys: readonly JsonObject[];
  /** Ids of leases that were handed out, so that each can be looked for; absent for an export. */
  readonly handedOut?: ReadonlySet<string>;
  /** What the beginnings of chains say of others; absent where that is found in the events as they come. */
  readonly references?: readonly ChainReference[];
  /** Sequence number of the first event, for an export that starts later than the chain. */
  readonly from?: number;
}

const PAGE = 1000;

/** All chains in the store, joined to its leases. */
export async function storedAudit(
  store: IssuerStore,
  auditKeys: readonly JsonObject[],
  exported: readonly Checkpoint[] = [],
): Promise<AuditSource> {
  return await store.read(async ({ audit, leases }) => {
    const chains = await audit.chains();
    const checkpoints = await audit.checkpoints();
    const references: ChainReference[] = [];
    for (const chain of chains) references.push(...(await audit.after(0, 1, chain)).flatMap(referencesIn));
    const handedOut = new Set(await leases.handedOut());
    return {
      events: pages(store, chains),
      checkpoints: [...checkpoints, ...exported],
      auditKeys,
      handedOut,
      references,
    };
  });
}

/** Chains as JSON Lines, as `lapse audit export` and the file sink write it. */
export function exportedAudit(
  lines: AsyncIterable<string>,
  auditKeys: readonly JsonObject[],
  checkpoints: readonly Checkpoint[] = [],
): AuditSource {
  return { events: parsed(lines), checkpoints, auditKeys };
}

/** Every chain, one after the other: whole, or what fits `filter`. */
export async function* storedEvents(store: IssuerStore, filter: AuditFilter = {}): AsyncGenerator<AuditEvent> {
  const chains = await store.read(({ audit }) => audit.chains());
  for await (const event of pages(store, chains)) if (fitsFilter(event, filter)) yield event;
}

/** @throws {AppError} ERR_USAGE for a line that is no event. */
export async function* exportedEvents(lines: AsyncIterable<string>, filter: AuditFilter): AsyncGenerator<AuditEvent> {
  for await (const event of parsed(lines)) {
    if ('line' in event) throw new AppError('ERR_USAGE', `line ${event.line} is no audit event`);
    if (fitsFilter(event, filter)) yield event;
  }
}

/** Checkpoints that stand in an export, to hold the store against. */
export async function checkpointsIn(lines: AsyncIterable<string>): Promise<readonly Checkpoint[]> {
  const found: Checkpoint[] = [];
  for await (const event of parsed(lines)) {
    const checkpoint = 'line' in event ? undefined : checkpointOf(event);
    if (checkpoint !== undefined) found.push(checkpoint);
  }
  return found;
}

const checkpointDetail = z.object({ seq: z.number(), hash: z.string(), signature: z.string() });

/** The checkpoint that an event of the chain carries. */
export function checkpointOf(event: AuditEvent): Checkpoint | undefined {
  if (event.event !== CHECKPOINT_EVENT) return undefined;
  const detail = checkpointDetail.safeParse(event.detail);
  return detail.success ? { chain: event.chain, at: event.at, ...detail.data } : undefined;
}

const headsDetail = z.object({ heads: z.array(z.object({ chain: z.string(), seq: z.number(), hash: z.string() })) });

export function referencesIn(event: AuditEvent): readonly ChainReference[] {
  if (event.event !== 'audit.chain_started') return [];
  const detail = headsDetail.safeParse(event.detail);
  return detail.success ? detail.data.heads.map((head) => ({ ...head, by: event.chain })) : [];
}

async function* pages(store: IssuerStore, chains: readonly string[]): AsyncGenerator<AuditEvent> {
  for (const chain of chains)
    for (let after = 0; ; ) {
      const events = await store.read(({ audit }) => audit.after(after, PAGE, chain));
      yield* events;
      const last = events.at(-1);
      if (last === undefined) break;
      after = last.seq;
    }
}

async function* parsed(lines: AsyncIterable<string>): AsyncGenerator<AuditEvent | UnreadableLine> {
  let line = 0;
  for await (const text of lines) {
    line += 1;
    if (text === '') continue;
    yield parseAuditLine(text) ?? { line };
  }
}
