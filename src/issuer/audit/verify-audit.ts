import type { AuditEvent } from '../../model/audit-event.ts';
import { auditHash, CHAIN_START } from '../../store/issuer/audit-hash.ts';
import type { Checkpoint } from '../../store/issuer/audit-table.ts';
import { verifyCheckpoint } from '../keys.ts';
import { type AuditSource, type ChainReference, checkpointOf, referencesIn } from './audit-source.ts';

export interface AuditProblem {
  /** Where: the sequence number, or for a line that cannot be read the one that was expected there. */
  readonly seq: number;
  readonly what: string;
  /** Of which chain, where there are several. */
  readonly chain?: string;
}

export interface AuditVerdict {
  readonly ok: boolean;
  readonly events: number;
  readonly problems: readonly AuditProblem[];
}

const WINDOW = 10_000;

/**
 * Recomputes every chain: every hash, every link, every number, every signed checkpoint, what the beginning of one chain says of the others,
 * and whether each lease that was handed out has its event. Finds what was changed, added, removed or put in another order anywhere, and a
 * tail that was cut off behind the last checkpoint that it is given.
 */
export async function verifyAudit(source: AuditSource): Promise<AuditVerdict> {
  const chains = new Map<string, ChainCheck>();
  const active = new Set<string>();
  const checkOf = (chain: string): ChainCheck => {
    const known = chains.get(chain) ?? new ChainCheck(chain, source);
    chains.set(chain, known);
    return known;
  };
  const heads: ChainReference[] = [...(source.references ?? [])];
  for (const { chain, seq } of [...source.checkpoints, ...heads]) checkOf(chain).want(seq);
  for (const checkpoint of source.checkpoints) checkOf(checkpoint.chain).remember(checkpoint);
  let current: ChainCheck | undefined;
  const unreadable: AuditProblem[] = [];
  for await (const event of source.events) {
    if ('line' in event) {
      unreadable.push({ seq: current?.skip() ?? source.from ?? 1, what: `line ${event.line} is no audit event` });
      continue;
    }
    current = checkOf(event.chain);
    current.take(event);
    if (source.references === undefined) heads.push(...referencesIn(event));
    if (event.event === 'lease.active' && event.lease !== undefined) active.add(event.lease);
  }
  const problems = [...unreadable];
  let events = 0;
  for (const check of chains.values()) {
    events += check.events;
    for (const problem of await check.problems())
      problems.push(chains.size === 1 ? problem : { ...problem, chain: check.chain });
  }
  for (const head of heads) {
    const flaw = referenceFlaw(head, chains.get(head.chain), source.handedOut !== undefined);
    if (flaw !== undefined) problems.push({ seq: head.seq, what: flaw, chain: head.chain });
  }
  for (const lease of source.handedOut ?? [])
    if (!active.has(lease)) problems.push({ seq: 0, what: `lease "${lease}" was handed out without an event` });
  return { ok: problems.length === 0, events, problems };
}

/** One chain as it is read. */
class ChainCheck {
  readonly chain: string;
  readonly #source: AuditSource;
  readonly #problems: AuditProblem[] = [];
  readonly #checkpoints = new Map<number, Checkpoint[]>();
  readonly #known = new Map<number, string>();
  readonly #wanted = new Set<number>();
  #expected: number;
  #prevHash: string | undefined;
  events = 0;

  constructor(chain: string, source: AuditSource) {
    this.chain = chain;
    this.#source = source;
    this.#expected = source.from ?? 1;
    this.#prevHash = this.#expected === 1 ? CHAIN_START : undefined;
  }

  /** Number of the last event. */
  get last(): number {
    return this.#expected - 1;
  }

  /** Undefined when the event is not there, or was not wanted when it was read. */
  hashAt(seq: number): string | undefined {
    return this.#known.get(seq);
  }

  want(seq: number): void {
    this.#wanted.add(seq);
  }

  remember(checkpoint: Checkpoint): void {
    remember(this.#checkpoints, checkpoint);
    this.#wanted.add(checkpoint.seq);
  }

  /** Something stands where an event should. @returns the number that was expected. */
  skip(): number {
    const expected = this.#expected;
    this.#expected += 1;
    this.#prevHash = undefined;
    return expected;
  }

  take(event: AuditEvent): void {
    this.events += 1;
    this.#problems.push(...flawsOf(event, this.#expected, this.#prevHash));
    const checkpoint = checkpointOf(event);
    if (checkpoint !== undefined) this.remember(checkpoint);
    this.#known.set(event.seq, event.hash);
    // A checkpoint stands a little behind the event that it names: only so many hashes are kept.
    if (!this.#wanted.has(event.seq - WINDOW)) this.#known.delete(event.seq - WINDOW);
    this.#expected = event.seq + 1;
    this.#prevHash = event.hash;
  }

  async problems(): Promise<readonly AuditProblem[]> {
    const flaws: AuditProblem[] = [];
    for (const checkpoint of [...this.#checkpoints.values()].flat())
      flaws.push(...(await checkpointFlaws(checkpoint, this.#known, this.last, this.#source)));
    return [...this.#problems, ...flaws];
  }
}

function flawsOf(event: AuditEvent, expected: number, prevHash: string | undefined): readonly AuditProblem[] {
  const { seq } = event;
  const flaws: AuditProblem[] = [];
  if (seq !== expected)
    flaws.push({ seq, what: `stands where ${expected} should: events are missing, or out of order` });
  if (prevHash !== undefined && event.prevHash !== prevHash)
    flaws.push({ seq, what: 'does not follow from the event before it' });
  if (auditHash(event) !== event.hash) flaws.push({ seq, what: 'was changed: its hash does not fit its content' });
  return flaws;
}

/** @param whole - the source has every chain that there is. */
function referenceFlaw(
  { seq, hash, by }: ChainReference,
  check: ChainCheck | undefined,
  whole: boolean,
): string | undefined {
  if (check === undefined || check.events === 0)
    return whole ? `chain "${by}" knows events of this chain, which is gone` : undefined;
  if (seq > check.last) return `the chain ends at ${check.last}, but chain "${by}" knows of this event`;
  const known = check.hashAt(seq);
  return known === undefined || known === hash ? undefined : `the event is not the one that chain "${by}" knows`;
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
