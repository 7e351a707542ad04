import { isObject, type Json, type JsonObject } from '../../model/json.ts';

/**
 * The name of a member as exports spell it, in one form: `UserName`, `userName` and `user_name` are the same. Tools that
 * write these exports again do not agree on capitals.
 */
export function normalName(name: string): string {
  return name.replaceAll('_', '').toLowerCase();
}

/** A member by its documented name (`UserName`), however it is spelled. */
export function member(object: JsonObject, name: string): Json | undefined {
  const exact = object[name];
  if (exact !== undefined) return exact;
  const wanted = normalName(name);
  for (const key of Object.keys(object)) {
    // Most members that are asked for are simply not there, and most of what is there is shorter or differs at once.
    if (key.length >= wanted.length && normalName(key) === wanted) return object[key];
  }
  return undefined;
}

/** A member that is a non-empty string. */
export function text(object: JsonObject, name: string): string | undefined {
  const value = member(object, name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A member that may be a list or, as IAM allows, a single value; nothing when it is absent. */
export function list(object: JsonObject, name: string): readonly Json[] {
  const value = member(object, name);
  if (value === undefined || value === null) return [];
  return isList(value) ? value : [value];
}

/** The objects of a list member. */
export function objects(object: JsonObject, name: string): readonly JsonObject[] {
  return list(object, name).filter(isObject);
}

/** The strings of a list member. */
export function texts(object: JsonObject, name: string): readonly string[] {
  return list(object, name).filter((value) => typeof value === 'string');
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
