import type { AuditEvent } from '../../model/audit-event.ts';
import type { AuditSegment } from '../../store/issuer/audit-segment-table.ts';
import type { IssuerStore } from '../../store/issuer/issuer-store.ts';
import type { IssuerKeys } from '../keys.ts';
import { segmentName, segmentPayload, writeSegment } from './segment-file.ts';

/** Events of one segment: so many are removed at once while others wait. */
const SEGMENT = 5_000;
const CLAIM = 10 * 60_000;

export interface ArchiveOptions {
  readonly store: IssuerStore;
  readonly keys: Pick<IssuerKeys, 'signCheckpoint'>;
  /** Where the files go. */
  readonly folder: string;
  /** Names of everything that reads the chains: what one of them has not had stays. */
  readonly readers: readonly string[];
  /** Who does it. */
  readonly actor: string;
  now(): Date;
  /** Events of one segment at most; fewer in tests. */
  readonly most?: number;
  /** Called between file and database: for tests of a crash there. */
  readonly written?: (segment: AuditSegment) => Promise<void>;
}

/**
 * Brings what happened before `before` from the store into signed files, and removes it from the store: the oldest part of each chain, up to
 * the first event that a lease, a request, a review or a reader still needs. The newest event of a chain always stays. A crash between file
 * and database leaves a file that nothing names; the events are archived anew.
 */
export async function archiveAudit(options: ArchiveOptions, before: Date): Promise<readonly AuditSegment[]> {
  const { store, now } = options;
  const archived: AuditSegment[] = [];
  for (const chain of await store.read(({ audit }) => audit.chains())) {
    const claim = `archive:${chain}`;
    const until = new Date(now().getTime() + CLAIM);
    if (!(await store.write(({ sharedClaims }) => sharedClaims.take(claim, store.instance, now(), until)))) continue;
    try {
      while (now() < until) {
        const segment = await archiveNext(chain, options, before);
        if (segment === undefined) break;
        archived.push(segment);
      }
    } finally {
      await store.write(({ sharedClaims }) => sharedClaims.giveBack(claim, store.instance));
    }
  }
  return archived;
}

async function archiveNext(chain: string, options: ArchiveOptions, before: Date): Promise<AuditSegment | undefined> {
  const { store, keys, folder, actor, now } = options;
  const events = await removable(chain, options, before);
  const [first, last] = [events[0], events.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const unsigned = {
    chain,
    from: first.seq,
    to: last.seq,
    prevHash: first.prevHash,
    hash: last.hash,
    at: now().toISOString(),
  };
  const signature = await keys.signCheckpoint(segmentPayload(unsigned));
  const segment: AuditSegment = { ...unsigned, signature, file: segmentName(unsigned) };
  await writeSegment(folder, segment, events);
  await options.written?.(segment);
  const { from, to, hash, file } = segment;
  await store.write(async ({ auditSegments, audit }) => {
    await auditSegments.prune(segment);
    await audit.append({ event: 'audit.archived', actor, detail: { of: chain, from, to, hash, file } }, now());
  });
  return segment;
}

/** The oldest events of a chain that nobody needs any more. */
async function removable(
  chain: string,
  { store, readers, most = SEGMENT }: ArchiveOptions,
  before: Date,
): Promise<readonly AuditEvent[]> {
  return await store.read(async ({ audit, auditCursors, auditSegments }) => {
    const head = (await audit.head(chain))?.seq ?? 0;
    const cursors = (await auditCursors.list()).filter((cursor) => cursor.chain === chain);
    const taken = readers.map((name) => cursors.find(({ sink }) => sink === name)?.seq ?? 0);
    const bound = Math.min(head - 1, ...taken);
    const events = await audit.after(await auditSegments.last(chain), most, chain);
    const young = events.findIndex(({ at }) => at >= before.toISOString());
    const last = Math.min(bound, (young < 0 ? events : events.slice(0, young)).at(-1)?.seq ?? 0);
    const needed = (await auditSegments.firstNeeded(chain, last)) ?? last + 1;
    return events.filter(({ seq }) => seq <= last && seq < needed);
  });
}
