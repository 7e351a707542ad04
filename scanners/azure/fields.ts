import { isObject, type Json, type JsonObject } from '../../src/model/json.ts';
import { instant } from '../../src/scan/formats/instant.ts';
import { member, text } from '../../src/scan/formats/json-members.ts';

/** A record of ARM with its `properties` beside its other members, as `az` prints it; anything else as it is. */
export function flattened(object: JsonObject): JsonObject {
  const properties = member(object, 'properties');
  // `type` and `name` of properties mean something else than those of the record.
  return isObject(properties) ? { ...properties, ...withoutNulls(object) } : object;
}

function withoutNulls(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));
}

/** A date of any export as ISO 8601. */
export function date(object: JsonObject, name: string): string | undefined {
  const found = instant(member(object, name));
  // The year 1 is how services of Microsoft write "none".
  return found?.startsWith('0001') ? undefined : found;
}

export function flag(object: JsonObject, name: string): boolean | undefined {
  const value = member(object, name);
  return typeof value === 'boolean' ? value : undefined;
}

/** `@odata.type`, also as SDKs spell it. */
export function odataType(object: JsonObject): string | undefined {
  return text(object, '@odata.type') ?? text(object, 'odataType');
}

/** Members that are there, in snake_case: for attributes. */
export function present(members: Readonly<Record<string, Json | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(members).filter(([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0)),
  ) as JsonObject;
}
