import { principalId } from '../../model/id.ts';
import type { Inventory } from '../../model/inventory.ts';
import type { Principal } from '../../model/principal.ts';
import { isGoogleManaged, memberOf } from './member.ts';
import { isContainer, nodeOf, projectIn } from './resource-name.ts';

const COLLECTIONS: Readonly<Record<string, string>> = {
  organization: 'organizations',
  folder: 'folders',
  project: 'projects',
};

/**
 * The resource hierarchy of a view, put together from everything that says a part of it. A project goes by its id where that is
 * known, and by its number otherwise; an account by its address.
 */
export class Hierarchy {
  readonly #parents = new Map<string, string>();
  /** Something above a container, where it is not known what is right above it. */
  readonly #ancestors = new Map<string, string>();
  readonly #names = new Map<string, string>();
  readonly #others = new Map<string, readonly string[]>();
  readonly #chains = new Map<string, readonly string[]>();
  readonly #accounts: readonly Principal[];
  #below: ReadonlyMap<string, readonly string[]> | undefined;

  constructor(inventory: Inventory) {
    const principals = [...inventory.principals.values()].filter(({ platform }) => platform === 'gcp');
    for (const { kind, nativeId, aliases = [] } of principals) {
      if (kind === 'project')
        this.#alias(
          `projects/${nativeId}`,
          aliases.map((number) => `projects/${number}`),
        );
      if (kind === 'service-account')
        this.#alias(
          `serviceAccounts/${nativeId}`,
          aliases.map((id) => `serviceAccounts/${id}`),
        );
    }
    for (const principal of principals) this.#place(principal);
    this.#accounts = principals.filter(
      ({ kind, nativeId, enabled, attributes }) =>
        kind === 'service-account' &&
        attributes?.deleted !== true &&
        !(enabled === false && nativeId.includes('?uid=')) &&
        !isGoogleManaged(nativeId) &&
        // Known by its unique id only, and listed by its address: one account.
        this.canonical(`serviceAccounts/${nativeId}`) === `serviceAccounts/${nativeId}`,
    );
  }

  /** The one name of a node, from any of its names. */
  canonical(node: string): string {
    return this.#names.get(node) ?? node;
  }

  /** The node of a resource's full name, whatever way it is written. */
  nodeOf(resource: string): string {
    return this.canonical(nodeOf(resource));
  }

  /** What else a project is called. */
  otherNames(node: string): readonly string[] {
    const project = isContainer(node) ? node : `projects/${projectIn(node) ?? ''}`;
    const canonical = this.canonical(project);
    return [canonical, ...(this.#others.get(canonical) ?? [])]
      .filter((name) => name !== project)
      .map((name) => name.slice(name.indexOf('/') + 1));
  }

  /** Learns where a resource stands that a policy is attached to. */
  attach(node: string, scope: string): void {
    if (this.#parents.has(node) || isContainer(node)) return;
    const project = projectIn(node);
    const parent =
      scope !== '' ? this.canonical(scope) : project === undefined ? undefined : this.canonical(`projects/${project}`);
    if (parent !== undefined && parent !== node) this.#parents.set(node, parent);
  }

  /** A node and what is above it, nearest first. */
  chain(node: string): readonly string[] {
    const known = this.#chains.get(node);
    if (known !== undefined) return known;
    const chain: string[] = [];
    for (let at: string | undefined = node; at !== undefined && !chain.includes(at); at = this.#parent(at))
      chain.push(at);
    this.#chains.set(node, chain);
    return chain;
  }

  /** Whether a node is, or stands below, another one. */
  isWithin(node: string, container: string): boolean {
    return this.chain(node).includes(container);
  }

  /**
   * Whether a node stands in another one, also where exports do not show all that is above it: then it may. Only below an
   * organization everything is known.
   */
  placeOf(node: string, container: string): 'in' | 'out' | 'maybe' {
    if (this.isWithin(node, container)) return 'in';
    const top = this.chain(node).at(-1) ?? node;
    if (!isContainer(container) || top.startsWith('organizations/')) return 'out';
    // Projects hold no projects and no folders.
    return container.startsWith('projects/') && isContainer(top) ? 'out' : 'maybe';
  }

  /** Ids of the service accounts in a container, or of the one that a node is. */
  accountsAt(node: string): readonly string[] {
    this.#below ??= this.#index();
    return this.#below.get(node) ?? [];
  }

  #index(): ReadonlyMap<string, readonly string[]> {
    const below = new Map<string, string[]>();
    for (const { id, nativeId } of this.#accounts) {
      for (const node of this.chain(`serviceAccounts/${nativeId}`)) {
        const list = below.get(node);
        if (list === undefined) below.set(node, [id]);
        else list.push(id);
      }
    }
    return below;
  }

  #alias(name: string, others: readonly string[]): void {
    for (const other of others) if (other !== name) this.#names.set(other, name);
    if (others.length > 0) this.#others.set(name, others);
  }

  #place({ kind, nativeId, scope, attributes }: Principal): void {
    const collection = COLLECTIONS[kind];
    if (collection !== undefined) {
      const parent = attributes?.parent;
      const path = [...scope, `${collection}/${nativeId}`].map((node) => this.canonical(node));
      for (const [index, node] of path.entries()) {
        const above = path[index - 1];
        if (above !== undefined && above !== node) this.#parents.set(node, above);
      }
      const own = path.at(-1) ?? '';
      const ancestor = attributes?.ancestor;
      if (typeof ancestor === 'string') this.#ancestors.set(own, this.canonical(ancestor));
      if (typeof parent === 'string' && this.canonical(parent) !== own) this.#parents.set(own, this.canonical(parent));
    } else if (kind === 'service-account') {
      const [home = memberOf(`serviceAccount:${nativeId}`).scope[0]] = scope;
      if (home !== undefined) this.#parents.set(`serviceAccounts/${nativeId}`, this.canonical(`projects/${home}`));
    }
  }

  #parent(node: string): string | undefined {
    const known = this.#parents.get(node);
    if (known !== undefined || isContainer(node)) return known ?? this.#ancestors.get(node);
    const around = aroundOf(node);
    return around === undefined ? undefined : this.canonical(around);
  }
}

const OBJECT = /^(\/\/storage\.googleapis\.com\/[^/]+)\/objects\//;
const IN_PROJECT = /^\/\/[^/]+\/(projects\/[^/]+)$/;

/** What a full name says that a resource stands in: names go on in pairs, `…/secrets/db/versions/1`. */
function aroundOf(node: string): string | undefined {
  const bucket = OBJECT.exec(node)?.[1];
  if (bucket !== undefined) return bucket;
  const parts = node.split('/');
  if (!node.startsWith('//') || parts.length < MIN_PARTS) return undefined;
  const around = parts.slice(0, -2).join('/');
  return IN_PROJECT.exec(around)?.[1] ?? around;
}

/** Of `//service/collection/id/collection/id`. */
const MIN_PARTS = 7;

/** The principal that stands for a container. */
export function containerId(node: string): string {
  const [collection = '', id = ''] = node.split('/');
  return principalId('gcp', collection.slice(0, -1), id);
}
