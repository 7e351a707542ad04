import type { Answer } from '../model/answer.ts';
import type { EffectivePermissions, Escalation } from '../model/effective.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Location } from '../model/location.ts';
import type { Edge } from './edge.ts';
import { matchSecrets, type PossibleMatch, type SecretMatch } from './match-secrets.ts';
import { sharedEdges } from './shared-edges.ts';
import { indexTrusts, trustEdges } from './trust-edges.ts';

/**
 * The one graph: static secret → credential → principal → whatever that principal can become. Nodes are inventory ids, and
 * hubs (`isHub`) where many lead to many. Edges that cannot hold (`no`) are not in it.
 */
export interface AccessGraph {
  readonly inventory: Inventory;
  readonly effective: ReadonlyMap<string, EffectivePermissions>;
  readonly matches: ReadonlyMap<string, SecretMatch>;
  /** What static secrets without a match may belong to. */
  readonly possible: ReadonlyMap<string, PossibleMatch>;
  readonly out: ReadonlyMap<string, readonly Edge[]>;
  readonly in: ReadonlyMap<string, readonly Edge[]>;
}

/** Builds the graph of a view. Pure; time and memory grow with the number of grants, trusts and resolved escalations. */
export function buildAccessGraph(
  inventory: Inventory,
  effective: ReadonlyMap<string, EffectivePermissions>,
): AccessGraph {
  const { matches, possible } = matchSecrets(inventory);
  const edges = new Map<string, Edge>();
  const add = (edge: Edge) => {
    if (edge.answer === 'no' || edge.from === edge.to) return;
    const key = `${edge.from}\n${edge.to}\n${edge.how}`;
    const known = edges.get(key);
    if (known === undefined || (known.answer !== 'yes' && edge.answer === 'yes')) edges.set(key, edge);
  };
  for (const match of matches.values()) for (const edge of secretEdges(match)) add(edge);
  for (const credential of inventory.credentials.values()) {
    // A secret that a workflow reads is used by the workflow; it does not authenticate as it.
    if (credential.kind === 'actions-secret') continue;
    add({
      from: credential.id,
      to: credential.principal,
      how: 'authenticates',
      answer: credential.status === 'inactive' || credential.status === 'expired' ? 'no' : 'yes',
      uses: [credential.kind],
      locations: credential.locations,
      evidence: [credential.id],
    });
  }
  const trusts = indexTrusts(inventory);
  for (const trust of inventory.trusts.values()) for (const edge of trustEdges(trust, trusts)) add(edge);
  for (const permissions of effective.values()) {
    for (const escalation of permissions.escalations) {
      add(new EscalationEdge(permissions.principal, escalation, inventory));
    }
  }
  for (const edge of sharedEdges(inventory, (evidence) => evidenceLocations(evidence, inventory))) add(edge);
  return { inventory, effective, matches, possible, ...indexEdges([...edges.values()]) };
}

/** There are more of these than of all others, and of few anybody asks where the proof stands. */
class EscalationEdge implements Edge {
  readonly from: string;
  readonly #escalation: Escalation;
  readonly #inventory: Inventory;

  constructor(from: string, escalation: Escalation, inventory: Inventory) {
    this.from = from;
    this.#escalation = escalation;
    this.#inventory = inventory;
  }

  get to(): string {
    return this.#escalation.target;
  }

  get how(): string {
    return this.#escalation.id;
  }

  get answer(): Answer {
    return this.#escalation.answer;
  }

  get uses(): readonly string[] {
    return this.#escalation.uses;
  }

  get evidence(): readonly string[] {
    return this.#escalation.evidence;
  }

  get locations(): readonly Location[] {
    return evidenceLocations(this.#escalation.evidence, this.#inventory);
  }
}

function secretEdges(match: SecretMatch): readonly Edge[] {
  const { secret, credential, principal, by } = match;
  const answer: Answer = secret.validity === 'inactive' ? 'no' : 'yes';
  const step = { answer, uses: [by], locations: secret.locations, evidence: [secret.id] };
  if (credential !== undefined) return [{ from: secret.id, to: credential.id, how: 'is', ...step }];
  if (principal !== undefined) return [{ from: secret.id, to: principal.id, how: 'authenticates', ...step }];
  return [];
}

function evidenceLocations(ids: readonly string[], inventory: Inventory): readonly Location[] {
  return ids.flatMap((id) => {
    const [first] = (inventory.grants.get(id) ?? inventory.trusts.get(id))?.locations ?? [];
    return first === undefined ? [] : [first];
  });
}

function indexEdges(edges: readonly Edge[]): Pick<AccessGraph, 'out' | 'in'> {
  const out = new Map<string, Edge[]>();
  const into = new Map<string, Edge[]>();
  const push = (index: Map<string, Edge[]>, key: string, edge: Edge) => {
    const list = index.get(key);
    if (list === undefined) index.set(key, [edge]);
    else list.push(edge);
  };
  for (const edge of edges) {
    push(out, edge.from, edge);
    push(into, edge.to, edge);
  }
  return { out, in: into };
}
