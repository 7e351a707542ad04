import type { LabelledCase } from './labelled-cases.ts';

/** Cases that were to be found and not to be, and how many of each were reported. */
interface Tally {
  readonly positives: number;
  readonly found: number;
  readonly negatives: number;
  readonly wrong: number;
}

/** Counts what is reported in cases: a case counts as found when anything is reported in it. */
export function tally(cases: readonly LabelledCase[], isReported: (one: LabelledCase) => boolean): Tally {
  const positives = cases.filter((one) => one.expect);
  const negatives = cases.filter((one) => !one.expect);
  return {
    positives: positives.length,
    found: positives.filter(isReported).length,
    negatives: negatives.length,
    wrong: negatives.filter(isReported).length,
  };
}

/** One line of a table. */
export function tallyLine(name: string, { positives, found, negatives, wrong }: Tally): string {
  const columns = [
    percent(found, positives),
    positives,
    percent(wrong, negatives),
    negatives,
    percent(found, found + wrong),
  ];
  return name.padEnd(28) + columns.map((column) => String(column).padStart(10)).join('');
}

export const TALLY_HEADER = `${''.padEnd(28)}${['recall', 'of', 'false', 'of', 'precision'].map((word) => word.padStart(10)).join('')}`;

/** The mean of the recalls of all sources that have something to find. */
export function meanRecall(cases: readonly LabelledCase[], isReported: (one: LabelledCase) => boolean): string {
  const sources = [...new Set(cases.filter((one) => one.expect).map((one) => one.source))];
  const recalls = sources.map((source) => {
    const { found, positives } = tally(
      cases.filter((one) => one.source === source),
      isReported,
    );
    return found / positives;
  });
  return percent(
    recalls.reduce((sum, recall) => sum + recall, 0),
    recalls.length,
  );
}

export function percent(part: number, whole: number): string {
  return whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`;
}
