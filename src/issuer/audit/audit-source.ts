import { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { AuditEvent } from '../../model/audit-event.ts';
import type { JsonObject } from '../../model/json.ts';
import { type AuditFilter, fitsFilter } from '../../store/issuer/audit-filter.ts';
import type { AuditSegment } from '../../store/issuer/audit-segment-table.ts';
import type { Checkpoint } from '../../store/issuer/audit-table.ts';
import type { IssuerStore } from '../../store/issuer/issuer-store.ts';
import { parseAuditLine } from './audit-line.ts';
import { parseManifest, type SegmentManifest } from './segment-file.ts';
import { CHECKPOINT_EVENT } from './write-checkpoint.ts';

/** Where something stands that was read from a file. */
export interface Place {
  /** As it was named; absent where there is one file only. */
  readonly file?: string;
  /** From 1. */
  readonly line: number;
}

/** One thing of a log, in the order in which it is read. */
export type AuditItem =
  | { readonly kind: 'event'; readonly event: AuditEvent; readonly place?: Place }
  /** A line that is no event. */
  | { readonly kind: 'unreadable'; readonly place: Place }
  /** Here a segment begins. */
  | { readonly kind: 'segment'; readonly segment: SegmentManifest; readonly place?: Place }
  /** Here a segment should be that nobody has. */
  | { readonly kind: 'missing'; readonly segment: AuditSegment };

/** Opens the file of a segment, by its name; undefined where there is none. */
export type FindSegment = (name: string) => AsyncIterable<string> | undefined;

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
  readonly items: AsyncIterable<AuditItem>;
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

/** All chains in the store behind what was archived of them, joined to its leases. */
export async function storedAudit(
  store: IssuerStore,
  auditKeys: readonly JsonObject[],
  exported: readonly Checkpoint[] = [],
  find: FindSegment = () => undefined,
): Promise<AuditSource> {
  return await store.read(async ({ audit, auditSegments, leases }) => {
    const chains = await audit.chains();
    const checkpoints = await audit.checkpoints();
    const segments = await auditSegments.list();
    const references: ChainReference[] = [];
    for (const chain of chains) {
      const [first] = segments.filter((segment) => segment.chain === chain);
      const events = first === undefined ? await audit.after(0, 1, chain) : await firstEvents(find(first.file));
      references.push(...events.flatMap(referencesIn));
    }
    const handedOut = new Set(await leases.handedOut());
    return {
      items: storedItems(store, chains, segments, find),
      checkpoints: [...checkpoints, ...exported],
      auditKeys,
      handedOut,
      references,
    };
  });
}

async function* storedItems(
  store: IssuerStore,
  chains: readonly string[],
  segments: readonly AuditSegment[],
  find: FindSegment,
): AsyncGenerator<AuditItem> {
  for (const chain of chains) {
    for (const segment of segments.filter((one) => one.chain === chain)) {
      const lines = find(segment.file);
      if (lines === undefined) {
        yield { kind: 'missing', segment };
        continue;
      }
      yield { kind: 'segment', segment };
      // Its own manifest says the same, or is a problem of its own.
      for await (const item of parsed(lines, segment.file))
        if (item.kind !== 'segment' || !same(item.segment, segment)) yield item;
    }
    for await (const event of pages(store, [chain])) yield { kind: 'event', event };
  }
}

function same(one: SegmentManifest, other: SegmentManifest): boolean {
  const { chain, from, to, hash, prevHash } = one;
  return (
    chain === other.chain &&
    from === other.from &&
    to === other.to &&
    hash === other.hash &&
    prevHash === other.prevHash
  );
}

async function firstEvents(lines: AsyncIterable<string> | undefined): Promise<readonly AuditEvent[]> {
  if (lines === undefined) return [];
  for await (const item of parsed(lines)) if (item.kind === 'event') return [item.event];
  return [];
}

/** Chains as JSON Lines, as `lapse audit export` and the file sink write it. */
export function exportedAudit(
  lines: AsyncIterable<string>,
  auditKeys: readonly JsonObject[],
  checkpoints: readonly Checkpoint[] = [],
): AuditSource {
  return { items: parsed(lines), checkpoints, auditKeys };
}

/** Every chain, one after the other: whole, or what fits `filter`. */
export async function* storedEvents(store: IssuerStore, filter: AuditFilter = {}): AsyncGenerator<AuditEvent> {
  const chains = await store.read(({ audit }) => audit.chains());
  for await (const event of pages(store, chains)) if (fitsFilter(event, filter)) yield event;
}

/** @throws {AppError} ERR_USAGE for a line that is no event. */
export async function* exportedEvents(lines: AsyncIterable<string>, filter: AuditFilter): AsyncGenerator<AuditEvent> {
  for await (const item of parsed(lines)) {
    if (item.kind === 'unreadable') throw new AppError('ERR_USAGE', `line ${item.place.line} is no audit event`);
    if (item.kind === 'event' && fitsFilter(item.event, filter)) yield item.event;
  }
}

/** Checkpoints that stand in an export, to hold the store against. */
export async function checkpointsIn(lines: AsyncIterable<string>): Promise<readonly Checkpoint[]> {
  const found: Checkpoint[] = [];
  for await (const item of parsed(lines)) {
    const checkpoint = item.kind === 'event' ? checkpointOf(item.event) : undefined;
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

async function* parsed(lines: AsyncIterable<string>, file?: string): AsyncGenerator<AuditItem> {
  let line = 0;
  for await (const text of lines) {
    line += 1;
    if (text === '') continue;
    const place = { ...(file === undefined ? {} : { file }), line };
    const event = parseAuditLine(text);
    const segment = event === undefined ? parseManifest(text) : undefined;
    if (event !== undefined) yield { kind: 'event', event, place };
    else if (segment !== undefined) yield { kind: 'segment', segment, place };
    else yield { kind: 'unreadable', place };
  }
}
