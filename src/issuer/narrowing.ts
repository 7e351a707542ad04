import type { AccessDetail, Narrowing } from '../model/access-request.ts';

/**
 * What is left of a request when every approver's narrowing holds: the shortest time, the actions and resources that all of them
 * left in. Pure.
 *
 * @returns undefined when nothing is left.
 */
export function narrowed(detail: AccessDetail, narrowings: readonly Narrowing[]): AccessDetail | undefined {
  const actions = detail.actions.filter((action) => leftIn(action, narrowings, 'actions'));
  const resources = detail.resources.filter((resource) => leftIn(resource, narrowings, 'resources'));
  const duration = Math.min(detail.duration, ...narrowings.flatMap((narrowing) => narrowing.duration ?? []));
  // Naming no resource may mean all of them to a target: losing the last one is not narrow.
  if (actions.length === 0 || !(duration > 0) || (resources.length === 0 && detail.resources.length > 0))
    return undefined;
  return { ...detail, actions, resources, duration };
}

function leftIn(name: string, narrowings: readonly Narrowing[], member: 'actions' | 'resources'): boolean {
  return narrowings.every((narrowing) => narrowing[member]?.includes(name) ?? true);
}

/** What of a narrowing is not in the request, as a sentence; undefined when it only takes away. Pure. */
export function widens(detail: AccessDetail, narrowing: Narrowing): string | undefined {
  const { duration, actions, resources } = narrowing;
  if (duration !== undefined && !(duration > 0)) return 'no time is left';
  if (duration !== undefined && duration > detail.duration) return `${duration} s are more than was asked for`;
  for (const [asked, chosen, what] of [
    [detail.actions, actions, 'action'],
    [detail.resources, resources, 'resource'],
  ] as const) {
    if (chosen === undefined) continue;
    if (chosen.length === 0 && asked.length > 0) return `no ${what} is left`;
    const beyond = chosen.find((name) => !asked.includes(name));
    if (beyond !== undefined) return `${what} "${beyond}" was not asked for`;
  }
  return undefined;
}

/** Two narrowings of one approver as one: both hold. */
export function both(one: Narrowing, other: Narrowing): Narrowing {
  const durations = [one.duration, other.duration].flatMap((duration) => duration ?? []);
  return {
    ...(durations.length === 0 ? {} : { duration: Math.min(...durations) }),
    ...common('actions', one, other),
    ...common('resources', one, other),
  };
}

function common(member: 'actions' | 'resources', one: Narrowing, other: Narrowing): Narrowing {
  const [left, right] = [one[member], other[member]];
  if (left === undefined || right === undefined) {
    const only = left ?? right;
    return only === undefined ? {} : { [member]: only };
  }
  return { [member]: left.filter((name) => right.includes(name)) };
}
