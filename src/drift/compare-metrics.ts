import type { DriftMetric } from './drift.ts';
import type { Measurement } from './measure.ts';

/**
 * Puts the numbers of two points side by side, in the order of the later ones. What is counted by name (kinds, environments)
 * and has no entry at one point was 0 there; any other number that is missing is not known.
 *
 * @param before - undefined for the point before the first snapshot, where nothing was known.
 */
export function compareMetrics(
  before: readonly Measurement[] | undefined,
  after: readonly Measurement[],
): readonly DriftMetric[] {
  const earlier = new Map(before?.map((measurement) => [measurement.id, measurement.value]));
  const later = new Set(after.map(({ id }) => id));
  const gone = (before ?? []).filter(({ id }) => !later.has(id));
  const both = [
    ...after,
    ...gone.map((measurement) => ({ ...measurement, value: missing(measurement.named, before) })),
  ];
  return both.map(({ value, named, ...metric }) => {
    const was = earlier.get(metric.id);
    const previous = was === undefined ? missing(named, before) : was;
    const delta = previous === null || value === null ? null : Math.round((value - previous) * 10) / 10;
    return { ...metric, before: previous, after: value, delta };
  });
}

function missing(named: true | undefined, before: readonly Measurement[] | undefined): 0 | null {
  return named === true && before !== undefined ? 0 : null;
}
