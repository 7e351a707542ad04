import type { Credential } from '../../src/model/credential.ts';
import type { Fact } from '../../src/model/fact.ts';
import type { Grant } from '../../src/model/grant.ts';
import { contentId, credentialId, secretId } from '../../src/model/id.ts';
import type { Location } from '../../src/model/location.ts';
import { mergeBodies } from '../../src/model/merge.ts';
import type { Principal } from '../../src/model/principal.ts';
import type { StaticSecret } from '../../src/model/static-secret.ts';
import type { Trust } from '../../src/model/trust.ts';
import { locatedIn, type Place } from '../../src/scan/formats/node.ts';
import type { PrincipalName } from '../cloud-principals.ts';

/** Places of one fact: enough to look at. */
const MAX_LOCATIONS = 20;

type Content<Body> = Omit<Body, 'id' | 'locations'>;

/** What a file can say wrong, and where. */
export type Problem = (message: string, place: Place) => void;

/**
 * The facts of one file, one per id: whoever is listed and named is listed, and what is said twice has two places. They are
 * kept, since some of them are only understood when all is read.
 */
export class FactSet {
  readonly problem: Problem;
  readonly #path: string;
  readonly #fingerprint: (value: string) => string;
  readonly #facts = new Map<string, Fact>();

  constructor(path: string, fingerprint: (value: string) => string, problem: Problem) {
    this.#path = path;
    this.#fingerprint = fingerprint;
    this.problem = problem;
  }

  at(place: Place): Location {
    return locatedIn(this.#path, place);
  }

  all(): readonly Fact[] {
    return [...this.#facts.values()];
  }

  get(kind: Fact['kind'], id: string): Fact | undefined {
    return this.#facts.get(`${kind} ${id}`);
  }

  add(fact: Fact): void {
    const key = `${fact.kind} ${fact.body.id}`;
    const known = this.#facts.get(key);
    if (known !== undefined && known.body.locations.length >= MAX_LOCATIONS && !isListed(fact)) return;
    this.#facts.set(key, known === undefined ? fact : merged(known, fact));
  }

  /** A principal whose own record this is. Returns its id. */
  principal(name: PrincipalName, place: Place, more: Partial<Principal> = {}): string {
    this.add({ kind: 'principal', body: { ...name, seen: 'listed', ...more, locations: [this.at(place)] } });
    return name.id;
  }

  /** A principal that something names. Returns its id. */
  reference(name: PrincipalName, place: Place): string {
    this.add({ kind: 'principal', body: { ...name, seen: 'referenced', locations: [this.at(place)] } });
    return name.id;
  }

  grant(content: Content<Grant>, ...places: readonly Place[]): void {
    const locations = places.map((place) => this.at(place));
    this.add({ kind: 'grant', body: { id: contentId('grant', { ...content }), ...content, locations } });
  }

  trust(content: Content<Trust>, place: Place): void {
    this.add({
      kind: 'trust',
      body: { id: contentId('trust', { ...content }), ...content, locations: [this.at(place)] },
    });
  }

  credential(content: Content<Credential>, place: Place): void {
    const id = credentialId(content.platform, content.kind, content.nativeId);
    this.add({ kind: 'credential', body: { id, ...content, locations: [this.at(place)] } });
  }

  /**
   * Secret material. The value ends here.
   *
   * @param around - how many characters of the line it takes, and where its id stands when that is on another line.
   */
  secret(
    value: string,
    said: Pick<StaticSecret, 'rule' | 'vendor' | 'title' | 'confidence' | 'platform' | 'credentialNativeId' | 'facts'>,
    place: Place,
    { written, idLine }: { readonly written: number; readonly idLine?: number | undefined },
  ): void {
    const fingerprint = this.#fingerprint(value);
    const location: Location = {
      ...this.at(place),
      endColumn: place.column + written,
      ...(idLine === undefined || idLine === place.line ? {} : { idLine }),
    };
    this.add({
      kind: 'secret',
      body: {
        id: secretId(fingerprint),
        ...said,
        fingerprint,
        validity: 'unknown',
        inHead: true,
        locations: [location],
      },
    });
  }
}

function isListed(fact: Fact): boolean {
  return fact.kind === 'principal' && fact.body.seen === 'listed';
}

function merged(known: Fact, fact: Fact): Fact {
  return { kind: fact.kind, body: mergeBodies(fact.kind, known.body, fact.body) } as Fact;
}
