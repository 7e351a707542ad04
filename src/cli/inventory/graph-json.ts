import type { AccessGraph } from '../../graph/access-graph.ts';
import { type AccessPath, adminAnswer, adminWay } from '../../graph/paths.ts';
import { evidenceRows } from './evidence.ts';

/** A path with the rows that prove its steps, and how its end is admin or can make itself one. */
export function pathJson({ from, to, answer, steps }: AccessPath, graph: AccessGraph): object {
  const { inventory } = graph;
  return {
    from,
    to,
    answer,
    steps: steps.map(({ from, to, how, answer, uses, locations, evidence }) => ({
      from,
      to,
      how,
      answer,
      uses,
      locations,
      evidence: evidenceRows(evidence, inventory),
    })),
    admin: adminJson(to, graph),
  };
}

/** Null where a path does not end at an admin; `by` is null for one that is admin without a further step. */
function adminJson(principal: string, graph: AccessGraph): object | null {
  const answer = adminAnswer(graph, principal);
  if (answer === 'no') return null;
  const way = adminWay(graph, principal);
  return {
    answer,
    by:
      way === undefined
        ? null
        : { way: way.id, uses: way.uses, answer: way.answer, evidence: evidenceRows(way.evidence, graph.inventory) },
  };
}

/** What a node of the graph is. */
export function nodeJson(id: string, { inventory }: AccessGraph): object {
  const secret = inventory.secrets.get(id);
  if (secret !== undefined)
    return { id, type: 'secret', platform: secret.platform ?? null, kind: secret.rule, name: secret.title };
  const credential = inventory.credentials.get(id);
  if (credential !== undefined) {
    const { platform, kind, nativeId } = credential;
    return { id, type: 'credential', platform, kind, name: nativeId };
  }
  const principal = inventory.principals.get(id);
  // A way can end at what no input shows, such as a role that every cluster has.
  if (principal === undefined) return { id, type: 'unknown', platform: null, kind: null, name: id };
  const { platform, kind, name } = principal;
  return { id, type: 'principal', platform, kind, name };
}

/** Every node of some paths, in the order in which they come. */
export function nodesOf(paths: readonly AccessPath[]): readonly string[] {
  return [...new Set(paths.flatMap(({ from, steps }) => [from, ...steps.flatMap((step) => [step.from, step.to])]))];
}
