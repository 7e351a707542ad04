import type { Snapshot } from '../../model/snapshot.ts';
import type { ReportedFinding, Resolution, ResolvedFinding } from '../../report/compliance/compliance-report.ts';
import type { FindingHistory } from '../../store/inventory/inventory-store.ts';

export type FindingTimes = Pick<ReportedFinding, 'firstSeen' | 'since' | 'lastSeen' | 'reopened'>;

/** Reads times off histories, by the snapshots of what policies judged. */
export class Judgements {
  readonly #times: ReadonlyMap<number, string>;
  /** Oldest first. */
  readonly #judged: readonly Snapshot[];

  constructor(snapshots: readonly Snapshot[], point: number) {
    this.#times = new Map(snapshots.map(({ id, at }) => [id, at]));
    this.#judged = snapshots.filter(({ id, source }) => id <= point && source === 'findings');
  }

  get latest(): Snapshot | undefined {
    return this.#judged.at(-1);
  }

  get first(): Snapshot | undefined {
    return this.#judged[0];
  }

  /** Of a finding that is there. One that could not be judged lately was seen when it was. */
  times({ spans }: FindingHistory): FindingTimes {
    const begin = spans[0]?.from ?? 0;
    const since = spans.at(-1)?.from ?? begin;
    const whole = this.#judged.findLast(({ complete }) => complete);
    return {
      firstSeen: this.#timeOf(begin),
      since: this.#timeOf(since),
      lastSeen: this.#timeOf(Math.max(since, whole?.id ?? 0)),
      reopened: spans.length > 1,
    };
  }

  /**
   * Of a finding that is gone; undefined for one that is there.
   *
   * @param isThere - whether a row is still in the inventory.
   */
  resolution(
    { spans, finding }: FindingHistory,
    isThere: (subject: string) => boolean,
  ): Omit<ResolvedFinding, 'controls'> | undefined {
    const end = spans.at(-1)?.to;
    if (end === undefined) return undefined;
    const last = this.#judged.findLast(({ id }) => id < end);
    const ending = this.#judged.find(({ id }) => id === end);
    const how: Resolution =
      last?.revision !== ending?.revision ? 'other-policy' : isThere(finding.subject) ? 'fixed' : 'subject-gone';
    return {
      finding,
      firstSeen: this.#timeOf(spans[0]?.from ?? end),
      lastSeen: this.#timeOf(last?.id ?? end),
      resolvedAt: this.#timeOf(end),
      how,
    };
  }

  #timeOf(snapshot: number): string {
    return this.#times.get(snapshot) ?? '';
  }
}
