import type { Place } from '../../src/scan/formats/node.ts';
import type { FileFacts } from '../file-facts.ts';

/** What a file says of its server: the version decides what memberships and CREATEROLE come to. */
export class Server {
  readonly cluster: string;
  readonly #facts: FileFacts;
  #version: string | undefined;
  #options: boolean | undefined;
  #place: Place = { line: 1, column: 1 };
  readonly #read = new Set<string>();

  constructor(cluster: string, facts: FileFacts) {
    this.cluster = cluster;
    this.#facts = facts;
  }

  /** As the server writes it: `16.4 (Debian 16.4-1)`, `PostgreSQL 16.4 on …`, or a number such as 160004. */
  version(written: string, place: Place): void {
    const number = /^\d{5,6}$/.test(written)
      ? `${Math.trunc(Number(written) / 10_000)}.${Number(written) % 10_000}`
      : undefined;
    const found = number ?? /\d+(?:\.\d+)*/.exec(written)?.[0];
    if (found === undefined) return;
    this.#version = found;
    this.#place = place;
  }

  /** Memberships have options of their own since 16: whether they do here. */
  memberOptions(there: boolean): void {
    this.#options = this.#options === true || there;
  }

  /** Something was read as a whole: `roles`, `memberships`, `objects:DATABASE`. */
  read(what: string): void {
    this.#read.add(what);
  }

  end(): void {
    this.#facts.principal(
      {
        kind: 'cluster',
        nativeId: this.cluster,
        name: this.cluster,
        scope: [this.cluster],
        attributes: {
          ...(this.#version === undefined ? {} : { version: this.#version }),
          ...(this.#options === undefined ? {} : { member_options: this.#options }),
          ...Object.fromEntries([...this.#read].sort().map((what) => [`read_${what}`, true])),
        },
      },
      this.#place,
    );
  }
}
