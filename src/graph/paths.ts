import { type Answer, and, or, possible } from '../model/answer.ts';
import type { AccessGraph, Edge } from './access-graph.ts';

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
    const to = steps.at(-1)?.to ?? from;
    return { from, to, answer: and(...steps.map((step) => step.answer), admin(to)), steps };
  };
}

/** For every node that reaches one of `goals`: its first step on a shortest way there; undefined for the goals themselves. */
function nextSteps(
  graph: AccessGraph,
  goals: readonly string[],
  usable: (edge: Edge) => boolean,
): ReadonlyMap<string, Edge | undefined> {
  const next = new Map<string, Edge | undefined>(goals.map((goal) => [goal, undefined]));
  for (const node of next.keys()) {
    for (const edge of graph.in.get(node) ?? []) if (!next.has(edge.from) && usable(edge)) next.set(edge.from, edge);
  }
  return next;
}

/** Everything that can be reached from a node, nearest first, each with a shortest path to it. */
export function reachable(graph: AccessGraph, from: string): readonly AccessPath[] {
  const cameBy = new Map<string, Edge | undefined>([[from, undefined]]);
  for (const node of cameBy.keys()) {
    for (const edge of graph.out.get(node) ?? []) if (!cameBy.has(edge.to)) cameBy.set(edge.to, edge);
  }
  return [...cameBy.keys()].slice(1).map((to) => {
    const steps: Edge[] = [];
    for (let edge = cameBy.get(to); edge !== undefined; edge = cameBy.get(edge.from)) steps.unshift(edge);
    return { from, to, answer: and(...steps.map((step) => step.answer)), steps };
  });
}
