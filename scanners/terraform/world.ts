import { append } from '../../src/model/group-by.ts';
import { type Resource, withoutKeys } from './resource.ts';

/** The resources of a file that mean something here, by what others name them by. */
export class World {
  readonly #byType = new Map<string, Resource[]>();
  readonly #byAddress = new Map<string, Resource[]>();

  constructor(resources: Iterable<Resource>) {
    for (const resource of resources) {
      append(this.#byType, `${resource.mode} ${resource.type}`, resource);
      append(this.#byAddress, withoutKeys(resource.address), resource);
    }
  }

  /** Those that the configuration owns. */
  managed(type: string): readonly Resource[] {
    return this.#byType.get(`managed ${type}`) ?? [];
  }

  /** Those that it looks up. */
  data(type: string): readonly Resource[] {
    return this.#byType.get(`data ${type}`) ?? [];
  }

  *types(): Generator<string> {
    for (const key of this.#byType.keys()) if (key.startsWith('managed ')) yield key.slice('managed '.length);
  }

  /**
   * The resource that an attribute which is not known refers to. Of several instances it is the one with the same key, as
   * configurations mostly write it; otherwise none, since which one is not said.
   */
  referred(from: Resource, attribute: string, ...types: readonly string[]): Resource | undefined {
    for (const address of from.references?.get(attribute) ?? []) {
      const found = (this.#byAddress.get(address) ?? []).filter(({ type }) => types.includes(type));
      const [only, second] = found;
      if (only !== undefined && second === undefined) return only;
      const key = keysOf(from.address);
      const same = found.filter((resource) => keysOf(resource.address) === key);
      if (same.length === 1) return same[0];
    }
    return undefined;
  }
}

function keysOf(address: string): string {
  return [...address.matchAll(/\[(?:"(?:[^"\\]|\\.)*"|\d+)\]/g)].join('');
}
