import { compareTexts } from '../model/compare-texts.ts';
import type { Finding } from '../model/finding.ts';
import { formatLocation, type Location } from '../model/location.ts';
import type { StaticSecret } from '../model/static-secret.ts';
import type { Report } from './report.ts';

/** The secrets of a report in an order that does not depend on what was read first; the places of each likewise. */
export function sortedSecrets({ secrets }: Report): readonly StaticSecret[] {
  return secrets
    .map((secret) => ({ ...secret, locations: secret.locations.toSorted(byPlace) }))
    .sort((a, b) => compareFirst(a, b) || compareTexts(a.rule, b.rule) || compareTexts(a.id, b.id));
}

/** Where else the secret stands that a finding is about. */
export function otherPlaces({ subject, location }: Finding, { secrets }: Report): readonly Location[] {
  const secret = secrets.find(({ id }) => id === subject);
  if (secret === undefined) return [];
  const known = location === undefined ? undefined : formatLocation(location);
  return secret.locations.filter((place) => formatLocation(place) !== known).toSorted(byPlace);
}

function compareFirst({ locations: [a] }: StaticSecret, { locations: [b] }: StaticSecret): number {
  return a === undefined || b === undefined ? Number(a === undefined) - Number(b === undefined) : byPlace(a, b);
}

/** By file, then in the order of its text; what is in the working tree comes before what is only in history. */
function byPlace(a: Location, b: Location): number {
  return (
    compareTexts(a.path, b.path) ||
    (a.line ?? 0) - (b.line ?? 0) ||
    (a.column ?? 0) - (b.column ?? 0) ||
    compareTexts(a.commit ?? '', b.commit ?? '')
  );
}
