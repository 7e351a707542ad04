import type { Answer } from '../../model/answer.ts';
import type { Inventory } from '../../model/inventory.ts';

const MANAGEMENT_GROUP = /^\/providers\/microsoft\.management\/managementgroups\/([^/]+)$/;
const SUBSCRIPTION = /^\/subscriptions\/[^/]+$/;

/** Scopes as they are compared: without regard to capitals, whole segments only. */
export function scopePath(scope: string): string {
  const bare = scope.toLowerCase().replace(/\/+$/, '').replace(/\/\*$/, '');
  return bare === '' || bare === '*' ? '/' : bare;
}

/** The tenant's root, a management group or a whole subscription. */
export function isWide(scope: string): boolean {
  return scope === '/' || MANAGEMENT_GROUP.test(scope) || SUBSCRIPTION.test(scope);
}

/** A resource group, or wider. */
export function isBroad(scope: string): boolean {
  return isWide(scope) || /^\/subscriptions\/[^/]+\/resourcegroups\/[^/]+$/.test(scope);
}

export function isManagementGroup(scope: string): boolean {
  return MANAGEMENT_GROUP.test(scope);
}

/** The subscription that a scope is or is in. */
export function subscriptionOf(scope: string): string | undefined {
  return /^\/subscriptions\/[^/]+/.exec(scope)?.[0];
}

/** Every scope that holds a resource by its path, itself first. */
export function prefixesOf(scope: string): readonly string[] {
  const prefixes: string[] = [];
  for (let end = scope.length; end > 0; end = scope.lastIndexOf('/', end - 1)) prefixes.push(scope.slice(0, end));
  return [...prefixes, '/'];
}

/** Management groups above subscriptions and each other, as far as they were read. */
export class Hierarchy {
  readonly #parents = new Map<string, string>();
  /** The group above all others has the id of its tenant as a name. */
  readonly #roots = new Set<string>();

  constructor(inventory: Inventory) {
    for (const trust of inventory.trusts.values()) {
      if (trust.platform !== 'azure' || trust.how !== 'child-of' || trust.subject.kind !== 'principal') continue;
      this.#parents.set(pathOf(trust.subject.id), pathOf(trust.principal));
    }
    for (const { platform, attributes } of inventory.principals.values()) {
      if (platform === 'azure' && typeof attributes?.tenant === 'string') {
        this.#roots.add(`/providers/microsoft.management/managementgroups/${attributes.tenant.toLowerCase()}`);
      }
    }
  }

  /** Groups above a scope, the nearest first. */
  above(scope: string): readonly string[] {
    const start = subscriptionOf(scope) ?? scope;
    const chain = new Set<string>();
    for (let at = this.#parents.get(start); at !== undefined && !chain.has(at); at = this.#parents.get(at))
      chain.add(at);
    return [...chain];
  }

  /** Whether everything on `inner` is also on `outer`. Where a management group stands that was not read is an `if`. */
  covers(outer: string, inner: string): Answer {
    if (outer === '/' || outer === inner || inner.startsWith(`${outer}/`)) return 'yes';
    if (
      !isManagementGroup(outer) ||
      inner === '/' ||
      !(isManagementGroup(inner) || subscriptionOf(inner) !== undefined)
    )
      return 'no';
    if (this.#roots.has(outer)) return 'yes';
    const chain = this.above(inner);
    if (chain.includes(outer)) return 'yes';
    const unknown: Answer = { if: [`${subscriptionOf(inner) ?? inner} is below ${outer}`] };
    if (isManagementGroup(inner) && this.#roots.has(inner)) return 'no';
    const known = new Set([...chain, ...(isManagementGroup(inner) ? [inner] : [])]);
    // A group that is itself below one of these is on another branch, or further down.
    return this.above(outer).some((group) => known.has(group)) ? 'no' : unknown;
  }
}

/** A row's native id, which of places is their scope. */
function pathOf(id: string): string {
  return id.split(':').slice(2).join(':');
}
