import { canonicalJson } from '../model/canonical-json.ts';
import type { Json, JsonObject } from '../model/json.ts';
import type { FieldChange } from './drift.ts';

/** Members that differ, by name. */
export function fieldChanges(
  before: JsonObject,
  after: JsonObject,
  minor: ReadonlySet<string>,
): readonly FieldChange[] {
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return fields.flatMap((field) => {
    const [was, is] = [before[field], after[field]];
    if (text(was) === text(is)) return [];
    return [
      {
        field,
        minor: minor.has(field),
        ...(was === undefined ? {} : { before: was }),
        ...(is === undefined ? {} : { after: is }),
      },
    ];
  });
}

function text(value: Json | undefined): string {
  return value === undefined ? '' : canonicalJson(value);
}
