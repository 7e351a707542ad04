import { type Answer, and, or, possible } from '../model/answer.ts';
import type { Escalation } from '../model/effective.ts';
import type { AccessGraph } from './access-graph.ts';
import { type Edge, isHub, withoutHubs } from './edge.ts';

/** A way through the graph. `answer` is `yes` only when every step is, and the end is admin without conditions. */
export interface AccessPath {
  readonly from: string;
  readonly to: string;
  readonly answer: Answer;
  readonly steps: readonly Edge[];
}

/** Finds the shortest path from any node to an admin; see `adminPaths`. */
export type AdminPaths = (from: string) => AccessPath | undefined;

/** Whether a principal is admin of its account or cluster, or can make itself one with the rights that it has. */
export function adminAnswer({ effective }: AccessGraph, principal: string): Answer {
  const permissions = effective.get(principal);
  if (permissions === undefined) return 'no';
  const widening = permissions.escalations.filter(({ target }) => target === principal);
  return or(permissions.admin, ...widening.map(({ answer }) => answer));
}

/** How a principal that can make itself admin does so; undefined for one that is admin as it is, or never. */
export function adminWay({ effective }: AccessGraph, principal: string): Escalation | undefined {
  const permissions = effective.get(principal);
  if (permissions?.admin !== 'no') return undefined;
  return permissions.escalations.find(({ target, answer }) => target === principal && answer !== 'no');
}

/**
 * Prepares the shortest paths of all nodes to principals that are admin, or can make themselves one: one search backwards
 * from the admins over firm edges, and one over all edges for the nodes that no firm path leaves. A firm path wins over a
 * shorter one that depends on conditions. An admin's own path has no steps.
 */
export function adminPaths(graph: AccessGraph): AdminPaths {
  const admin = (node: string): Answer => adminAnswer(graph, node);
  const nodes = [...graph.effective.keys()].sort();
  const firm = nextSteps(
    graph,
    nodes.filter((node) => admin(node) === 'yes'),
    (edge) => edge.answer === 'yes',
  );
  const any = nextSteps(
    graph,
    nodes.filter((node) => possible(admin(node))),
    () => true,
  );
  return (from) => {
    const next = firm.has(from) ? firm : any;
    if (!next.has(from)) return undefined;
    const steps: Edge[] = [];
    for (let edge = next.get(from); edge !== undefined; edge = next.get(edge.to)) steps.push(edge);
    return pathOf(from, steps, admin(steps.at(-1)?.to ?? from));
  };
}

/**
 * The shortest path from one node to another: over firm edges if there is one, even where a path that depends on conditions
 * is shorter.
 */
export function pathTo(graph: AccessGraph, from: string, to: string): AccessPath | undefined {
  for (const usable of [(edge: Edge) => edge.answer === 'yes', () => true]) {
    const next = nextSteps(graph, [to], usable);
    if (!next.has(from)) continue;
    const steps: Edge[] = [];
    for (let edge = next.get(from); edge !== undefined; edge = next.get(edge.to)) steps.push(edge);
    return pathOf(from, steps, 'yes');
  }
  return undefined;
}

/** What limits a look around. */
export interface Reach {
  /** Steps at most. */
  readonly depth?: number;
  /** Whether a node is told of; the way goes on through those that are not. */
  shows?(node: string): boolean;
}

/** Everything that can be reached from a node, nearest first, each with a shortest path to it; see `pathTo` for which. */
export function reachable(graph: AccessGraph, from: string, reach: Reach = {}): readonly AccessPath[] {
  return around(from, { edges: (node) => graph.out.get(node) ?? [], end: (edge) => edge.to }, reach, (to, cameBy) => {
    const steps: Edge[] = [];
    for (let edge = cameBy.get(to); edge !== undefined; edge = cameBy.get(edge.from)) steps.push(edge);
    return pathOf(from, steps.reverse(), 'yes');
  });
}

/** Everything that reaches a node, nearest first, each with a shortest path from it. */
export function reaching(graph: AccessGraph, to: string, reach: Reach = {}): readonly AccessPath[] {
  return around(to, { edges: (node) => graph.in.get(node) ?? [], end: (edge) => edge.from }, reach, (from, cameBy) => {
    const steps: Edge[] = [];
    for (let edge = cameBy.get(from); edge !== undefined; edge = cameBy.get(edge.to)) steps.push(edge);
    return pathOf(from, steps, 'yes');
  });
}

interface Direction {
  edges(node: string): readonly Edge[];
  end(edge: Edge): string;
}

function around(
  start: string,
  direction: Direction,
  reach: Reach,
  path: (node: string, cameBy: ReadonlyMap<string, Edge>) => AccessPath,
): readonly AccessPath[] {
  const firm = search(start, direction, reach, (edge) => edge.answer === 'yes');
  const any = search(start, direction, reach, () => true);
  return [...any.keys()]
    .filter((node) => node !== start && !isHub(node) && (reach.shows?.(node) ?? true))
    .map((node) => path(node, firm.has(node) ? firm : any));
}

function pathOf(from: string, steps: readonly Edge[], end: Answer): AccessPath {
  const whole = withoutHubs(steps);
  return { from, to: whole.at(-1)?.to ?? from, answer: and(...whole.map((step) => step.answer), end), steps: whole };
}

/** For every node that reaches one of `goals`: its first step on a shortest way there; undefined for the goals themselves. */
function nextSteps(
  graph: AccessGraph,
  goals: readonly string[],
  usable: (edge: Edge) => boolean,
): ReadonlyMap<string, Edge | undefined> {
  const next = new Map<string, Edge | undefined>(goals.map((goal) => [goal, undefined]));
  const enter = (node: string) => {
    for (const edge of graph.in.get(node) ?? []) {
      if (next.has(edge.from) || !usable(edge)) continue;
      next.set(edge.from, edge);
      // A hub is no step: whoever leads to it is as near as it is.
      if (isHub(edge.from)) enter(edge.from);
    }
  };
  for (const node of next.keys()) if (!isHub(node)) enter(node);
  return next;
}

/** By which edge each node was come to, nearest first; a hub is as far as what it was reached from. */
function search(
  start: string,
  { edges, end }: Direction,
  { depth = Number.POSITIVE_INFINITY }: Reach,
  usable: (edge: Edge) => boolean,
): ReadonlyMap<string, Edge> {
  const cameBy = new Map<string, Edge>();
  const distances = new Map<string, number>([[start, 0]]);
  const enter = (node: string, distance: number) => {
    for (const edge of edges(node)) {
      const other = end(edge);
      if (distances.has(other) || !usable(edge)) continue;
      cameBy.set(other, edge);
      distances.set(other, distance + 1);
      if (isHub(other)) enter(other, distance);
    }
  };
  for (const [node, distance] of distances) if (distance < depth && !isHub(node)) enter(node, distance);
  return cameBy;
}
