import type { Report } from './tools.ts';

const GENERIC = 'generic-api-key';
/** A finding that begins a line or two away is the same: tools place those of several lines differently. */
const NEAR = 2;

/** Which of another tool's findings lapse has too, and how many generic ones each has. */
export function compareFindings(own: readonly Report[], other: readonly Report[]): string {
  const lines = new Map<string, number[]>();
  for (const { path, line } of own) lines.set(path, [...(lines.get(path) ?? []), line]);
  const isFound = ({ path, line }: Report) => lines.get(path)?.some((at) => Math.abs(at - line) <= NEAR) === true;
  const specific = other.filter(({ rule }) => rule !== GENERIC);
  const missed = specific.filter((report) => !isFound(report));
  const share = specific.length === 0 ? 1 : 1 - missed.length / specific.length;
  const generic = own.filter((report) => report.generic === true).length;
  return [
    `of gitleaks' ${specific.length} other than ${GENERIC}, lapse has ${specific.length - missed.length}: ${(100 * share).toFixed(1)} %`,
    `generic: lapse ${generic}, gitleaks ${other.length - specific.length}`,
    ...missed.map(({ rule, path, line }) => `missed: ${rule} ${path}:${line}`),
  ].join('\n');
}
