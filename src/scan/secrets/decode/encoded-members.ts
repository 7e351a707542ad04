import type { JsonObject } from '../../../model/json.ts';

/** The members of an object that is JSON in base64; none of what is anything else. */
export function encodedMembers(base64: string): Partial<JsonObject> {
  try {
    const value: unknown = JSON.parse(Buffer.from(base64, 'base64').toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
  } catch {
    return {};
  }
}
