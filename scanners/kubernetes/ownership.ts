import type { Owner } from '../../src/model/principal.ts';
import { type Entry, textAt } from '../../src/scan/formats/node.ts';
import type { Facts } from './facts.ts';
import type { ManifestObject } from './manifest-object.ts';

const OWNER_KEYS = new Set(['owner', 'owners', 'owned-by', 'team', 'contact', 'maintainer', 'maintainers']);
const ENVIRONMENT_KEYS = new Set(['environment', 'env']);

/** Owner and environment, as labels and annotations of an object say them: `team`, `example.com/owner`, `env`. */
export function ownership(object: ManifestObject, facts: Facts): { owner?: Owner; environment?: string } {
  const annotated = find(object.annotations, OWNER_KEYS);
  const labelled = annotated ?? find(object.labels, OWNER_KEYS);
  const environment = find(object.labels, ENVIRONMENT_KEYS) ?? find(object.annotations, ENVIRONMENT_KEYS);
  const source = annotated === undefined ? 'label' : 'annotation';
  return {
    ...(labelled === undefined ? {} : { owner: { value: labelled.value, source, location: facts.at(labelled.place) } }),
    ...(environment === undefined ? {} : { environment: environment.value }),
  };
}

/** Whether an annotation says who answers for an object. */
export function isOwnerKey(key: string): boolean {
  return OWNER_KEYS.has(lastPart(key));
}

function find(entries: ReadonlyMap<string, Entry>, keys: ReadonlySet<string>) {
  for (const [key, entry] of entries) {
    const value = textAt(entry.value)?.trim();
    if (keys.has(lastPart(key)) && value) return { value, place: entry.place };
  }
  return undefined;
}

function lastPart(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1).toLowerCase();
}
