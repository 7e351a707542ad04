import { isArray, RegoDecimal, RegoObject, RegoSet, type RegoValue } from './value.ts';

/** Writes the notation that `parseValue` and the WASM runtime's `opa_value_parse` read. */
export function formatValue(value: RegoValue): string {
  if (isArray(value)) return `[${value.map(formatValue).join(',')}]`;
  if (value instanceof RegoSet)
    return value.members.length === 0 ? 'set()' : `{${value.members.map(formatValue).join(',')}}`;
  if (value instanceof RegoObject)
    return `{${value.entries.map(([key, member]) => `${formatValue(key)}:${formatValue(member)}`).join(',')}}`;
  if (value instanceof RegoDecimal) return value.text;
  return typeof value === 'bigint' ? String(value) : JSON.stringify(value);
}
