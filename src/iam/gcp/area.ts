import { type Answer, and, not, or } from '../../model/answer.ts';
import type { DeniedAt } from './denial.ts';
import type { Hierarchy } from './hierarchy.ts';

/** A node at and below which something is allowed. */
export interface Area {
  readonly node: string;
  readonly answer: Answer;
  readonly grants: readonly string[];
  /** Parts of it where it is denied after all. */
  readonly except: readonly DeniedAt[];
}

/** Takes from areas what is denied: where the rule stands above, all of it; where it stands below, a part. */
export function withoutDenied(
  areas: readonly Area[],
  denied: readonly DeniedAt[],
  hierarchy: Hierarchy,
): readonly Area[] {
  if (denied.length === 0) return areas;
  return areas.flatMap((area) => {
    const above = denied.map((one): Answer => {
      const place = hierarchy.placeOf(area.node, one.node);
      if (place === 'out') return 'no';
      return place === 'in' ? one.answer : and(one.answer, { if: [`${area.node} is in ${one.node}`] });
    });
    const below = denied.filter(({ node }) => node !== area.node && hierarchy.isWithin(node, area.node));
    const answer = and(area.answer, not(or('no', ...above)));
    return answer === 'no' ? [] : [{ ...area, answer, except: [...area.except, ...below] }];
  });
}

/** Where both are allowed: of two nodes on one line, the lower one. Costs as much as there are areas and levels. */
export function bothIn(left: readonly Area[], right: readonly Area[], hierarchy: Hierarchy): readonly Area[] {
  const found = new Map<string, Area>();
  const add = (lower: Area, upper: Area) => {
    const area: Area = {
      node: lower.node,
      answer: and(lower.answer, upper.answer, not(deniedAt(upper, lower.node, hierarchy))),
      grants: union(lower.grants, upper.grants),
      except: [...lower.except, ...upper.except.filter(({ node }) => hierarchy.isWithin(node, lower.node))],
    };
    if (area.answer === 'no') return;
    const known = found.get(area.node);
    found.set(area.node, known === undefined ? area : better(known, area));
  };
  const byNode = indexed(right);
  for (const area of left) {
    for (const node of hierarchy.chain(area.node)) for (const other of byNode.get(node) ?? []) add(area, other);
  }
  const ownByNode = indexed(left);
  for (const area of right) {
    for (const node of hierarchy.chain(area.node).slice(1))
      for (const other of ownByNode.get(node) ?? []) add(area, other);
  }
  return [...found.values()];
}

/** One area for each node, and none inside of another one that is as good. */
export function merged(areas: readonly Area[], hierarchy: Hierarchy): readonly Area[] {
  const byNode = new Map<string, Area>();
  for (const area of areas) {
    const known = byNode.get(area.node);
    byNode.set(area.node, known === undefined ? area : better(known, area));
  }
  const firm = (node: string) => {
    const area = byNode.get(node);
    return area?.answer === 'yes' && area.except.length === 0;
  };
  return [...byNode.values()].filter(({ node }) => !hierarchy.chain(node).slice(1).some(firm));
}

/** How sure it is that something in an area, at a node of it, is denied. */
export function deniedAt({ except }: Area, node: string, hierarchy: Hierarchy): Answer {
  return or('no', ...except.filter((denied) => hierarchy.isWithin(node, denied.node)).map(({ answer }) => answer));
}

/** One is enough; what holds for certain, and everywhere, counts more. */
function better(one: Area, other: Area): Area {
  if (one.answer === 'yes' && one.except.length === 0) return one;
  if (other.answer === 'yes' && other.except.length === 0) return other;
  const [first, second] = other.answer === 'yes' && one.answer !== 'yes' ? [other, one] : [one, other];
  if (first.answer === 'yes') return first;
  return { ...first, answer: or(first.answer, second.answer), grants: union(first.grants, second.grants) };
}

function indexed(areas: readonly Area[]): ReadonlyMap<string, readonly Area[]> {
  const index = new Map<string, Area[]>();
  for (const area of areas) {
    const list = index.get(area.node);
    if (list === undefined) index.set(area.node, [area]);
    else list.push(area);
  }
  return index;
}

function union(a: readonly string[], b: readonly string[]): readonly string[] {
  return [...new Set([...a, ...b])];
}
