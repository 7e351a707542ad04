import type { EntityKind } from '../../model/entity.ts';
import type { SourceState } from '../../model/source-state.ts';
import type { ReportedSource } from '../../report/compliance/compliance-report.ts';
import { FILES, HISTORY } from '../../report/compliance/count-subjects.ts';
import type { InventoryStore } from '../../store/inventory/inventory-store.ts';

/** What the rows of a point say of where they come from. */
export interface FactSources {
  /** Platforms by source; `files` and `history` for the search for secrets. */
  readonly platforms: ReadonlyMap<string, ReadonlySet<string>>;
  /** Platforms whose identities have records of their own. */
  readonly listed: ReadonlySet<string>;
  /** Sources and units (files) by the id of a row that was asked for. */
  readonly of: ReadonlyMap<string, { readonly sources: ReadonlySet<string>; readonly units: ReadonlySet<string> }>;
}

const TELLING: ReadonlySet<EntityKind> = new Set(['principal', 'credential', 'grant', 'trust']);

/** Streams the rows of a point once. */
export async function readFacts(
  store: InventoryStore,
  point: number,
  subjects: ReadonlySet<string>,
): Promise<FactSources> {
  const platforms = new Map<string, Set<string>>();
  const listed = new Set<string>();
  const of = new Map<string, { sources: Set<string>; units: Set<string> }>();
  for await (const { kind, body, source, unit } of store.facts(point)) {
    if (kind === 'finding') continue;
    if (subjects.has(body.id)) {
      const places = of.get(body.id) ?? { sources: new Set(), units: new Set() };
      places.sources.add(source);
      places.units.add(unit);
      of.set(body.id, places);
    }
    if (!TELLING.has(kind) || kind === 'secret' || (kind === 'principal' && body.seen !== 'listed')) continue;
    if (kind === 'principal') listed.add(body.platform);
    platforms.set(source, (platforms.get(source) ?? new Set()).add(body.platform));
  }
  return { platforms, listed, of };
}

/** Sources that judge nothing by themselves and read no files. */
const DERIVED: ReadonlySet<string> = new Set(['findings', 'verify']);

export interface SourceOptions {
  /** Platforms that rules are about: a scanner that is called so tells of it, even if it found nothing. */
  readonly known: ReadonlySet<string>;
  /** ISO 8601: a source that was not looked at since then is stale. */
  readonly staleBefore: string;
}

/** Where sources stand, as the report shows them. Those that never found a file to read are left out. */
export function reportedSources(
  states: readonly SourceState[],
  { platforms }: Pick<FactSources, 'platforms'>,
  { known, staleBefore }: SourceOptions,
): readonly ReportedSource[] {
  return states.flatMap(({ source, latest, unreadUnits, tellingUnits }) => {
    if (DERIVED.has(source) || (latest.complete && latest.units === 0 && unreadUnits === 0 && tellingUnits === 0))
      return [];
    const [scanner = ''] = source.split(':');
    const own =
      scanner === 'secrets' ? [source.endsWith(':history') ? HISTORY : FILES] : known.has(scanner) ? [scanner] : [];
    return [
      {
        source,
        at: latest.at,
        read: latest.units,
        unread: unreadUnits,
        complete: latest.complete,
        stale: latest.at < staleBefore,
        platforms: [...new Set([...own, ...(platforms.get(source) ?? [])])].sort(),
        problems: latest.problems,
      },
    ];
  });
}
