import { describe, expect, it } from 'vitest';
import { contradictingPolicies, contradictionsIn } from '../../src/model/contradictions.ts';
import type { Fact } from '../../src/model/fact.ts';
import { DOCUMENT_ELSEWHERE } from '../../src/model/grant.ts';
import { mergeInventory } from '../../src/model/merge-inventory.ts';
import { credential, grant, principal } from '../support/facts.ts';

const at = (path: string, line = 1) => [{ path, line, column: 1 }];
const ARN = 'arn:aws:iam::111122223333:user/ci';

const user = (path: string, more: Parameters<typeof principal>[3] = {}) =>
  principal('aws', 'user', ARN, { locations: at(path), ...more });
const key = (path: string, more: Parameters<typeof credential>[4] = {}) =>
  credential('aws', 'access-key', 'AKIAEXAMPLEEXAMPLE01', user(path), { locations: at(path), ...more });
const said = (facts: readonly Fact[]) =>
  contradictionsIn(facts).map(({ field, sides }) => [
    field,
    ...sides.map(({ value, location }) => `${value} ${location.path}`),
  ]);
const users = (...bodies: readonly ReturnType<typeof user>[]) =>
  bodies.map((body) => ({ kind: 'principal', body }) as const);
const keys = (...bodies: readonly ReturnType<typeof key>[]) =>
  bodies.map((body) => ({ kind: 'credential', body }) as const);

describe('records of one thing', () => {
  it.each<[string, readonly Fact[], unknown]>([
    ['agree', users(user('a', { enabled: true }), user('b', { enabled: true })), []],
    [
      'differ',
      users(user('a', { enabled: true }), user('b'), user('c', { enabled: false })),
      [['enabled', 'true a', 'false c']],
    ],
    [
      'differ, of which one is a reference',
      users(user('a', { enabled: true }), user('b', { enabled: false, seen: 'referenced' })),
      [],
    ],
    [
      'differ, of which one is planned',
      users(user('a', { enabled: true }), user('b', { enabled: false, attributes: { planned: 'declared' } })),
      [],
    ],
    [
      'differ in a time by how exact it is',
      users(user('a', { createdAt: '2026-01-01' }), user('b', { createdAt: '2026-01-01T12:00:01Z' })),
      [],
    ],
    [
      'differ in a time',
      users(user('a', { createdAt: '2026-01-01' }), user('b', { createdAt: '2026-01-03' })),
      [['created', '2026-01-01 a', '2026-01-03 b']],
    ],
    ['differ in a status', keys(key('a'), key('b', { status: 'inactive' })), [['status', 'active a', 'inactive b']]],
    [
      'differ in a status that is none',
      keys(key('a'), key('b', { status: 'unknown' }), key('c', { status: 'expired' })),
      [],
    ],
    [
      'differ in when it ends',
      keys(key('a', { expiresAt: '2026-01-01T00:00:00Z' }), key('b', { expiresAt: '2027-01-01T00:00:00Z' }), key('c')),
      [['expires', '2026-01-01T00:00:00Z a', '2027-01-01T00:00:00Z b']],
    ],
  ])('that %s', (_, facts, expected) => {
    expect(said(facts)).toEqual(expected);
  });
});

describe('documents of one policy', () => {
  const told = (...grants: readonly ReturnType<typeof grant>[]) => {
    const facts: Fact[] = [...users(user('a'), user('b')), ...grants.map((body) => ({ kind: 'grant', body }) as const)];
    return [...contradictingPolicies(mergeInventory(facts))].map(({ field, sides }) => [
      field,
      ...sides.map(({ location }) => location.path),
    ]);
  };
  const statement = (path: string, action: string, via: readonly string[] = ['policy:p']) =>
    grant(user('a'), [action], { via, locations: at(path) });

  it('are told where files differ', () => {
    expect(told(statement('a', 's3:*'), statement('b', 's3:*'))).toEqual([]);
    const [[field, ...paths] = []] = told(statement('a', 's3:*'), statement('b', 'sqs:*'));
    expect([field, paths.toSorted()]).toEqual(['policy:p', ['a', 'b']]);
    expect(told(statement('a', 's3:*'), statement('b', 's3:*'), statement('b', 'sqs:*'))).toEqual([
      ['policy:p', 'b', 'a'],
    ]);
  });

  it.each([
    ['another policy', ['policy:q']],
    ['one whose document is elsewhere', [DOCUMENT_ELSEWHERE, 'policy:p']],
    ['one that is only declared', ['declared', 'policy:p']],
    ['none', ['binding:p']],
  ])('are not compared with %s', (_, via) => {
    expect(told(statement('a', 's3:*'), statement('b', 'sqs:*', via))).toEqual([]);
  });
});
