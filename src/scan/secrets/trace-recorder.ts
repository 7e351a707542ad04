import { PositionTracker, unitsOfLine } from './position-tracker.ts';
import type { Rule } from './rule.ts';
import type { Considered, Trace, TraceReason } from './trace.ts';

/** What is told with a reason. */
export type TraceDetail = Pick<Considered, 'by' | 'encoding'>;

interface Noted extends TraceDetail {
  readonly rule: string;
  readonly reason: TraceReason;
  readonly start: number;
  readonly units: number;
}

/** Keeps what a search considered until its lines and columns are counted; counting goes forward only. */
export class TraceRecorder {
  readonly #trace: Trace;
  readonly #positions = new PositionTracker();
  #noted: Noted[] = [];

  constructor(trace: Trace) {
    this.#trace = trace;
  }

  /**
   * @param from, to - where the place is in `bytes`.
   * @param start - the offset of `bytes` in the whole text.
   */
  note(
    rule: Rule,
    reason: TraceReason,
    place: { from: number; to: number; bytes: Uint8Array; start: number },
    detail: TraceDetail,
  ): void {
    const { from, to, bytes, start } = place;
    this.#noted.push({ ...detail, rule: rule.id, reason, start: start + from, units: unitsOfLine(bytes, from, to) });
  }

  /** Tells of all that begin before an offset; `bytes` begins at `start` and holds everything since the last call's offset. */
  tell(before: number, bytes: Uint8Array, start: number): void {
    const ready = this.#noted.filter((noted) => noted.start < before).sort((a, b) => a.start - b.start);
    this.#noted = this.#noted.filter((noted) => noted.start >= before);
    for (const { start: at, units, ...noted } of ready) {
      const { line, column } = this.#positions.at(at, bytes, start);
      this.#trace({ ...noted, line, column, endColumn: column + units });
    }
    this.#positions.at(before, bytes, start);
  }
}
