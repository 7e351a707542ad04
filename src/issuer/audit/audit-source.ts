import { z } from 'zod';
import type { AuditEvent } from '../../model/audit-event.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Checkpoint } from '../../store/issuer/audit-table.ts';
import type { IssuerStore } from '../../store/issuer/issuer-store.ts';
import { parseAuditLine } from './audit-line.ts';
import { CHECKPOINT_EVENT } from './write-checkpoint.ts';

/** A line that is no event, where it stands. */
export interface UnreadableLine {
  /** From 1. */
  readonly line: number;
}

/** A chain to verify, from the store or from an export. */
export interface AuditSource {
  /** In the order in which they stand. */
  readonly events: AsyncIterable<AuditEvent | UnreadableLine>;
  /** Signed heads, beside those that stand in the chain as events. */
  readonly checkpoints: readonly Checkpoint[];
  /** Public halves of the keys that sign checkpoints. */
  readonly auditKeys: readonly JsonObject[];
  /** Ids of leases that were handed out, so that each can be looked for; absent for an export. */
  readonly handedOut?: ReadonlySet<string>;
  /** Sequence number of the first event, for an export that starts later than the chain. */
  readonly from?: number;
}

const PAGE = 1000;

/** The chain in the store, joined to its leases. */
export async function storedAudit(
  store: IssuerStore,
  auditKeys: readonly JsonObject[],
  exported: readonly Checkpoint[] = [],
): Promise<AuditSource> {
  const { checkpoints, handedOut } = await store.read(async ({ audit, leases }) => ({
    checkpoints: await audit.checkpoints(),
    handedOut: new Set(await leases.handedOut()),
  }));
  return { events: pages(store), checkpoints: [...checkpoints, ...exported], auditKeys, handedOut };
}

/** A chain as JSON Lines, as `exportAudit` and the file sink write it. */
export function exportedAudit(
  lines: AsyncIterable<string>,
  auditKeys: readonly JsonObject[],
  checkpoints: readonly Checkpoint[] = [],
): AuditSource {
  return { events: parsed(lines), checkpoints, auditKeys };
}

/** The whole chain as JSON Lines, each line with its end. */
export async function* exportAudit(store: IssuerStore): AsyncGenerator<string> {
  for await (const event of pages(store)) yield `${JSON.stringify(event)}\n`;
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

async function* pages(store: IssuerStore): AsyncGenerator<AuditEvent> {
  for (let after = 0; ; ) {
    const events = await store.read(({ audit }) => audit.after(after, PAGE));
    yield* events;
    const last = events.at(-1);
    if (last === undefined) return;
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
