import { adminPaths, reachable } from '../../graph/paths.ts';
import { grantsOf } from '../../graph/subjects.ts';
import { evidenceRows } from './evidence.ts';
import { pathJson } from './graph-json.ts';
import type { Shown } from './show-lines.ts';
import { type InventoryView, pointJson } from './view.ts';

/** A row whole, for programs; `docs/inventory.schema.json` is its schema. */
export function showJson({ subject, graph, findings, owners, plan }: Shown, view: InventoryView): object {
  const { id, secret, credential, principal, grant, trust, match, possible } = subject;
  const holder = principal?.id ?? id;
  const effective = graph.effective.get(holder);
  const path = adminPaths(graph)(grant === undefined && trust === undefined ? id : holder);
  return {
    schema: 'lapse.show/1',
    as_of: pointJson(view),
    id,
    secret: secret ?? null,
    match: match === undefined ? null : { by: match.by, confidence: match.confidence },
    possible: possible === undefined ? null : { by: possible.by, candidates: possible.candidates },
    credential: credential ?? null,
    principal: principal ?? null,
    grant: grant ?? null,
    trust: trust ?? null,
    owners,
    grants: grantsOf(graph, holder),
    effective:
      effective === undefined
        ? null
        : {
            ...effective,
            escalations: effective.escalations.map(({ evidence, ...rest }) => ({
              ...rest,
              evidence: evidenceRows(evidence, graph.inventory),
            })),
          },
    path: path === undefined ? null : pathJson(path, graph),
    reach: reachable(graph, holder).map(({ to, answer, steps }) => ({ to, answer, steps: steps.length })),
    in_its_place: plan ?? null,
    findings,
  };
}
