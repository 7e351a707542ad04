import { isObject, type Json, type JsonObject } from '../model/json.ts';

/** Lays one document over another: objects merge member by member, everything else is replaced. */
export function mergeData(base: JsonObject, over: JsonObject): JsonObject {
  const merged: Record<string, Json | undefined> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = Object.hasOwn(base, key) ? base[key] : undefined;
    // Not by assignment: a member that is called `__proto__` must stay a member.
    Object.defineProperty(merged, key, {
      value: isObject(below) && isObject(value) ? mergeData(below, value) : value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return merged;
}
