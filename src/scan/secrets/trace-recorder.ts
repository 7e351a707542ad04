import { PositionTracker, unitsOfLine } from './position-tracker.ts';
import type { Rule } from './rule.ts';
import type { Trace, TraceReason } from './trace.ts';

interface Noted {
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
  note(rule: Rule, reason: TraceReason, place: { from: number; to: number; bytes: Uint8Array; start: number }): void {
    const { from, to, bytes, start } = place;
    this.#noted.push({ rule: rule.id, reason, start: start + from, units: unitsOfLine(bytes, from, to) });
  }

  /** Tells of all that begin before an offset; `bytes` begins at `start` and holds everything since the last call's offset. */
  tell(before: number, bytes: Uint8Array, start: number): void {
    const ready = this.#noted.filter((noted) => noted.start < before).sort((a, b) => a.start - b.start);
    this.#noted = this.#noted.filter((noted) => noted.start >= before);
    for (const { rule, reason, units, ...noted } of ready) {
      const { line, column } = this.#positions.at(noted.start, bytes, start);
      this.#trace({ rule, reason, line, column, endColumn: column + units });
    }
    this.#positions.at(before, bytes, start);
  }
}
