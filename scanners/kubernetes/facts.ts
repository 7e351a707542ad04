import type { Fact } from '../../src/model/fact.ts';
import { contentId } from '../../src/model/id.ts';
import type { Location } from '../../src/model/location.ts';
import type { Principal } from '../../src/model/principal.ts';
import type { Trust } from '../../src/model/trust.ts';
import { locatedIn, type Place } from '../../src/scan/formats/node.ts';
import type { ScanContext, SourceFile } from '../../src/scan/scanner.ts';

/** Places of a principal that is only named, or of a grant that many bindings name: enough to look at. */
const MAX_LOCATIONS = 20;

/**
 * The facts of one file. One id is told once, whatever the file repeats; a principal that is only referenced waits for
 * the end, since its own object may still come.
 */
export class Facts {
  readonly cluster: string;
  readonly #file: Pick<SourceFile, 'path'>;
  readonly #context: ScanContext;
  readonly #told = new Set<string>();
  readonly #referenced = new Map<string, Fact & { kind: 'principal' | 'grant' }>();

  constructor(file: Pick<SourceFile, 'path'>, context: ScanContext) {
    this.cluster = context.cluster;
    this.#file = file;
    this.#context = context;
  }

  /** The clock of the run. */
  get now(): Date {
    return this.#context.now;
  }

  at(place: Place): Location {
    return locatedIn(this.#file.path, place);
  }

  problem(message: string, place: Place): void {
    this.#context.problem({ message, location: this.at(place) });
  }

  tell(fact: Fact): void {
    if (this.#told.has(fact.body.id)) return;
    this.#told.add(fact.body.id);
    this.#referenced.delete(fact.body.id);
    this.#context.emit(fact);
  }

  trust(body: Omit<Trust, 'id' | 'platform' | 'effect'>): void {
    const { locations, ...content } = body;
    const said = { platform: 'kubernetes', effect: 'allow' as const, ...content };
    this.tell({ kind: 'trust', body: { id: contentId('trust', said), ...said, locations } });
  }

  /** A principal that something names. Returns its id. */
  reference(principal: Omit<Principal, 'seen' | 'locations'>, place: Place): string {
    this.hold({ kind: 'principal', body: { ...principal, seen: 'referenced', locations: [this.at(place)] } });
    return principal.id;
  }

  /** Keeps a fact for the end, with the places of all that say it. */
  hold(fact: Fact & { kind: 'principal' | 'grant' }): void {
    const { id } = fact.body;
    if (this.#told.has(id)) return;
    const known = this.#referenced.get(id);
    const locations = [...(known?.body.locations ?? []), ...fact.body.locations].slice(0, MAX_LOCATIONS);
    if (fact.kind === 'principal') this.#referenced.set(id, { ...fact, body: { ...fact.body, locations } });
    else this.#referenced.set(id, { ...fact, body: { ...fact.body, locations } });
  }

  end(): void {
    for (const fact of [...this.#referenced.values()]) this.tell(fact);
  }
}
