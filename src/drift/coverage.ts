import type { SourceState } from '../model/source-state.ts';
import type { CoverageNote, DriftCoverage } from './drift.ts';

/** Compares what two points rest on: a number may have moved because more or less was looked at. */
export function compareCoverage(
  before: readonly SourceState[],
  after: readonly SourceState[],
  from: number,
): DriftCoverage {
  const earlier = new Map(before.map((state) => [state.source, state]));
  const notes = after.flatMap((state): CoverageNote[] => {
    const { source, latest, unreadUnits } = state;
    const was = earlier.get(source);
    const tellingUnits = { before: was?.tellingUnits ?? 0, after: state.tellingUnits };
    const note = { source, at: latest.at, unreadUnits, tellingUnits, problems: latest.problems.length };
    const kinds: CoverageNote['kind'][] = [];
    if (was === undefined) kinds.push('new');
    else if (latest.id <= from) kinds.push('stale');
    if (!latest.complete) kinds.push('incomplete');
    else if (was !== undefined && !was.latest.complete) kinds.push('complete-again');
    if (tellingUnits.after < tellingUnits.before) kinds.push('fewer-files');
    return kinds.map((kind) => ({ ...note, kind }));
  });
  return { before, after, notes, complete: after.every(({ latest }) => latest.complete) };
}
