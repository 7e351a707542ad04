import type { Credential } from '../src/model/credential.ts';
import type { Fact } from '../src/model/fact.ts';
import type { Grant } from '../src/model/grant.ts';
import { contentId, credentialId, principalId } from '../src/model/id.ts';
import type { Location } from '../src/model/location.ts';
import type { Principal } from '../src/model/principal.ts';
import type { Trust } from '../src/model/trust.ts';
import { locatedIn, type Place } from '../src/scan/formats/node.ts';
import type { ScanContext } from '../src/scan/scanner.ts';

type Told<Body, Key extends keyof Body> = Omit<Body, Key | 'id' | 'platform' | 'locations'> & Partial<Pick<Body, Key>>;

/**
 * The facts that one file says of one platform: ids are made here, one id is told once, and a principal that is only
 * named waits for `end`, since its own record may still come.
 */
export class FileFacts {
  readonly #context: ScanContext;
  readonly #path: string;
  readonly #platform: string;
  readonly #told = new Set<string>();
  readonly #named = new Map<string, Principal>();

  constructor(context: ScanContext, path: string, platform: string) {
    this.#context = context;
    this.#path = path;
    this.#platform = platform;
  }

  at(place: Place): Location {
    return locatedIn(this.#path, place);
  }

  /** @param cause - problems with the same are told as one. */
  problem(message: string, place: Place, cause?: string): void {
    this.#context.problem({ message, location: this.at(place), ...(cause === undefined ? {} : { cause }) });
  }

  /** ISO 8601. */
  get now(): string {
    return this.#context.now.toISOString();
  }

  fingerprint(value: string): string {
    return this.#context.fingerprint(value);
  }

  /** Returns the id. */
  principal(body: Told<Principal, 'seen'>, place: Place): string {
    const id = principalId(this.#platform, body.kind, body.nativeId);
    const said = { id, platform: this.#platform, seen: 'listed' as const, ...body, locations: [this.at(place)] };
    this.#named.delete(id);
    this.#tell({ kind: 'principal', body: said });
    return id;
  }

  /** A principal that something names, also one of another platform. Returns its id. */
  name(
    body: Pick<Principal, 'kind' | 'nativeId' | 'name' | 'scope'> & Partial<Pick<Principal, 'platform' | 'attributes'>>,
    place: Place,
  ): string {
    const platform = body.platform ?? this.#platform;
    const id = principalId(platform, body.kind, body.nativeId);
    if (!this.#told.has(`principal ${id}`) && !this.#named.has(id)) {
      this.#named.set(id, { ...body, id, platform, seen: 'referenced', locations: [this.at(place)] });
    }
    return id;
  }

  credential(body: Told<Credential, 'status'>, place: Place): void {
    const id = credentialId(this.#platform, body.kind, body.nativeId);
    const said = { id, platform: this.#platform, status: 'active' as const, ...body, locations: [this.at(place)] };
    this.#tell({ kind: 'credential', body: said });
  }

  grant(body: Told<Grant, 'effect' | 'role'>, place: Place): void {
    const content = { platform: this.#platform, effect: 'allow' as const, role: 'identity' as const, ...body };
    this.#tell({
      kind: 'grant',
      body: { id: contentId('grant', content), ...content, locations: [this.at(place)] },
    });
  }

  /** The platform is that of the principal that can be become, unless another is given. */
  trust(body: Told<Trust, 'effect'> & Partial<Pick<Trust, 'platform'>>, place: Place): void {
    const content = { platform: this.#platform, effect: 'allow' as const, ...body };
    this.#tell({
      kind: 'trust',
      body: { id: contentId('trust', content), ...content, locations: [this.at(place)] },
    });
  }

  /** Tells who was named and has no record of its own in the file. */
  end(): void {
    for (const body of this.#named.values()) this.#tell({ kind: 'principal', body });
    this.#named.clear();
  }

  #tell(fact: Fact): void {
    const key = `${fact.kind} ${fact.body.id}`;
    if (this.#told.has(key)) return;
    this.#told.add(key);
    this.#context.emit(fact);
  }
}
