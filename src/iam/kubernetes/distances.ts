import { type Answer, possible } from '../../model/answer.ts';
import type { Principal } from '../../model/principal.ts';
import type { Way, WayEnd } from './way.ts';

/** Steps to an admin: over ways that hold for certain, and over all; undefined where there are none. */
export interface Distance {
  readonly firm: number | undefined;
  readonly any: number | undefined;
}

/** A service account and the ends of ways that lead to it. */
export interface Member {
  readonly principal: Principal;
  readonly running: boolean;
}

/**
 * How far every principal is from admin: one search backwards from the admins, which passes the accounts of a namespace
 * as one node, so that it costs as much as there are ways and accounts.
 */
export function distancesToAdmin(
  admins: ReadonlyMap<string, Answer>,
  ways: ReadonlyMap<string, readonly Way[]>,
  members: readonly Member[],
): (id: string) => Distance {
  const ends = new Map<string, readonly string[]>(members.map((member) => [member.principal.id, endsOf(member)]));
  const firm = search(admins, ways, ends, (answer) => answer === 'yes');
  const any = search(admins, ways, ends, possible);
  return (id) => ({ firm: firm.get(id), any: any.get(id) });
}

function search(
  admins: ReadonlyMap<string, Answer>,
  ways: ReadonlyMap<string, readonly Way[]>,
  ends: ReadonlyMap<string, readonly string[]>,
  usable: (answer: Answer) => boolean,
): ReadonlyMap<string, number> {
  const comers = new Map<string, string[]>();
  for (const [id, own] of ways) {
    for (const way of own) {
      if (!usable(way.answer)) continue;
      const key = keyOf(way.to, id);
      const list = comers.get(key);
      if (list === undefined) comers.set(key, [id]);
      else list.push(id);
    }
  }
  const distances = new Map<string, number>();
  for (const [id, answer] of admins) if (usable(answer)) distances.set(id, 0);
  // A map is walked in the order of its entries, also those that are added meanwhile: nearest first.
  for (const [id, distance] of distances) {
    for (const key of [id, ...(ends.get(id) ?? [])]) {
      for (const comer of comers.get(key) ?? []) if (!distances.has(comer)) distances.set(comer, distance + 1);
      comers.delete(key);
    }
  }
  return distances;
}

function endsOf({ principal, running }: Member): readonly string[] {
  const [cluster = '', namespace = ''] = principal.scope;
  const which = running ? ['all', 'running'] : ['all'];
  return which.flatMap((kind) => [`${cluster} ${kind} ${namespace}`, `${cluster} ${kind} `]);
}

/** Ids have a colon before any space could come, so that they never equal the key of a group of accounts. */
function keyOf(end: WayEnd, from: string): string {
  if (end.kind === 'principal') return end.id;
  const cluster = from.split(':').slice(2).join(':').split('/')[0] ?? '';
  return `${cluster} ${end.which} ${end.namespace ?? ''}`;
}
