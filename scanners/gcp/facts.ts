import type { Credential } from '../../src/model/credential.ts';
import type { Grant } from '../../src/model/grant.ts';
import { contentId, credentialId, principalId } from '../../src/model/id.ts';
import type { Location } from '../../src/model/location.ts';
import type { Principal } from '../../src/model/principal.ts';
import type { Trust } from '../../src/model/trust.ts';
import { locatedIn, type Node } from '../../src/scan/formats/node.ts';
import type { ScanContext } from '../../src/scan/scanner.ts';

type Said<Body, Defaults extends keyof Body = never> = Omit<Body, Defaults | 'id' | 'platform' | 'locations'> &
  Partial<Pick<Body, Defaults>>;

/**
 * The facts of one export. Every asset names its containers and every binding its members, so that a principal which is only
 * named is told once, at the end, unless its own record came; what several records say of one principal is merged by the store.
 */
export class Facts {
  readonly #context: ScanContext;
  readonly #path: string;
  readonly #listed = new Set<string>();
  readonly #once = new Set<string>();
  readonly #named = new Map<string, Principal>();

  constructor(context: ScanContext, path: string) {
    this.#context = context;
    this.#path = path;
  }

  get now(): Date {
    return this.#context.now;
  }

  at({ place }: Node): Location {
    return locatedIn(this.#path, place);
  }

  problem(message: string, node: Node): void {
    this.#context.problem({ message, location: this.at(node) });
  }

  /** Said once in a file: the first place is enough. */
  notice(message: string, node: Node): void {
    if (this.#once.has(message)) return;
    this.#once.add(message);
    this.#context.notice?.({ message, location: this.at(node) });
  }

  /** What a record says of a principal. Returns its id. */
  principal(body: Said<Principal, 'seen'>, node: Node): string {
    const principal = this.#principal({ seen: 'listed', ...body }, node);
    if (principal.seen === 'listed') this.#listed.add(principal.id);
    this.#context.emit({ kind: 'principal', body: principal });
    return principal.id;
  }

  /** The same, of something that many records say alike: told once for each `key`. */
  once(key: string, body: Said<Principal, 'seen'>, node: Node): void {
    if (this.#once.has(key)) return;
    this.#once.add(key);
    this.principal(body, node);
  }

  /** A principal that something names. Returns its id. */
  name(body: Said<Principal, 'seen'>, node: Node): string {
    const id = principalId('gcp', body.kind, body.nativeId);
    if (!this.#listed.has(id) && !this.#named.has(id)) {
      this.#named.set(id, this.#principal({ ...body, seen: 'referenced' }, node));
    }
    return id;
  }

  credential(body: Said<Credential>, node: Node): void {
    const id = credentialId('gcp', body.kind, body.nativeId);
    this.#context.emit({ kind: 'credential', body: { id, platform: 'gcp', ...body, locations: [this.at(node)] } });
  }

  grant(body: Said<Grant, 'effect' | 'role'>, node: Node): void {
    const content = { platform: 'gcp', effect: 'allow' as const, role: 'identity' as const, ...body };
    const id = contentId('grant', content);
    this.#context.emit({ kind: 'grant', body: { id, ...content, locations: [this.at(node)] } });
  }

  trust(body: Said<Trust, 'effect' | 'declaredBy'>, node: Node): void {
    const content = { platform: 'gcp', effect: 'allow' as const, declaredBy: 'target' as const, ...body };
    const id = contentId('trust', content);
    this.#context.emit({ kind: 'trust', body: { id, ...content, locations: [this.at(node)] } });
  }

  /** Tells who was named and has no record of its own. */
  end(): void {
    for (const [id, body] of this.#named) if (!this.#listed.has(id)) this.#context.emit({ kind: 'principal', body });
    this.#named.clear();
  }

  #principal(body: Said<Principal>, node: Node): Principal {
    const id = principalId('gcp', body.kind, body.nativeId);
    return { id, platform: 'gcp', ...body, locations: [this.at(node)] };
  }
}
