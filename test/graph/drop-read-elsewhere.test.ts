import { describe, expect, test } from 'vitest';
import { dropReadElsewhere } from '../../src/graph/drop-read-elsewhere.ts';
import { DOCUMENT_ELSEWHERE, type Grant } from '../../src/model/grant.ts';
import { contentId } from '../../src/model/id.ts';
import { mergeInventory } from '../../src/model/merge-inventory.ts';

function grant(said: Partial<Grant>): Grant {
  const content = {
    platform: 'aws',
    principal: 'aws:user:a',
    effect: 'allow',
    role: 'identity',
    actions: [],
    resources: [],
    scope: '111122223333',
    via: ['policy:p'],
    ...said,
  } as const;
  return { id: contentId('grant', JSON.parse(JSON.stringify(content))), ...content, locations: [{ path: 'x' }] };
}

const open = (said: Partial<Grant> = {}) =>
  grant({ unknownContent: true, ...said, via: [...(said.via ?? ['policy:p']), DOCUMENT_ELSEWHERE] });
const read = (said: Partial<Grant> = {}) => grant({ actions: ['s3:*'], resources: ['*'], ...said });

function left(...grants: readonly Grant[]): readonly string[] {
  const inventory = mergeInventory(grants.map((body) => ({ kind: 'grant', body })));
  const joined = dropReadElsewhere(inventory);
  expect(dropReadElsewhere(joined)).toEqual(joined);
  return [...joined.grants.values()].map(({ id }) => id);
}

describe('a policy that is attached in one file', () => {
  test('and read in another is known', () => {
    const known = read({ via: ['policy:p', 'statement:S'] });
    expect(left(open(), known)).toEqual([known.id]);
  });

  test.each([
    ['of another holder', read({ principal: 'aws:user:b' })],
    ['as another one', read({ via: ['policy:q'] })],
    ['as a boundary', read({ role: 'boundary' })],
    ['and not understood', grant({ unknownContent: true })],
  ])('and read %s stays unknown', (_, other) => {
    const unknown = open();
    expect(left(unknown, other)).toEqual([unknown.id, other.id].sort());
  });
});
