import { type Answer, and } from '../model/answer.ts';
import type { Location } from '../model/location.ts';

/** One step in the graph: whoever has `from` has `to`. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  /** `is` (secret → credential) · `authenticates` (→ principal) · otherwise how one principal becomes another. */
  readonly how: string;
  readonly answer: Answer;
  /** What is used, for people. */
  readonly uses: readonly string[];
  /** The places that prove it. */
  readonly locations: readonly Location[];
  /** Ids of the grants, trusts, credentials and secrets that prove it. */
  readonly evidence: readonly string[];
}

const HUB = 'hub:';

/** A node that stands for what many have in common, so that many-to-many costs as much as the sum of both sides. */
export function hubId(name: string): string {
  return `${HUB}${name}`;
}

/** Whether a node is no row of the inventory. */
export function isHub(node: string): boolean {
  return node.startsWith(HUB);
}

/** The steps of a path as people know them: what goes through a hub is one step. */
export function withoutHubs(steps: readonly Edge[]): readonly Edge[] {
  const whole: Edge[] = [];
  for (const step of steps) {
    const last = whole.at(-1);
    if (last === undefined || !isHub(last.to)) whole.push(step);
    else {
      whole[whole.length - 1] = {
        from: last.from,
        to: step.to,
        // What leads out of a hub may have no name of its own.
        how: step.how === '' ? last.how : step.how,
        answer: and(last.answer, step.answer),
        uses: [...last.uses, ...step.uses],
        locations: [...last.locations, ...step.locations],
        evidence: [...last.evidence, ...step.evidence],
      };
    }
  }
  return whole;
}
