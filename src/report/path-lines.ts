import type { AccessGraph } from '../graph/access-graph.ts';
import type { Edge } from '../graph/edge.ts';
import { type AccessPath, adminAnswer, adminWay } from '../graph/paths.ts';
import type { Answer } from '../model/answer.ts';
import type { Credential } from '../model/credential.ts';
import { formatLocation, type Location } from '../model/location.ts';

const DAY = 86_400_000;

/** A path for people, one line for where it starts and one for each step, with the place that proves it. */
export function pathLines(path: AccessPath, graph: AccessGraph, now: Date): readonly string[] {
  return [
    describeNode(path.from, graph, now),
    ...path.steps.map((step) => stepLine(step, graph, now)),
    ...adminLine(path.to, graph),
  ];
}

/** One step: what it leads to, by what, under which conditions, and where that stands. */
export function stepLine(step: Edge, graph: AccessGraph, now: Date): string {
  const uses = step.uses.length === 0 ? '' : ` by ${step.uses.join(' + ')}`;
  return `→ ${describeNode(step.to, graph, now)}${uses}${proviso(step.answer)}${placeOf(step.locations)}`;
}

function adminLine(principal: string, graph: AccessGraph): readonly string[] {
  const answer = adminAnswer(graph, principal);
  if (answer === 'no') return [];
  const permissions = graph.effective.get(principal);
  const told = permissions?.privileges.find(({ id }) => id === 'admin')?.what;
  const scope =
    graph.inventory.principals.get(principal)?.scope[0] ??
    (told === undefined ? 'its platform' : `its platform: ${told}`);
  const how = adminWay(graph, principal);
  if (how === undefined) return [`= admin of ${scope}${proviso(permissions?.admin ?? answer)}`];
  const { grants, trusts } = graph.inventory;
  const places = how.evidence.flatMap((id) => (grants.get(id) ?? trusts.get(id))?.locations ?? []);
  return [`= can make itself admin of ${scope} by ${how.uses.join(' + ')}${proviso(answer)}${placeOf(places)}`];
}

/** ` (only if …)` for an answer that depends on something. */
export function proviso(answer: Answer): string {
  return typeof answer === 'string' ? '' : ` (only if ${answer.if.join('; ')})`;
}

function placeOf(locations: readonly Location[]): string {
  const first = nearest(locations);
  return first === undefined ? '' : `  [${formatLocation(first)}]`;
}

/** A place that is there now, before one in history. */
function nearest(locations: readonly Location[]): Location | undefined {
  return locations.find(({ commit }) => commit === undefined) ?? locations[0];
}

/** One line for a row of the inventory: what it is, where, how old and when last used. */
export function describeNode(id: string, { inventory }: AccessGraph, now: Date): string {
  const secret = inventory.secrets.get(id);
  if (secret !== undefined) {
    const hint = secret.hint === undefined ? '' : ` ${secret.hint}`;
    const places = secret.locations.length > 1 ? ` and ${secret.locations.length - 1} more` : '';
    const first = nearest(secret.locations);
    return `${secret.title}${hint}${first === undefined ? '' : ` in ${formatLocation(first)}`}${places}`;
  }
  const credential = inventory.credentials.get(id);
  if (credential !== undefined)
    return `${credential.platform} ${credential.kind} ${credential.nativeId}${life(credential, now)}`;
  const principal = inventory.principals.get(id);
  return principal === undefined ? id : `${principal.platform} ${principal.kind} ${principal.name}`;
}

function life({ status, createdAt, usage }: Credential, now: Date): string {
  const parts: string[] = [status];
  if (createdAt !== undefined) parts.push(`${days(createdAt, now)} old`);
  if (usage?.lastUsedAt !== undefined) parts.push(`last used ${days(usage.lastUsedAt, now)} ago`);
  else if (usage?.never === true) parts.push('never used');
  return ` (${parts.join(', ')})`;
}

function days(since: string, now: Date): string {
  const count = Math.max(0, Math.floor((now.getTime() - Date.parse(since)) / DAY));
  return `${count} day${count === 1 ? '' : 's'}`;
}
