import { isObject, type Json, type JsonObject } from '../../src/model/json.ts';
import type { Location } from '../../src/model/location.ts';
import type { FileFacts } from '../file-facts.ts';
import type { DumpScope } from './dump-scope.ts';

/** An element of an answer, and what is known around it. */
export interface DumpElement {
  readonly value: JsonObject;
  readonly place: Required<Pick<Location, 'line' | 'column'>>;
  /** By its own address, else by the name of the file; undefined when neither says. */
  readonly scope: DumpScope | undefined;
}

/** A repository and its owner, which never act themselves: what holds for all workflows in them stands at them. */
export function tellRepository(
  facts: FileFacts,
  repository: string,
  attributes: JsonObject,
  place: DumpElement['place'],
): string {
  const scope = repository.split('/');
  const body = { kind: 'repository', nativeId: repository, name: repository, scope };
  return Object.keys(attributes).length === 0
    ? facts.name(body, place)
    : facts.principal({ ...body, attributes }, place);
}

export function tellOrganization(
  facts: FileFacts,
  owner: string,
  attributes: JsonObject,
  place: DumpElement['place'],
): string {
  const body = { kind: 'organization', nativeId: owner, name: owner, scope: [owner] };
  return Object.keys(attributes).length === 0
    ? facts.name(body, place)
    : facts.principal({ ...body, attributes }, place);
}

/** `{contents: 'read'}` as `contents:read`. */
export function levels(permissions: Json | undefined): readonly string[] {
  if (!isObject(permissions)) return [];
  return Object.entries(permissions).flatMap(([scope, level]) =>
    typeof level === 'string' ? `${scope}:${level}` : [],
  );
}
