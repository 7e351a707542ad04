import { describe, expect, it } from 'vitest';
import { compareMetrics } from '../../src/drift/compare-metrics.ts';
import { type MeasuredView, measure } from '../../src/drift/measure.ts';
import type { EffectivePermissions } from '../../src/model/effective.ts';
import { mergeInventory } from '../../src/model/merge-inventory.ts';
import type { Usage } from '../../src/model/usage.ts';
import { accessKey, finding, grant, secret, user } from '../store/sample-facts.ts';

const at = new Date('2026-07-01T00:00:00Z');
const daysAgo = (days: number) => new Date(at.getTime() - days * 86_400_000).toISOString();

function view(over: Partial<MeasuredView> = {}): MeasuredView {
  return {
    at,
    inventory: mergeInventory([]),
    findings: [],
    effective: new Map(),
    pathToAdmin: () => undefined,
    matched: new Set(),
    sources: [],
    ...over,
  };
}

function numbers(over: Partial<MeasuredView>): Record<string, number | null> {
  return Object.fromEntries(measure(view(over)).map(({ id, value }) => [id, value]));
}

const principals = (...bodies: readonly ReturnType<typeof user>[]) =>
  mergeInventory(bodies.map((body) => ({ kind: 'principal', body })));
const used = (lastUsedAt: string): Usage => ({ lastUsedAt, source: 's', confidence: 'high' });
const effective = (principal: string, over: Partial<EffectivePermissions>): EffectivePermissions => ({
  principal,
  admin: 'no',
  privileges: [],
  escalations: [],
  federation: [],
  unseen: [],
  ...over,
});

describe('measure', () => {
  it('counts nothing in an empty view, and knows no ages', () => {
    expect(numbers({})).toMatchObject({
      identities: 0,
      'standing-privileged': 0,
      'standing-privileged.share': null,
      'static-secrets': 0,
      'credential-age.median': null,
      'credential-age.p95': null,
      findings: 0,
      'coverage.oldest': null,
    });
  });

  it('counts those that act, by kind and environment', () => {
    const inventory = principals(
      user('a', { environment: 'production' }),
      user('b', { environment: 'production', owner: { value: 'team', source: 'tag' } }),
      user('c', { id: 'k', platform: 'kubernetes', kind: 'service-account', seen: 'referenced' }),
      user('d', { id: 'g', kind: 'group' }),
      user('e', { id: 'acc', kind: 'account' }),
      user('f', { id: 'role', platform: 'kubernetes', kind: 'cluster-role' }),
    );
    const found = numbers({ inventory });
    expect(found).toMatchObject({
      identities: 3,
      'identities.kind.aws.user': 2,
      'identities.kind.kubernetes.service-account': 1,
      'identities.environment.production': 2,
      unowned: 1,
    });
    expect(found).not.toHaveProperty('identities.kind.aws.group');
  });

  it('tells privilege that stands from privilege under conditions', () => {
    const [admin, reader, maybe, plain] = ['admin', 'reader', 'maybe', 'plain'].map((name) => user(name));
    const privilege = { id: 'secrets-read', what: 'x', grants: [] };
    const permissions = [
      effective(admin?.id ?? '', { admin: 'yes' }),
      effective(reader?.id ?? '', { privileges: [{ ...privilege, answer: 'yes' }] }),
      effective(maybe?.id ?? '', {
        privileges: [
          { ...privilege, answer: { if: ['mfa'] } },
          { ...privilege, answer: 'no' },
        ],
      }),
      effective(plain?.id ?? '', {}),
    ];
    const found = numbers({
      inventory: principals(...[admin, reader, maybe, plain].filter((body) => body !== undefined)),
      effective: new Map(permissions.map((entry) => [entry.principal, entry])),
      pathToAdmin: (id) =>
        id === reader?.id ? 'yes' : id === maybe?.id ? { if: ['mfa'] } : id === admin?.id ? 'yes' : undefined,
    });
    // An admin need not become one.
    expect(found).toMatchObject({
      'standing-privileged': 2,
      'standing-privileged.share': 50,
      'standing-privileged.if': 1,
      'can-escalate': 1,
      'can-escalate.if': 1,
    });
  });

  it('counts static secrets by what is known of them', () => {
    const bodies = [
      secret('1', { validity: 'active' }),
      secret('2', { inHead: false }),
      secret('3', {
        locations: [
          { path: 'a', line: 1 },
          { path: 'a', line: 9 },
        ],
      }),
      secret('4', { locations: [{ path: 'a' }, { path: 'b' }] }),
    ];
    const inventory = mergeInventory(bodies.map((body) => ({ kind: 'secret', body })));
    expect(numbers({ inventory, matched: new Set([secret('1').id]) })).toMatchObject({
      'static-secrets': 4,
      'static-secrets.matched': 1,
      'static-secrets.unmatched': 3,
      'static-secrets.active': 1,
      'static-secrets.history': 1,
      'static-secrets.reused': 1,
    });
  });

  it.each([
    [[10], 10, 10],
    [[10, 20], 15, 20],
    [[30, 10, 20], 20, 30],
    [Array.from({ length: 100 }, (_, index) => index + 1), 50, 95],
  ])('gives the age of credentials of %j days: median %d, 95th percentile %d', (ages, middle, high) => {
    const bodies = ages.map((age, index) => accessKey('ci', `KEY${index}`, { createdAt: daysAgo(age) }));
    const inventory = mergeInventory(bodies.map((body) => ({ kind: 'credential', body })));
    expect(numbers({ inventory })).toMatchObject({ 'credential-age.median': middle, 'credential-age.p95': high });
  });

  it('looks at live credentials only, and tells no expiry from an unknown one', () => {
    const bodies = [
      accessKey('ci', 'A'),
      accessKey('ci', 'B', { expiresAt: '2027-01-01T00:00:00Z' }),
      accessKey('ci', 'C', { expiryUnknown: true, status: 'unknown' }),
      accessKey('ci', 'D', { status: 'inactive' }),
      accessKey('ci', 'E', { status: 'expired' }),
    ];
    const inventory = mergeInventory(bodies.map((body) => ({ kind: 'credential', body })));
    expect(numbers({ inventory })).toMatchObject({ credentials: 3, 'no-expiry': 1, 'expiry-unknown': 1 });
  });

  it('takes the newest use of an identity and its credentials; unknown is not unused', () => {
    const never: Usage = { never: true, source: 's', confidence: 'high' };
    const inventory = mergeInventory([
      { kind: 'principal', body: user('fresh', { usage: used(daysAgo(300)) }) },
      { kind: 'credential', body: accessKey('fresh', 'A', { usage: used(daysAgo(2)) }) },
      { kind: 'principal', body: user('idle', { usage: used(daysAgo(91)) }) },
      { kind: 'principal', body: user('edge', { usage: used(daysAgo(90)) }) },
      { kind: 'principal', body: user('dead', { usage: used(daysAgo(181)) }) },
      { kind: 'principal', body: user('never', { usage: never, createdAt: daysAgo(200) }) },
      { kind: 'principal', body: user('newborn', { usage: never, createdAt: daysAgo(1) }) },
      { kind: 'principal', body: user('untracked') },
      { kind: 'principal', body: user('disabled', { enabled: false, usage: used(daysAgo(400)) }) },
    ]);
    expect(numbers({ inventory })).toMatchObject({ 'dormant.90': 3, 'dormant.180': 2, 'usage-unknown': 1 });
  });

  it('counts findings by level, swaps by stage and what was not seen', () => {
    const findings = [finding('a', '1', { severity: 'critical' }), finding('b', '1'), finding('b', '2')];
    const inventory = mergeInventory([{ kind: 'grant', body: grant('ci', 's3:*', { unknownContent: true }) }]);
    const snapshot = { id: 1, source: 's', at: daysAgo(3), complete: false, units: 0, problems: [] };
    const swaps = { planned: 3, bound: 2, swapped: 1, disabled: 0, gone: 4 };
    expect(
      numbers({
        findings,
        inventory,
        swaps,
        sources: [{ source: 's', latest: snapshot, unreadUnits: 1, tellingUnits: 0 }],
      }),
    ).toMatchObject({
      findings: 3,
      'findings.critical': 1,
      'findings.high': 2,
      'findings.low': 0,
      'swaps.gone': 4,
      'coverage.sources': 1,
      'coverage.incomplete': 1,
      'coverage.oldest': 3,
      'coverage.unknown-grants': 1,
    });
    expect(numbers({})).not.toHaveProperty('swaps.gone');
  });

  it('gives every number an id of its own', () => {
    const ids = measure(
      view({
        swaps: { planned: 0, bound: 0, swapped: 0, disabled: 0, gone: 0 },
        inventory: principals(user('a', { environment: 'x' })),
      }),
    ).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('compareMetrics', () => {
  const pick = (id: string, before: Partial<MeasuredView> | undefined, after: Partial<MeasuredView>) =>
    compareMetrics(before === undefined ? undefined : measure(view(before)), measure(view(after))).find(
      (metric) => metric.id === id,
    );

  it('gives both numbers and the difference', () => {
    expect(pick('findings', { findings: [finding('a', '1')] }, { findings: [] })).toEqual({
      id: 'findings',
      title: 'findings',
      unit: 'count',
      better: 'less',
      before: 1,
      after: 0,
      delta: -1,
    });
  });

  it('takes a kind that is missing on one side for none, also one that vanished', () => {
    const one = { inventory: principals(user('a')) };
    expect(pick('identities.kind.aws.user', {}, one)).toMatchObject({ before: 0, after: 1, delta: 1 });
    expect(pick('identities.kind.aws.user', one, {})).toMatchObject({ before: 1, after: 0, delta: -1 });
  });

  it('claims nothing about a point where nothing was known, nor about swaps before the issuer', () => {
    expect(pick('identities', undefined, {})).toMatchObject({ before: null, after: 0, delta: null });
    expect(pick('identities.kind.aws.user', undefined, { inventory: principals(user('a')) })).toMatchObject({
      before: null,
      delta: null,
    });
    expect(pick('swaps.gone', {}, { swaps: { planned: 0, bound: 0, swapped: 0, disabled: 0, gone: 4 } })).toMatchObject(
      { before: null, after: 4, delta: null },
    );
  });

  it('rounds shares', () => {
    const three = principals(user('a'), user('b'), user('c'));
    const all = (ids: readonly string[]) => new Map(ids.map((id) => [id, effective(id, { admin: 'yes' })]));
    expect(
      pick(
        'standing-privileged.share',
        { inventory: three, effective: all([user('a').id]) },
        { inventory: three, effective: all([user('a').id, user('b').id]) },
      ),
    ).toMatchObject({ before: 33.3, after: 66.7, delta: 33.4 });
  });
});
