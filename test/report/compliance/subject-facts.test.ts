import { describe, expect, it } from 'vitest';
import type { PrincipalSubject, SecretSubject } from '../../../src/graph/subjects.ts';
import type { Credential } from '../../../src/model/credential.ts';
import { countSubjects, HISTORY } from '../../../src/report/compliance/count-subjects.ts';
import { factsOf } from '../../../src/report/compliance/subject-facts.ts';
import { accessKey, secret, user } from '../../store/sample-facts.ts';

const usage = { source: 'aws-credential-report', confidence: 'high', lastUsedAt: '2026-01-01' } as const;

function principal(over: Partial<PrincipalSubject> = {}): PrincipalSubject {
  return {
    now: '2026-02-01T00:00:00Z',
    type: 'principal',
    principal: user('ci'),
    credentials: [],
    secrets: [],
    grants: [],
    trusts_in: [],
    trusts_out: [],
    workloads: [],
    environments: {},
    effective: null,
    paths: [],
    ...over,
  };
}

function leaked(over: Parameters<typeof secret>[1] = {}): SecretSubject {
  return {
    now: '2026-02-01T00:00:00Z',
    type: 'secret',
    secret: secret('a'.repeat(64), over),
    credential: null,
    principal: null,
    effective: null,
    paths: [],
  };
}

const key = (over: Partial<Credential>): Credential => {
  const { usage: _usage, createdAt: _createdAt, ...bare } = accessKey('ci', 'AKIAEXAMPLE');
  return { ...bare, ...over };
};
const withKeys = (...credentials: readonly Credential[]) => principal({ credentials });

describe('whether a subject tells what a rule needs', () => {
  it.each<[string, readonly string[], PrincipalSubject | SecretSubject, string, readonly string[]]>([
    ['nothing needed', [], principal(), 'told', []],
    ['grants, of which there may be none', ['grants', 'trusts_in'], principal(), 'told', []],
    ['an owner: that there is none is what the rule says', ['principal.owner'], principal(), 'told', []],
    ['use that nobody tracks', ['principal.usage'], principal(), 'unknown', ['principal.usage']],
    ['permissions of a platform without evaluator', ['effective.admin'], principal(), 'unknown', ['effective.admin']],
    ['an attribute of other kinds', ['principal.attributes.jobs'], principal(), 'none', ['principal.attributes.jobs']],
    ['a flag that is written where it holds', ['principal.attributes.deleted'], principal(), 'told', []],
    ['whether it is a third party', ['principal.thirdParty'], principal(), 'told', []],
    [
      'an attribute of one of the keys',
      ['credential.attributes.ttl'],
      withKeys(key({ attributes: { ttl: 5 } }), key({ id: 'other' })),
      'told',
      [],
    ],
    ['an attribute of no key', ['credential.attributes.ttl'], withKeys(key({})), 'none', ['credential.attributes.ttl']],
    ['no credential was seen', ['credential.createdAt'], principal(), 'none', ['credential.createdAt']],
    ['a key with its date', ['credential.createdAt'], withKeys(key({ createdAt: '2026-01-01' })), 'told', []],
    [
      'two keys, one without a date: that may be the old one',
      ['credential.createdAt'],
      withKeys(key({ createdAt: '2026-01-01' }), key({ id: 'other' })),
      'unknown',
      ['credential.createdAt'],
    ],
    ['a dead key, of which nobody asks', ['credential.createdAt'], withKeys(key({ status: 'inactive' })), 'told', []],
    ['a key without end', ['credential.expiresAt'], withKeys(key({})), 'told', []],
    [
      'a key of which nobody knows the end',
      ['credential.expiresAt'],
      withKeys(key({ expiryUnknown: true })),
      'unknown',
      ['credential.expiresAt'],
    ],
    ['use by way of the key', ['principal.usage', 'credential.usage'], withKeys(key({ usage })), 'told', []],
    ['use by no way', ['principal.usage', 'credential.usage'], withKeys(key({})), 'unknown', ['principal.usage']],
    ['a secret', ['secret.locations', 'secret.match'], leaked(), 'told', []],
    [
      'a secret of nobody, and permissions',
      ['secret.match', 'effective.admin'],
      leaked(),
      'unknown',
      ['effective.admin'],
    ],
  ])('%s', (_, needs, subject, state, missing) => {
    expect(factsOf(subject, needs)).toEqual({ state, missing });
  });
});

describe('how many subjects a rule could judge', () => {
  const rule = (id: string, needs: readonly string[], platforms: readonly string[] = []) => ({ id, needs, platforms });
  const count = (
    subjects: readonly (PrincipalSubject | SecretSubject)[],
    ...rules: readonly ReturnType<typeof rule>[]
  ) =>
    [...countSubjects(subjects, rules)].map(([id, by]) => [
      id,
      [...by].map(([platform, { told, unknown, none }]) => [platform, told, unknown, none]),
    ]);

  it('counts by platform, and leaves out whom nobody recorded', () => {
    const named = principal({ principal: user('named', { seen: 'referenced' }) });
    const cluster = principal({ principal: { ...user('pod'), platform: 'kubernetes' } });
    expect(
      count(
        [principal(), principal(), named, cluster, leaked()],
        rule('a', ['grants'], ['aws']),
        rule('b', ['grants']),
      ),
    ).toEqual([
      ['a', [['aws', 2, 0, 0]]],
      [
        'b',
        [
          ['aws', 2, 0, 0],
          ['kubernetes', 1, 0, 0],
        ],
      ],
    ]);
  });

  it('asks rules about secrets of secrets only, and those about history of what is in it', () => {
    const old = leaked({ locations: [{ path: '.env', line: 1, commit: 'c'.repeat(40) }], inHead: false });
    expect(
      count([principal(), leaked(), old], rule('now', ['secret.locations']), rule('then', ['secret.locations.commit'])),
    ).toEqual([
      ['now', [['files', 2, 0, 0]]],
      ['then', [[HISTORY, 1, 0, 0]]],
    ]);
  });

  it('asks a rule that does not say what it needs of both', () => {
    expect(count([principal(), leaked()], rule('own', []))).toEqual([
      [
        'own',
        [
          ['aws', 1, 0, 0],
          ['files', 1, 0, 0],
        ],
      ],
    ]);
  });
});
