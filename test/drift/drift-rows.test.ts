import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareMaps } from '../../src/drift/compare-maps.ts';
import type { DriftRow } from '../../src/drift/drift.ts';
import { driftRow, unseenRow } from '../../src/drift/drift-rows.ts';
import type { EntityChange, EntityKind } from '../../src/model/entity.ts';
import type { Json } from '../../src/model/json.ts';
import type { Principal } from '../../src/model/principal.ts';
import { accessKey, finding, grant, secret, user } from '../store/sample-facts.ts';

const context = {
  from: 3,
  timeOf: (snapshot: number) => `2026-01-0${snapshot}`,
  principalName: (id: string) => (id === user('ci').id ? 'aws user ci' : id),
};
const history = { firstSeen: 4, since: 5, sources: ['aws:acme'] };
const row = (change: Partial<EntityChange> & { kind: EntityKind }): DriftRow =>
  driftRow({ id: 'x', history, ...change } as EntityChange, context);

describe('driftRow', () => {
  it('tells what came', () => {
    expect(row({ kind: 'principal', after: user('ci') })).toEqual({
      kind: 'added',
      entity: 'principal',
      id: 'x',
      name: 'aws user ci',
      fields: [],
      body: user('ci'),
      minor: false,
      firstSeen: '2026-01-04',
      since: '2026-01-05',
      sources: ['aws:acme'],
      location: { path: 'iam.json', line: 1 },
    });
  });

  it('tells what is back apart from what is new', () => {
    expect(row({ kind: 'principal', after: user('ci'), history: { ...history, firstSeen: 3 } }).kind).toBe('reopened');
    expect(row({ kind: 'principal', after: user('ci'), history: { ...history, firstSeen: 4 } }).kind).toBe('added');
    expect(
      row({
        kind: 'principal',
        before: user('ci'),
        after: user('ci', { enabled: true }),
        history: { ...history, firstSeen: 1 },
      }).kind,
    ).toBe('changed');
  });

  it('tells what went, and when it was last there', () => {
    expect(
      row({ kind: 'secret', before: secret('1'), history: { ...history, firstSeen: 1, lastSeen: 4 } }),
    ).toMatchObject({ kind: 'removed', body: secret('1'), lastSeen: '2026-01-04' });
  });

  it('tells what changed, member by member', () => {
    const changed = row({
      kind: 'principal',
      before: user('ci', { enabled: true }),
      after: user('ci', { attributes: { a: 1 }, name: 'ci2' }),
    });
    expect(changed.fields).toEqual([
      { field: 'attributes', minor: false, after: { a: 1 } },
      { field: 'enabled', minor: false, before: true },
      { field: 'name', minor: false, before: 'ci', after: 'ci2' },
    ]);
    expect(changed).not.toHaveProperty('body');
  });

  it.each<[string, EntityChange['before'], EntityChange['after'], EntityKind, boolean]>([
    ['a line moved', user('ci'), user('ci', { locations: [] }), 'principal', true],
    [
      'a later use',
      accessKey('ci', 'A'),
      accessKey('ci', 'A', { usage: { source: 's', confidence: 'low' } }),
      'credential',
      true,
    ],
    [
      'a later use and another status',
      accessKey('ci', 'A'),
      accessKey('ci', 'A', { status: 'inactive', usage: { source: 's', confidence: 'low' } }),
      'credential',
      false,
    ],
    ['a secret in another place', secret('1'), secret('1', { locations: [] }), 'secret', true],
    ['a secret that is active', secret('1'), secret('1', { validity: 'active' }), 'secret', false],
    [
      'a finding that is a day older',
      finding('r', 's', { message: '90 days' }),
      finding('r', 's', { message: '91 days', detail: { days: 91 } }),
      'finding',
      true,
    ],
    ['a finding of another level', finding('r', 's'), finding('r', 's', { severity: 'low' }), 'finding', false],
  ])('knows whether it matters: %s', (_case, before, after, kind, minor) => {
    expect(row({ kind, before, after } as EntityChange).minor).toBe(minor);
  });

  it.each<[EntityKind, EntityChange['after'], string]>([
    ['credential', accessKey('ci', 'AKIAEXAMPLE'), 'aws access-key AKIAEXAMPLE'],
    ['secret', secret('1', { hint: 'AKIA…WXYZ' }), 'AWS access key AKIA…WXYZ'],
    ['grant', grant('ci', 's3:*', { actions: ['a', 'b', 'c', 'd', 'e'] }), 'aws user ci may a, b, c and 2 more on *'],
    [
      'grant',
      grant('ci', 's3:*', { effect: 'deny', actions: [], notActions: ['iam:*'] }),
      'aws user ci must not all but iam:* on *',
    ],
    [
      'trust',
      {
        id: 't',
        platform: 'aws',
        principal: 'role',
        subject: { kind: 'federated', issuer: 'token.example' },
        declaredBy: 'target',
        effect: 'allow',
        how: 'assume',
        locations: [],
      },
      'tokens of token.example assume role',
    ],
    ['finding', finding('no-owner', 'ci'), 'no-owner: ci'],
  ])('names a %s', (kind, after, name) => {
    expect(row({ kind, after } as EntityChange).name).toBe(name);
  });

  it('carries the severity and the place of a finding', () => {
    const location = { path: '.env', line: 2 };
    expect(row({ kind: 'finding', after: finding('r', 's', { severity: 'critical', location }) })).toMatchObject({
      severity: 'critical',
      location,
    });
  });
});

describe('unseenRow', () => {
  it('is not a removal', () => {
    const unseen = { kind: 'principal', id: user('ci').id, since: 5, source: 'aws:acme' } as const;
    expect(unseenRow(unseen, user('ci'), 4, context)).toMatchObject({
      kind: 'not-seen',
      name: 'aws user ci',
      since: '2026-01-05',
      lastSeen: '2026-01-04',
      sources: ['aws:acme'],
    });
  });
});

/** Leads from the earlier view to the later one, by nothing but the rows. */
function apply(rows: readonly DriftRow[], before: ReadonlyMap<string, unknown>): ReadonlyMap<string, unknown> {
  const view = new Map(before);
  for (const { kind, id, body, fields } of rows) {
    if (kind === 'removed') view.delete(id);
    else if (kind !== 'changed') view.set(id, body);
    else {
      const members = new Map(Object.entries(view.get(id) as Record<string, Json>));
      for (const { field, after } of fields)
        if (after === undefined) members.delete(field);
        else members.set(field, after);
      view.set(id, Object.fromEntries(members));
    }
  }
  return view;
}

describe('apply(diff(a, b), a) = b', () => {
  const principal: fc.Arbitrary<Principal> = fc
    .record(
      {
        enabled: fc.boolean(),
        createdAt: fc.constantFrom('2025-01-01', '2026-01-01'),
        attributes: fc.dictionary(fc.constantFrom('a', 'b', '__proto__'), fc.jsonValue() as fc.Arbitrary<Json>, {
          maxKeys: 2,
        }),
        seen: fc.constantFrom('listed' as const, 'referenced' as const),
        aliases: fc.array(fc.constantFrom('x', 'y'), { maxLength: 2 }),
      },
      { requiredKeys: ['seen'] },
    )
    .map((over) => user('n', over as Partial<Principal>));
  const view = fc
    .dictionary(fc.constantFrom('p', 'q', 'r', 's'), principal)
    .map((entries) => new Map(Object.entries(entries)));

  it('holds for any two views', () => {
    fc.assert(
      fc.property(view, view, (before, after) => {
        const rows = [...compareMaps('principal', before, after, () => history)].map((change) =>
          driftRow(change, context),
        );
        const order = (map: ReadonlyMap<string, unknown>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
        expect(order(apply(rows, before))).toEqual(order(after));
      }),
      { numRuns: 500 },
    );
  });

  it('is empty for two equal views, whatever the order of members', () => {
    const reordered = Object.fromEntries(Object.entries(user('ci')).reverse()) as unknown as Principal;
    expect([
      ...compareMaps('principal', new Map([['x', user('ci')]]), new Map([['x', reordered]]), () => history),
    ]).toEqual([]);
  });
});
