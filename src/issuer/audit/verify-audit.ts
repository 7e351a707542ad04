import type { AuditEvent } from '../../model/audit-event.ts';
import { auditHash, CHAIN_START } from '../../store/issuer/audit-hash.ts';
import type { AuditSegment } from '../../store/issuer/audit-segment-table.ts';
import type { Checkpoint } from '../../store/issuer/audit-table.ts';
import { verifyCheckpoint } from '../keys.ts';
import { type AuditSource, type ChainReference, checkpointOf, type Place, referencesIn } from './audit-source.ts';
import { type SegmentManifest, segmentPayload } from './segment-file.ts';

export interface AuditProblem {
  /** Where: the sequence number, or for a line that cannot be read the one that was expected there. */
  readonly seq: number;
  readonly what: string;
  /** Of which chain, where there are several. */
  readonly chain?: string;
  /** Where it stands, for what was read from a file. */
  readonly place?: Place;
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
  let missing = false;
  const unreadable: AuditProblem[] = [];
  for await (const item of source.items) {
    if (item.kind === 'unreadable') {
      const { place } = item;
      const seq = current?.skip() ?? source.from ?? 1;
      unreadable.push({ seq, what: `line ${place.line} is no audit event`, place });
      continue;
    }
    if (item.kind === 'segment') {
      current = checkOf(item.segment.chain);
      current.enter(item.segment, item.place);
      continue;
    }
    if (item.kind === 'missing') {
      current = checkOf(item.segment.chain);
      current.miss(item.segment);
      missing = true;
      continue;
    }
    const { event } = item;
    current = checkOf(event.chain);
    current.take(event, item.place);
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
  // What leases were handed out with may stand in a segment that is missing.
  for (const lease of missing ? [] : (source.handedOut ?? []))
    if (!active.has(lease)) problems.push({ seq: 0, what: `lease "${lease}" was handed out without an event` });
  return { ok: problems.length === 0, events, problems };
}

/** One chain as it is read. */
class ChainCheck {
  readonly chain: string;
  readonly #source: AuditSource;
  readonly #problems: AuditProblem[] = [];
  readonly #checkpoints = new Map<number, Checkpoint[]>();
  readonly #known = new Map<number, { readonly hash: string; readonly place?: Place | undefined }>();
  readonly #wanted = new Set<number>();
  readonly #segments: SegmentManifest[] = [];
  /** The first that should be there. */
  #from: number;
  #expected: number;
  #prevHash: string | undefined;
  /** Up to where nothing can be said of checkpoints, since a segment is missing. */
  #missingTo = 0;
  #place: Place | undefined;
  events = 0;

  constructor(chain: string, source: AuditSource) {
    this.chain = chain;
    this.#source = source;
    this.#from = source.from ?? 1;
    this.#expected = this.#from;
    this.#prevHash = this.#expected === 1 ? CHAIN_START : undefined;
  }

  /** Number of the last event. */
  get last(): number {
    return this.#expected - 1;
  }

  /** Undefined when the event is not there, or was not wanted when it was read. */
  hashAt(seq: number): string | undefined {
    return this.#known.get(seq)?.hash;
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

  /** A segment begins, of the store's or of an exported file, which need not be the first. */
  enter(segment: SegmentManifest, place: Place | undefined): void {
    const { from, to, prevHash } = segment;
    const first = this.events === 0 && this.#source.handedOut === undefined;
    if (!first && from !== this.#expected)
      this.#problems.push({ seq: from, what: `a segment begins where ${this.#expected} should`, ...at(place) });
    if (first) this.#prevHash = prevHash;
    this.#expected = from;
    if (first) this.#from = from;
    this.#segments.push(segment);
    this.#wanted.add(to);
  }

  miss(segment: AuditSegment): void {
    const { from, to, hash, file } = segment;
    this.#segments.push(segment);
    this.want(to);
    this.#known.set(to, { hash });
    this.#problems.push({ seq: from, what: `the segment up to ${to} is missing: ${file}` });
    this.#expected = to + 1;
    this.#prevHash = hash;
    this.#missingTo = to;
  }

  take(event: AuditEvent, place: Place | undefined): void {
    this.events += 1;
    this.#problems.push(...flawsOf(event, this.#expected, this.#prevHash).map((flaw) => ({ ...flaw, ...at(place) })));
    const checkpoint = checkpointOf(event);
    if (checkpoint !== undefined) this.remember(checkpoint);
    this.#known.set(event.seq, { hash: event.hash, place });
    // A checkpoint stands a little behind the event that it names: only so many hashes are kept.
    if (!this.#wanted.has(event.seq - WINDOW)) this.#known.delete(event.seq - WINDOW);
    this.#expected = event.seq + 1;
    this.#prevHash = event.hash;
    this.#place = place;
  }

  async problems(): Promise<readonly AuditProblem[]> {
    const flaws: AuditProblem[] = [];
    for (const segment of this.#segments) flaws.push(...(await this.#segmentFlaws(segment)));
    for (const checkpoint of [...this.#checkpoints.values()].flat()) {
      const what = await this.#checkpointFlaw(checkpoint);
      const { seq } = checkpoint;
      // What was cut off is missing behind the last that is there.
      const place = seq > this.last ? this.#place : this.#known.get(seq)?.place;
      if (what !== undefined) flaws.push({ seq, what, ...at(place) });
    }
    return [...this.#problems, ...flaws];
  }

  async #segmentFlaws(segment: SegmentManifest): Promise<readonly AuditProblem[]> {
    const { to: seq } = segment;
    const signed = await verifyCheckpoint(segment.signature, this.#source.auditKeys);
    if (signed === undefined) return [{ seq, what: 'a segment is not signed by a key of this issuer' }];
    const payload = segmentPayload(segment);
    if (!Object.entries(payload).every(([name, value]) => signed[name] === value))
      return [{ seq, what: 'a segment says something else than what was signed' }];
    const known = this.#known.get(seq);
    if (seq > this.last || known === undefined)
      return [{ seq, what: 'a segment does not have its last event', ...at(this.#place) }];
    return known.hash === segment.hash
      ? []
      : [{ seq, what: 'the last event of a segment is not the one that was signed', ...at(known.place) }];
  }

  async #checkpointFlaw(checkpoint: Checkpoint): Promise<string | undefined> {
    const { seq } = checkpoint;
    const signed = await verifyCheckpoint(checkpoint.signature, this.#source.auditKeys);
    if (signed === undefined) return 'a checkpoint is not signed by a key of this issuer';
    if (signed.chain !== checkpoint.chain || signed.seq !== seq || signed.hash !== checkpoint.hash)
      return 'a checkpoint says something else than what was signed';
    if (seq > this.last) return `the chain ends at ${this.last}: what came up to this checkpoint was cut off`;
    const known = this.#known.get(seq);
    if (known === undefined)
      return seq >= this.#from && seq > this.#missingTo ? 'a checkpoint names an event that is not there' : undefined;
    return known.hash === checkpoint.hash ? undefined : 'the event is not the one that was signed';
  }
}

function at(place: Place | undefined): { readonly place?: Place } {
  return place === undefined ? {} : { place };
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

function remember(checkpoints: Map<number, Checkpoint[]>, checkpoint: Checkpoint): void {
  const same = checkpoints.get(checkpoint.seq) ?? [];
  if (!same.some(({ signature }) => signature === checkpoint.signature))
    checkpoints.set(checkpoint.seq, [...same, checkpoint]);
}
