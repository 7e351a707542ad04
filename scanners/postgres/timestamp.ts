/**
 * A time as PostgreSQL writes it (`2027-01-01 00:00:00+00`), as ISO 8601 in UTC; null for `infinity`, which is for ever,
 * undefined for what is none. Without a zone UTC is meant.
 */
export function timestamp(written: string | undefined): string | null | undefined {
  if (written === undefined) return undefined;
  if (/^infinity$/i.test(written)) return null;
  const found =
    /^(\d{4,}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)?)?\s*(Z|UTC|[+-]\d{2}(?::?\d{2})?)?$/i.exec(written);
  if (found === null) return undefined;
  const [, day, time = '00:00:00', zone = 'Z'] = found;
  const offset = /^[+-]\d{2}$/.test(zone) ? `${zone}:00` : zone.toUpperCase() === 'UTC' ? 'Z' : zone;
  const date = new Date(`${day}T${time}${offset}`);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
