import type { AuditEvent } from '../../model/audit-event.ts';
import { auditHash, CHAIN_START } from '../../store/issuer/audit-hash.ts';
import type { Checkpoint } from '../../store/issuer/audit-table.ts';
import { verifyCheckpoint } from '../keys.ts';
import { type AuditSource, checkpointOf } from './audit-source.ts';

export interface AuditProblem {
  /** Where: the sequence number, or for a line that cannot be read the one that was expected there. */
  readonly seq: number;
  readonly what: string;
}

export interface AuditVerdict {
  readonly ok: boolean;
  readonly events: number;
  readonly problems: readonly AuditProblem[];
}

const WINDOW = 10_000;

/**
 * Recomputes a chain: every hash, every link, every number, every signed checkpoint, and whether each lease that was handed out has
 * its event. Finds what was changed, added, removed or put in another order anywhere, and a tail that was cut off behind the last
 * checkpoint that it is given.
 */
export async function verifyAudit(source: AuditSource): Promise<AuditVerdict> {
  const problems: AuditProblem[] = [];
  const active = new Set<string>();
  const checkpoints = new Map<number, Checkpoint[]>();
  const known = new Map<number, string>();
  const wanted = new Set(source.checkpoints.map(({ seq }) => seq));
  for (const checkpoint of source.checkpoints) remember(checkpoints, checkpoint);
  let expected = source.from ?? 1;
  let prevHash = source.from === undefined || source.from === 1 ? CHAIN_START : undefined;
  let chain: string | undefined;
  let events = 0;

  for await (const event of source.events) {
    if ('line' in event) {
      problems.push({ seq: expected, what: `line ${event.line} is no audit event` });
      expected += 1;
      prevHash = undefined;
      continue;
    }
    events += 1;
    chain ??= event.chain;
    problems.push(...flawsOf(event, { chain, seq: expected, prevHash }));
    const checkpoint = checkpointOf(event);
    if (checkpoint !== undefined) {
      remember(checkpoints, checkpoint);
      wanted.add(checkpoint.seq);
    }
    known.set(event.seq, event.hash);
    // A checkpoint stands a little behind the event that it names: only so many hashes are kept.
    if (!wanted.has(event.seq - WINDOW)) known.delete(event.seq - WINDOW);
    if (event.event === 'lease.active' && event.lease !== undefined) active.add(event.lease);
    expected = event.seq + 1;
    prevHash = event.hash;
  }
  for (const checkpoint of [...checkpoints.values()].flat())
    problems.push(...(await checkpointFlaws(checkpoint, known, expected - 1, source)));
  for (const lease of source.handedOut ?? [])
    if (!active.has(lease)) problems.push({ seq: 0, what: `lease "${lease}" was handed out without an event` });
  return { ok: problems.length === 0, events, problems };
}

function flawsOf(
  event: AuditEvent,
  expected: { readonly chain: string; readonly seq: number; readonly prevHash: string | undefined },
): readonly AuditProblem[] {
  const { seq } = event;
  const flaws: AuditProblem[] = [];
  if (event.chain !== expected.chain) flaws.push({ seq, what: `belongs to another chain, "${event.chain}"` });
  if (seq !== expected.seq)
    flaws.push({ seq, what: `stands where ${expected.seq} should: events are missing, or out of order` });
  if (expected.prevHash !== undefined && event.prevHash !== expected.prevHash)
    flaws.push({ seq, what: 'does not follow from the event before it' });
  if (auditHash(event) !== event.hash) flaws.push({ seq, what: 'was changed: its hash does not fit its content' });
  return flaws;
}

async function checkpointFlaws(
  checkpoint: Checkpoint,
  known: ReadonlyMap<number, string>,
  last: number,
  source: AuditSource,
): Promise<readonly AuditProblem[]> {
  const { seq } = checkpoint;
  const signed = await verifyCheckpoint(checkpoint.signature, source.auditKeys);
  if (signed === undefined) return [{ seq, what: 'a checkpoint is not signed by a key of this issuer' }];
  if (signed.chain !== checkpoint.chain || signed.seq !== seq || signed.hash !== checkpoint.hash)
    return [{ seq, what: 'a checkpoint says something else than what was signed' }];
  if (seq > last) return [{ seq, what: `the chain ends at ${last}: what came up to this checkpoint was cut off` }];
  const hash = known.get(seq);
  if (hash === undefined && seq >= (source.from ?? 1))
    return [{ seq, what: 'a checkpoint names an event that is not there' }];
  if (hash !== undefined && hash !== checkpoint.hash)
    return [{ seq, what: 'the event is not the one that was signed' }];
  return [];
}

function remember(checkpoints: Map<number, Checkpoint[]>, checkpoint: Checkpoint): void {
  const same = checkpoints.get(checkpoint.seq) ?? [];
  if (!same.some(({ signature }) => signature === checkpoint.signature))
    checkpoints.set(checkpoint.seq, [...same, checkpoint]);
}
