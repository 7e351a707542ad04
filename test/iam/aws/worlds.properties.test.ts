import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Answer } from '../../../src/model/answer.ts';
import { ACCOUNT, arnOf, canDo, OTHER_ACCOUNT, role, type Written } from './account.ts';
import { build, type Level, OBJECT, QUEUE, type ResourceWritten, type World } from './documented/world.ts';

const pick = <T>(...values: readonly T[]) => fc.constantFrom(...values);
const Action = pick<string | readonly string[]>(
  '*',
  'sqs:*',
  'sqs:SendMessage',
  's3:Get*',
  ['sts:AssumeRole', 's3:*'],
  'ec2:*',
);
const KNOWN = { StringEquals: { 'aws:PrincipalAccount': ACCOUNT } };
const NEVER = { StringEquals: { 'aws:PrincipalAccount': OTHER_ACCOUNT } };
const UNKNOWN = { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } };
const Condition = pick<Written['Condition']>(undefined, undefined, KNOWN, NEVER, UNKNOWN);
const Resource = pick('*', '*', QUEUE, 'arn:aws:s3:::reports/*', arnOf('role', '*'));

const statement = fc.record({ Action, inverted: pick(false, false, true), Resource, Condition }).map(
  ({ Action: what, inverted, Resource: where, Condition: when }): Written => ({
    ...(inverted ? { NotAction: what } : { Action: what }),
    Resource: where,
    ...(when === undefined ? {} : { Condition: when }),
  }),
);
const deny = statement.map((one): Written => ({ ...one, Effect: 'Deny' }));
const either = fc.oneof({ weight: 3, arbitrary: statement }, { weight: 1, arbitrary: deny });
const ME = arnOf('user', 'ci');
const named = pick(ME, ACCOUNT, OTHER_ACCOUNT, '*', arnOf('role', 'ci'), arnOf('user', 'x'));
const resourceStatement = fc
  .record({ one: either, who: fc.uniqueArray(named, { minLength: 1, maxLength: 2 }), all: pick(true, true, false) })
  .map(({ one, who, all }): ResourceWritten => ({ ...one, ...(all ? { Principal: who } : { NotPrincipal: who }) }));
const level: fc.Arbitrary<Level> = fc.array(
  fc.oneof(fc.constant('full' as const), fc.array(either, { minLength: 1, maxLength: 2 })),
  {
    minLength: 1,
    maxLength: 2,
  },
);
const world: fc.Arbitrary<World> = fc.record({
  caller: pick<NonNullable<World['caller']>>('user', 'user', 'role', 'root', 'service-linked'),
  policies: fc.array(
    fc.oneof(
      { weight: 4, arbitrary: either },
      { weight: 1, arbitrary: either.map((one): Written => ({ ...one, boundary: true })) },
    ),
    { maxLength: 4 },
  ),
  group: fc.array(either, { maxLength: 1 }),
  scp: fc.tuple(level, level, level),
  rcp: fc.array(deny, { maxLength: 1 }),
  resource: fc.record({
    arn: pick(QUEUE, QUEUE.replace(ACCOUNT, OTHER_ACCOUNT), 'arn:aws:s3:::reports'),
    policy: fc.array(resourceStatement, { maxLength: 3 }),
  }),
  others: fc.constant([role('worker', [], [ACCOUNT, '*'])]),
});
const question = pick<readonly [string, string?]>(
  ['sqs:SendMessage', QUEUE],
  ['sqs:SendMessage', QUEUE.replace(ACCOUNT, OTHER_ACCOUNT)],
  ['s3:GetObject', OBJECT],
  ['s3:GetObject', 'arn:aws:s3:::reports/*'],
  ['sts:AssumeRole', arnOf('role', 'worker')],
  ['sqs:SendMessage'],
  ['sqs:SendMessage', '*'],
);

function answer(of: World, [action, resource]: readonly [string, string?]): Answer {
  const { inventory, caller } = build(of);
  return canDo(inventory, caller.id, action, resource).answer;
}
const RANK = (one: Answer) => (one === 'yes' ? 2 : one === 'no' ? 0 : 1);
const runs = { numRuns: 250 };

/** `wider` never answers weaker than `narrower`. */
function holds(narrower: World, wider: World, asked: readonly [string, string?]): void {
  expect(RANK(answer(wider, asked))).toBeGreaterThanOrEqual(RANK(answer(narrower, asked)));
}

describe('with ceilings and policies of resources', () => {
  it('a Deny more, wherever, gives nothing', () => {
    fc.assert(
      fc.property(world, deny, question, pick(0, 1, 2), (before, more, asked, at) => {
        const scp = before.scp?.map((one, index) => (index === at ? [...one, [more]] : one)) as unknown as World['scp'];
        const resource = before.resource && {
          ...before.resource,
          policy: [...before.resource.policy, { ...more, Principal: '*' }],
        };
        holds({ ...before, policies: [...(before.policies ?? []), more] }, before, asked);
        holds({ ...before, group: [...(before.group ?? []), more] }, before, asked);
        holds({ ...before, rcp: [...(before.rcp ?? []), more] }, before, asked);
        holds(scp === undefined ? before : { ...before, scp }, before, asked);
        holds(resource === undefined ? before : { ...before, resource }, before, asked);
      }),
      runs,
    );
  });

  it('an Allow more, wherever, takes nothing', () => {
    fc.assert(
      fc.property(world, statement, named, question, pick(0, 1, 2), (before, more, who, asked, at) => {
        const scp = before.scp?.map((one, index) => (index === at ? [...one, [more]] : one)) as unknown as World['scp'];
        const resource = before.resource && {
          ...before.resource,
          policy: [...before.resource.policy, { ...more, Principal: who }],
        };
        holds(before, { ...before, policies: [...(before.policies ?? []), more] }, asked);
        holds(before, scp === undefined ? before : { ...before, scp }, asked);
        holds(before, resource === undefined ? before : { ...before, resource }, asked);
      }),
      runs,
    );
  });

  it('a ceiling less takes nothing', () => {
    fc.assert(
      fc.property(world, question, pick(0, 1, 2), (before, asked, at) => {
        const scp = before.scp?.map((one, index) => (index === at ? ['full'] : one)) as unknown as World['scp'];
        const free = (before.policies ?? []).filter(({ boundary }) => boundary !== true);
        holds(before, scp === undefined ? before : { ...before, scp }, asked);
        holds(before, { ...before, policies: free }, asked);
        holds(before, { ...before, rcp: [] }, asked);
      }),
      runs,
    );
  });

  it('the order of policies does not matter', () => {
    fc.assert(
      fc.property(world, question, (before, asked) => {
        const turned: World = {
          ...before,
          policies: [...(before.policies ?? [])].reverse(),
          scp: before.scp?.map((one) => [...one].reverse()) as unknown as NonNullable<World['scp']>,
          ...(before.resource === undefined
            ? {}
            : { resource: { ...before.resource, policy: [...before.resource.policy].reverse() } }),
        };
        expect(RANK(answer(turned, asked))).toBe(RANK(answer(before, asked)));
      }),
      runs,
    );
  });

  it('a firm answer holds however what is unknown turns out', () => {
    fc.assert(
      fc.property(world, question, (before, asked) => {
        const settle = (value: unknown, to: unknown): unknown => {
          if (Array.isArray(value)) return value.map((one) => settle(one, to));
          if (typeof value !== 'object' || value === null) return value;
          return Object.fromEntries(
            Object.entries(value).map(([key, inner]) => [
              key,
              key === 'Condition' && inner === UNKNOWN ? to : settle(inner, to),
            ]),
          );
        };
        const unknown = answer(before, asked);
        const outcomes = [KNOWN, NEVER].map((to) => answer(settle(before, to) as World, asked));
        if (unknown === 'yes') for (const one of outcomes) expect(one).not.toBe('no');
        if (unknown === 'no') for (const one of outcomes) expect(one).not.toBe('yes');
      }),
      runs,
    );
  });
});
