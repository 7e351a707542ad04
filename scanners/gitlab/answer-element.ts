import type { JsonObject } from '../../src/model/json.ts';
import type { Usage } from '../../src/model/usage.ts';
import { instant } from '../../src/scan/formats/instant.ts';
import { member } from '../../src/scan/formats/json-members.ts';
import type { Place } from '../../src/scan/formats/node.ts';
import type { FileFacts } from '../file-facts.ts';
import type { AnswerScope } from './answer-scope.ts';

/** An element of an answer, and what is known around it. */
export interface AnswerElement {
  readonly value: JsonObject;
  readonly place: Place;
  /** By the name of the file; the answers themselves do not tell. */
  readonly scope: AnswerScope | undefined;
}

/** A project or group, which never acts itself. */
export function holder(scope: AnswerScope, facts: FileFacts, place: Place): string {
  return facts.name(
    { kind: scope.kind, nativeId: scope.nativeId, name: scope.nativeId, scope: scope.nativeId.split('/') },
    place,
  );
}

/** Says that an element is left out, or a part of what it says, since nothing tells where it belongs. */
export function unnamed(what: string, facts: FileFacts, place: Place): void {
  facts.problem(
    `${what}: of which project or group is not told: name the file after the request (projects/GROUP%2FNAME/…, groups/NAME/…)`,
    place,
  );
}

/** GitLab says a day; the token dies as it begins. Null is "never"; a member that is not there says nothing. */
export function expiry(value: JsonObject): { readonly expiresAt?: string; readonly expiryUnknown?: true } {
  const said = member(value, 'expires_at');
  const day = typeof said === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(said) ? `${said}T00:00:00Z` : said;
  const expiresAt = instant(day);
  if (expiresAt !== undefined) return { expiresAt };
  return said === null ? {} : { expiryUnknown: true };
}

/** Null is "never"; a member that is not there says nothing. */
export function usageOf(value: JsonObject, name: string, source: string): { readonly usage?: Usage } {
  const used = member(value, name);
  if (used === undefined) return {};
  const lastUsedAt = instant(used);
  return {
    usage: { ...(lastUsedAt === undefined ? { never: true } : { lastUsedAt }), source, confidence: 'medium' },
  };
}
