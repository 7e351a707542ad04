import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { narrowed } from '../../src/issuer/narrowing.ts';
import type { AccessDetail, AccessRequest, Narrowing, Requester } from '../../src/model/access-request.ts';
import { type Bench, CONTEXT, escalate, openBench, WORKLOAD } from '../support/issuer-bench.ts';

/** Who is who: `olga` owns the bot, `ann2` is another account of ann, `vic` may stand in for ann and for olga. */
const PEOPLE: Readonly<Record<string, { human: string; groups: readonly string[] }>> = {
  ann: { human: 'ann', groups: ['dba'] },
  ann2: { human: 'ann', groups: ['dba', 'security'] },
  bob: { human: 'bob', groups: ['dba', 'security'] },
  cid: { human: 'cid', groups: ['dba'] },
  sue: { human: 'sue', groups: ['security'] },
  olga: { human: 'olga', groups: ['dba', 'security'] },
  vic: { human: 'vic', groups: [] },
};
const PLACES = [
  { from: 'dba', count: 2 },
  { from: 'security', count: 1, level: 2 },
];
const ASKED: AccessDetail = {
  type: 'api_token',
  target: 'api',
  actions: ['read', 'write'],
  resources: [],
  duration: 600,
};

const name = fc.constantFrom(...Object.keys(PEOPLE));
const narrowing: fc.Arbitrary<Narrowing> = fc.record(
  {
    duration: fc.constantFrom(30, 120, 600, 601),
    actions: fc.constantFrom(['read'], ['write'], ['read', 'write'], ['admin']),
  },
  { requiredKeys: [] },
);
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('approve' as const), by: name, narrow: narrowing }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('approve-at-once' as const), by: fc.uniqueArray(name, { minLength: 2 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reject' as const), by: name }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('policy-changes' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('claim' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

let bench: Bench;
let revision = 0;

beforeAll(async () => {
  bench = await openBench({ settings: { groups: {} } });
  bench.policy.decision = async (input) => {
    const { detail } = input.request as unknown as { detail: AccessDetail };
    return escalate(PLACES, { scope: { actions: detail.actions, resources: detail.resources } });
  };
  for (const [operator, { human, groups }] of Object.entries(PEOPLE)) await bench.operator(operator, groups, human);
  const until = new Date(bench.clock.now().getTime() + 24 * 3_600_000).toISOString();
  for (const away of ['ann', 'olga']) await bench.issuer.delegate(away, { substitute: 'vic', until }, CONTEXT);
}, 60_000);
afterAll(() => bench.close());

/**
 * Whatever people do, in whatever order: a credential is handed out only after the newest policy's places were each filled by another
 * person who is not the requester, level by level, and for no more than each of them left.
 */
it('no order of answers bends an approval', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (steps) => {
      revision += 1;
      const requester: Requester = { ...WORKLOAD, subject: `repo:acme/run-${revision}` };
      const outcome = await bench.issuer.request(requester, ASKED, CONTEXT);
      if (outcome.kind !== 'pending') throw new Error(outcome.kind);
      const { request } = outcome;
      for (const one of steps) await take(one, request, requester);
      const final = await claimed(request, requester);
      if (final !== undefined) await holds(request, final);
      else expect(await bench.issuer.findRequest(request.id)).not.toMatchObject({ state: 'fulfilled' });
    }),
    { numRuns: 150 },
  );
}, 300_000);

const leases = new Map<string, AccessDetail>();

async function take(one: Step, request: AccessRequest, requester: Requester): Promise<void> {
  const approve = (by: string, narrow: Narrowing = {}) => bench.issuer.approve(request.id, by, { narrow }, CONTEXT);
  if (one.do === 'approve') await approve(one.by, one.narrow).catch(expected);
  else if (one.do === 'approve-at-once') await Promise.allSettled(one.by.map((by) => approve(by)));
  else if (one.do === 'reject') await bench.issuer.deny(request.id, one.by, {}, CONTEXT).catch(expected);
  else if (one.do === 'policy-changes') bench.policy.revision = `sha256:${revision}-${Math.random()}`;
  else await claimed(request, requester);
}

async function claimed(request: AccessRequest, requester: Requester): Promise<AccessDetail | undefined> {
  const outcome = await bench.issuer.claim(request.id, requester, CONTEXT).catch(expected);
  if (outcome?.kind === 'granted') {
    leases.set(request.id, outcome.detail);
    await bench.issuer.revoke(outcome.lease.id, { actor: 'test', reason: 'ended' }, CONTEXT);
  }
  return leases.get(request.id);
}

async function holds(request: AccessRequest, granted: AccessDetail): Promise<void> {
  const stored = await bench.issuer.findRequest(request.id);
  expect(stored?.state).toBe('fulfilled');
  const counting = (stored?.approvals ?? []).filter(
    ({ verdict, policyRevision }) => verdict === 'approve' && policyRevision === stored?.decision?.policy_revision,
  );
  const humans = counting.flatMap(({ approver, inPlaceOf }) =>
    [approver, ...(inPlaceOf === undefined ? [] : [inPlaceOf])].map((who) => PEOPLE[who]?.human),
  );
  expect(new Set(humans).size).toBe(humans.length);
  expect(humans).not.toContain('olga');
  expect(counting.map(({ level }) => level)).toEqual([1, 1, 2]);
  const left = narrowed(
    ASKED,
    counting.map((approval) => approval.narrowed ?? {}),
  );
  expect(granted).toMatchObject({ actions: left?.actions, duration: left?.duration });
}

/** Every refusal is one of ours. */
function expected(error: unknown): undefined {
  const code = error instanceof Error && 'code' in error ? error.code : error;
  expect([
    'ERR_APPROVAL_SELF',
    'ERR_APPROVAL_NOT_ELIGIBLE',
    'ERR_APPROVAL_NARROWING',
    'ERR_REQUEST_STATE',
    'ERR_REQUEST_NOT_FOUND',
    'ERR_QUOTA_EXCEEDED',
  ]).toContain(code);
  return undefined;
}
