import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Credential } from '../../src/model/credential.ts';
import type { EntityBody, EntityKind } from '../../src/model/entity.ts';
import type { Fact } from '../../src/model/fact.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import type { Location } from '../../src/model/location.ts';
import { mergeBodies, normalBody } from '../../src/model/merge.ts';
import { mergeInventory } from '../../src/model/merge-inventory.ts';
import { accessKey, finding, grant, secret, user } from '../store/sample-facts.ts';

/** Few values each, so that sides agree and disagree often. */
const locations: fc.Arbitrary<readonly Location[]> = fc.array(
  fc.record(
    {
      path: fc.constantFrom('a', 'b'),
      line: fc.integer({ min: 1, max: 3 }),
      column: fc.integer({ min: 1, max: 2 }),
      commit: fc.constantFrom('c1', 'c2'),
    },
    { requiredKeys: ['path'] },
  ),
  { maxLength: 4 },
) as fc.Arbitrary<readonly Location[]>;
const date = fc.constantFrom(
  '2024-01-01T00:00:00Z',
  '2024-01-01T00:00:00.000Z',
  '2025-06-01T12:00:00+02:00',
  '2025-06-01T10:00:00Z',
  'no date',
);
const attributes = fc.dictionary(
  fc.constantFrom('a', 'b', '__proto__'),
  fc.constantFrom<string | number | null>('x', 1, null),
  { maxKeys: 3 },
);
const usage = fc.record(
  {
    lastUsedAt: date,
    never: fc.boolean(),
    asOf: date,
    source: fc.constantFrom('s1', 's2'),
    confidence: fc.constantFrom('high', 'medium', 'low'),
  },
  { requiredKeys: ['source', 'confidence'] },
);
const some = <T extends object>(model: { [Key in keyof T]: fc.Arbitrary<T[Key]> }): fc.Arbitrary<Partial<T>> =>
  fc.record(model, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>;

const ARBITRARIES: { readonly [Kind in EntityKind]: fc.Arbitrary<EntityBody<Kind>> } = {
  principal: fc
    .tuple(
      fc.record({
        seen: fc.constantFrom('listed' as const, 'referenced' as const),
        name: fc.constantFrom('n', 'm'),
        locations,
      }),
      some({
        aliases: fc
          .array(fc.constantFrom('x', 'y', 'z'), { minLength: 1, maxLength: 3 })
          .map((list) => [...new Set(list)]),
        owner: fc.record({
          value: fc.constantFrom('team-a', 'team-b'),
          source: fc.constantFrom('tag', 'blame', 'other', 'another'),
        }),
        environment: fc.constantFrom('prod', 'test'),
        thirdParty: fc.boolean(),
        createdAt: date,
        enabled: fc.boolean(),
        usage,
        attributes,
      }),
    )
    .map(([required, optional]) => user('alice', { ...required, ...optional } as never)),
  credential: fc
    .tuple(
      fc.record({ status: fc.constantFrom('active', 'inactive', 'expired', 'unknown'), locations }),
      some({ createdAt: date, usage, attributes }),
      fc.oneof(
        fc.constant({}),
        fc.constant({ expiryUnknown: true }),
        date.map((expiresAt) => ({ expiresAt })),
      ),
    )
    .map(([required, optional, expiry]) => {
      const { createdAt: _, ...bare } = accessKey('alice', 'AKIAEXAMPLE');
      return { ...bare, ...required, ...optional, ...expiry } as Credential;
    }),
  secret: fc
    .tuple(
      fc.record({
        rule: fc.constantFrom('aws/access-key', 'generic/assignment'),
        confidence: fc.constantFrom('structured', 'contextual', 'generic'),
        validity: fc.constantFrom('unknown', 'active', 'inactive'),
        inHead: fc.boolean(),
        locations,
      }),
      some({
        hint: fc.constantFrom('AKIA…1', 'AKIA…2'),
        platform: fc.constantFrom('aws', 'gcp'),
        credentialNativeId: fc.constantFrom('k1', 'k2'),
        facts: attributes,
      }),
    )
    .map(([required, optional]) => secret('1', { ...required, ...optional } as never)),
  grant: locations.map((list) => grant('alice', 's3:*', { locations: list })),
  trust: locations.map((list) => ({
    id: 'trust:1',
    platform: 'aws',
    principal: 'p',
    subject: { kind: 'anyone' as const },
    declaredBy: 'target' as const,
    effect: 'allow' as const,
    how: 'assume',
    locations: list,
  })),
  finding: fc
    .constantFrom('critical' as const, 'low' as const)
    .chain((severity) => fc.constantFrom('a', 'b').map((title) => finding('r', 's', { severity, title }))),
};

describe.each(Object.keys(ARBITRARIES) as EntityKind[])('merging two %ss', (kind) => {
  const arbitrary = ARBITRARIES[kind].map((body) => normalBody(kind, body as never) as EntityBody);
  const merge = (a: EntityBody, b: EntityBody) => mergeBodies(kind, a as never, b as never) as EntityBody;

  it('does not depend on order', () => {
    fc.assert(
      fc.property(arbitrary, arbitrary, (a, b) => {
        expect(merge(a, b)).toEqual(merge(b, a));
      }),
    );
  });

  it('does not depend on grouping', () => {
    fc.assert(
      fc.property(arbitrary, arbitrary, arbitrary, (a, b, c) => {
        expect(merge(merge(a, b), c)).toEqual(merge(a, merge(b, c)));
      }),
      { numRuns: 500 },
    );
  });

  it('changes nothing when both say the same', () => {
    fc.assert(
      fc.property(arbitrary, arbitrary, (a, b) => {
        expect(merge(a, a)).toEqual(a);
        expect(merge(merge(a, b), b)).toEqual(merge(a, b));
      }),
    );
  });
});

describe('mergeBodies', () => {
  it('lets its own record speak before a reference, and keeps what only the reference knows', () => {
    const listed = user('ci', { attributes: { path: '/' }, aliases: ['AIDAEXAMPLE'] });
    const referenced = user('ci', {
      seen: 'referenced',
      name: 'somebody',
      attributes: { guessed: true },
      aliases: ['other'],
      owner: { value: 'team', source: 'codeowners' },
      locations: [{ path: 'ci.yml', line: 4 }],
    });
    expect(mergeBodies('principal', referenced, listed)).toEqual({
      ...listed,
      aliases: ['AIDAEXAMPLE', 'other'],
      owner: { value: 'team', source: 'codeowners' },
      locations: [{ path: 'iam.json', line: 1 }],
    });
  });

  it.each<[string, Partial<Credential>, Partial<Credential>, Partial<Credential>]>([
    ['active before inactive', { status: 'inactive' }, { status: 'active' }, { status: 'active' }],
    ['known before unknown', { status: 'unknown' }, { status: 'expired' }, { status: 'expired' }],
    [
      'the earlier creation',
      { createdAt: '2025-01-01T00:00:00Z' },
      { createdAt: '2024-12-31T23:00:00-05:00' },
      { createdAt: '2025-01-01T00:00:00Z' },
    ],
    ['no expiry before a date', {}, { expiresAt: '2026-01-01T00:00:00Z' }, {}],
    [
      'the later expiry',
      { expiresAt: '2027-01-01T00:00:00Z' },
      { expiresAt: '2026-01-01T00:00:00Z' },
      { expiresAt: '2027-01-01T00:00:00Z' },
    ],
    [
      'a date before an unknown expiry',
      { expiryUnknown: true },
      { expiresAt: '2026-01-01T00:00:00Z' },
      { expiresAt: '2026-01-01T00:00:00Z' },
    ],
    [
      'the newest use',
      { usage: { lastUsedAt: '2025-05-01T00:00:00Z', source: 'report', confidence: 'low' } },
      {
        usage: { lastUsedAt: '2025-04-01T00:00:00Z', source: 'api', asOf: '2025-06-01T00:00:00Z', confidence: 'high' },
      },
      { usage: { lastUsedAt: '2025-05-01T00:00:00Z', source: 'report', confidence: 'low' } },
    ],
    [
      'a use before no use',
      { usage: { never: true, source: 'report', asOf: '2025-06-01T00:00:00Z', confidence: 'high' } },
      { usage: { lastUsedAt: '2025-04-01T00:00:00Z', source: 'api', confidence: 'low' } },
      { usage: { lastUsedAt: '2025-04-01T00:00:00Z', source: 'api', confidence: 'low' } },
    ],
  ])('is cautious about credentials: %s', (_case, a, b, expected) => {
    const key = (over: Partial<Credential>) => accessKey('ci', 'AKIAEXAMPLE', over);
    expect(mergeBodies('credential', key(a), key(b))).toEqual(key(expected));
  });

  it('lets the surer rule name a secret', () => {
    const generic = secret('1', {
      rule: 'generic/assignment',
      vendor: 'generic',
      title: 'Password',
      confidence: 'generic',
      inHead: false,
      facts: { host: 'db' },
    });
    expect(mergeBodies('secret', generic, secret('1', { hint: 'AKIA…WXYZ' }))).toEqual(
      secret('1', { hint: 'AKIA…WXYZ', facts: { host: 'db' } }),
    );
  });
});

describe('mergeInventory', () => {
  const arbitraryFact: fc.Arbitrary<Fact> = fc.oneof(
    ARBITRARIES.principal.map((body) => ({ kind: 'principal' as const, body })),
    fc.constantFrom('bob', 'ann').map((name) => ({ kind: 'principal' as const, body: user(name) })),
    ARBITRARIES.credential.map((body) => ({ kind: 'credential' as const, body })),
    ARBITRARIES.secret.map((body) => ({ kind: 'secret' as const, body })),
    ARBITRARIES.grant.map((body) => ({ kind: 'grant' as const, body })),
  );

  it('does not depend on the order of facts, nor do its lists', () => {
    fc.assert(
      fc.property(
        fc
          .array(arbitraryFact, { maxLength: 8 })
          .chain((facts) => fc.tuple(fc.constant(facts), fc.shuffledSubarray(facts, { minLength: facts.length }))),
        ([facts, shuffled]) => {
          const [a, b] = [mergeInventory(facts), mergeInventory(shuffled)];
          // Tables of grants are compared by what they hold.
          const rows = (view: Inventory) => ({ ...view, grants: [...view.grants.values()] });
          expect(rows(a)).toEqual(rows(b));
          expect([...a.principals.keys()]).toEqual([...b.principals.keys()]);
        },
      ),
    );
  });
});
