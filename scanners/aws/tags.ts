import type { JsonObject } from '../../src/model/json.ts';
import type { Owner } from '../../src/model/principal.ts';
import { objects, text } from '../../src/scan/formats/json-members.ts';

/** Keys of tags that name who answers for something, the surest first. Compared without capitals, `-`, `_` and spaces. */
const OWNER_KEYS = [
  'owner',
  'ownedby',
  'technicalowner',
  'serviceowner',
  'owneremail',
  'team',
  'teamname',
  'squad',
  'contact',
  'contactemail',
  'maintainer',
  'responsible',
  'createdby',
];

/** Keys of tags that say which environment something belongs to, the surest first. */
const ENVIRONMENT_KEYS = ['environment', 'env', 'stage', 'deploymentenvironment', 'tier'];

/** The tags of a principal; `{}` when it has none. */
export function readTags(object: JsonObject): Readonly<Record<string, string>> {
  const tags: [string, string][] = [];
  for (const tag of objects(object, 'Tags')) {
    const key = text(tag, 'Key');
    if (key !== undefined) tags.push([key, text(tag, 'Value') ?? '']);
  }
  return Object.fromEntries(tags);
}

export function ownerOf(tags: Readonly<Record<string, string>>): Owner | undefined {
  const value = firstOf(OWNER_KEYS, tags);
  return value === undefined ? undefined : { value, source: 'tag' };
}

export function environmentOf(tags: Readonly<Record<string, string>>): string | undefined {
  return firstOf(ENVIRONMENT_KEYS, tags);
}

function firstOf(keys: readonly string[], tags: Readonly<Record<string, string>>): string | undefined {
  for (const wanted of keys) {
    for (const [key, value] of Object.entries(tags)) {
      if (value !== '' && key.replaceAll(/[-_ ]/g, '').toLowerCase() === wanted) return value;
    }
  }
  return undefined;
}
