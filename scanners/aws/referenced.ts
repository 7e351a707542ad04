import { principalId } from '../../src/model/id.ts';
import type { Principal } from '../../src/model/principal.ts';

/** Who is named somewhere in a file, to be told apart at its end from who is listed there. */
export class Referenced {
  readonly #listed = new Set<string>();
  readonly #named = new Map<string, Principal>();

  listed({ id, kind, aliases = [] }: Principal): void {
    this.#listed.add(id);
    for (const alias of aliases) this.#listed.add(principalId('aws', kind, alias));
  }

  name(principal: Principal): void {
    if (!this.#named.has(principal.id)) this.#named.set(principal.id, principal);
  }

  unlisted(): readonly Principal[] {
    return [...this.#named.values()].filter(({ id }) => !this.#listed.has(id));
  }
}
