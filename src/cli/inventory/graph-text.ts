import type { AccessGraph } from '../../graph/access-graph.ts';
import type { AccessPath } from '../../graph/paths.ts';
import { formatLocation } from '../../model/location.ts';
import { pathLines, stepLine } from '../../report/path-lines.ts';
import { evidenceRows } from './evidence.ts';

/** Rows of evidence that a terminal shows of one step. */
const MOST = 4;

/** A path for people, with what proves each step under it. */
export function provenPathLines(path: AccessPath, graph: AccessGraph, now: Date): readonly string[] {
  const [start = '', ...rest] = pathLines(path, graph, now);
  const end = rest.slice(path.steps.length);
  return [
    start,
    ...path.steps.flatMap((step) => {
      const rows = evidenceRows(step.evidence, graph.inventory);
      const more = rows.length - MOST;
      return [
        stepLine(step, graph, now),
        ...rows.slice(0, MOST).map(({ kind, says, via, location }) => {
          const by = via.length === 0 ? '' : ` by ${via.join(' › ')}`;
          return `    ${kind}: ${says}${by}${location === null ? '' : `  [${formatLocation(location)}]`}`;
        }),
        ...(more > 0 ? [`    and ${more} more`] : []),
      ];
    }),
    ...end,
  ];
}
