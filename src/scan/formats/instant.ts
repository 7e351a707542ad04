import type { Json } from '../../model/json.ts';

const FORM = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:\.\d+)?(Z|[+-]\d{2}:?\d{2})?$/;

/**
 * A point in time as ISO 8601 in UTC. Exports write it with `T` or a space, with or without zone (UTC is meant), or as
 * seconds since 1970; undefined for anything else (`N/A`, `no_information`).
 */
export function instant(value: Json | undefined): string | undefined {
  if (typeof value === 'number') return iso(new Date(value * 1000));
  if (typeof value !== 'string') return undefined;
  const [whole, day, time, zone = 'Z'] = FORM.exec(value) ?? [];
  return whole === undefined ? undefined : iso(new Date(`${day}T${time}${zone}`));
}

function iso(date: Date): string | undefined {
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
