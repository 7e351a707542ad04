import type { Credential } from '../../src/model/credential.ts';
import type { Grant } from '../../src/model/grant.ts';
import { contentId, principalId } from '../../src/model/id.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { Location } from '../../src/model/location.ts';
import type { Principal } from '../../src/model/principal.ts';
import type { StaticSecret } from '../../src/model/static-secret.ts';
import type { Trust } from '../../src/model/trust.ts';
import type { PlaceOf } from '../../src/scan/formats/positioned-json.ts';
import type { ScanContext } from '../../src/scan/scanner.ts';
import { Tenants } from './tenants.ts';

/** What a document says around its elements. */
export interface Envelope {
  /** `@odata.context`, in lower case. */
  readonly context: string;
  /** Path of the file, which is all that some answers have to say whose they are. */
  readonly path: string;
}

/** What readers of elements are given, and where they put what they find. */
export class Reading {
  readonly context: ScanContext;
  readonly tenants: Tenants;
  envelope: Envelope;
  /** Of the item at hand. */
  placeOf: PlaceOf;
  readonly #listed = new Set<string>();
  readonly #named = new Map<string, Principal>();

  constructor(context: ScanContext, path: string) {
    this.context = context;
    this.envelope = { context: '', path };
    this.placeOf = () => ({ path });
    this.tenants = new Tenants((principal) => this.#emit(principal));
  }

  /** A principal whose own record this is. */
  list(principal: Principal, owner?: string): void {
    this.#listed.add(principal.id);
    for (const alias of principal.aliases ?? []) this.#listed.add(principalId('azure', principal.kind, alias));
    this.tenants.owned(principal, owner);
  }

  /** A principal that something speaks of; a row of its own unless the file lists it. Of several, the one that knows most. */
  name(principal: Principal): string {
    const known = this.#named.get(principal.id);
    const knows = (one: Principal) => Number(one.name !== one.nativeId) + (one.aliases?.length ?? 0);
    if (known === undefined || knows(principal) > knows(known)) this.#named.set(principal.id, principal);
    return principal.id;
  }

  grant(content: Omit<Grant, 'id' | 'platform' | 'locations'>, location: Location): void {
    const whole = { platform: 'azure', ...content };
    this.context.emit({
      kind: 'grant',
      body: { id: contentId('grant', whole as unknown as JsonObject), ...whole, locations: [location] },
    });
  }

  trust(content: Omit<Trust, 'id' | 'platform' | 'locations' | 'declaredBy' | 'effect'>, location: Location): void {
    const whole = { platform: 'azure', declaredBy: 'target', effect: 'allow', ...content } as const;
    this.context.emit({
      kind: 'trust',
      body: { id: contentId('trust', whole as unknown as JsonObject), ...whole, locations: [location] },
    });
  }

  credential(body: Credential): void {
    this.context.emit({ kind: 'credential', body });
  }

  secret(body: StaticSecret): void {
    this.context.emit({ kind: 'secret', body });
  }

  problem(message: string, location: Location): void {
    this.context.problem({ message, location });
  }

  end(): void {
    this.tenants.end();
    for (const body of this.#named.values()) {
      if (!this.#listed.has(body.id)) this.context.emit({ kind: 'principal', body });
    }
  }

  #emit(body: Principal): void {
    this.context.emit({ kind: 'principal', body });
  }
}
