import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Metrics } from '../../src/http/metrics.ts';
import type { AccessRequest, Requester } from '../../src/model/access-request.ts';
import { allow, type Bench, CONTEXT, DETAIL, escalate, openBench, WORKLOAD } from '../support/issuer-bench.ts';

let bench: Bench;

beforeEach(async () => {
  bench = await openBench();
  bench.policy.decision = async () => escalate([{ from: 'dba', count: 1 }]);
  for (const name of ['ann', 'bob', 'cid']) await bench.operator(name, ['dba']);
  await bench.operator('sue', ['security']);
  await bench.operator('olga', ['dba']);
});

afterEach(async () => {
  await bench.close();
});

async function pending(requester: Requester = WORKLOAD): Promise<AccessRequest> {
  const outcome = await bench.issuer.request(requester, DETAIL, CONTEXT);
  if (outcome.kind !== 'pending') throw new Error(outcome.kind);
  return outcome.request;
}

const approve = (request: AccessRequest, operator: string) => bench.issuer.approve(request.id, operator, {}, CONTEXT);
const claim = (request: AccessRequest, requester: Requester = WORKLOAD) =>
  bench.issuer.claim(request.id, requester, CONTEXT);

describe('an escalated request', () => {
  it('waits, and is minted for its requester once it is approved; the clock of the lease starts then', async () => {
    const request = await pending();
    expect((await claim(request)).kind).toBe('pending');
    bench.clock.advance(600_000);
    expect((await approve(request, 'ann')).state).toBe('approved');
    const outcome = await claim(request);
    if (outcome.kind !== 'granted') throw new Error(outcome.kind);
    expect(new Date(outcome.lease.expiresAt).getTime() - bench.clock.now().getTime()).toBe(300_000);
    expect((await bench.events()).slice(-8)).toEqual([
      'request.received',
      'policy.evaluated',
      'approval.given',
      'request.approved',
      'policy.evaluated',
      'lease.intent',
      'lease.creating',
      'lease.active',
    ]);
    await expect(claim(request)).rejects.toMatchObject({ code: 'ERR_REQUEST_NOT_FOUND' });
  });

  it('says in the log, and so in the metrics, how long people took', async () => {
    const metrics = new Metrics();
    bench.issuer.onEvents(metrics.observe);
    const [good, bad] = [await pending(), await pending()];
    bench.clock.advance(600_000);
    await approve(good, 'ann');
    bench.clock.advance(60_000);
    await bench.issuer.deny(bad.id, 'bob', {}, CONTEXT);
    const text = await metrics.registry.metrics();
    expect(text).toContain('lapse_approval_wait_seconds_sum{outcome="approved"} 600');
    expect(text).toContain('lapse_approval_wait_seconds_sum{outcome="rejected"} 660');
  });

  it('can be claimed with a new token of the same caller, and by nobody else', async () => {
    const request = await pending();
    await approve(request, 'ann');
    for (const other of [
      { ...WORKLOAD, subject: 'repo:acme/billing:ref:refs/heads/main' },
      { ...WORKLOAD, issuer: 'https://other.example' },
      { ...WORKLOAD, claims: { ...WORKLOAD.claims, repository: 'acme/billing' } },
      { ...WORKLOAD, claims: { ...WORKLOAD.claims, run_id: '2' } },
      { ...WORKLOAD, kind: 'operator' as const },
    ])
      await expect(claim(request, other)).rejects.toMatchObject({ code: 'ERR_REQUEST_NOT_FOUND' });
    const again = { ...WORKLOAD, claims: { ...WORKLOAD.claims, jti: 'two', iat: 2 } };
    expect((await claim(request, again)).kind).toBe('granted');
  });

  it('runs out', async () => {
    const request = await pending();
    bench.clock.advance(24 * 3_600_000);
    await expect(approve(request, 'ann')).rejects.toMatchObject({ code: 'ERR_REQUEST_STATE' });
    expect(await claim(request)).toMatchObject({ kind: 'denied', reasons: ['request-expired'] });
    expect(await bench.events()).toContain('request.expired');
  });

  it('runs out when it was approved and nobody came for it', async () => {
    const request = await pending();
    await approve(request, 'ann');
    bench.clock.advance(24 * 3_600_000);
    await bench.issuer.runDue();
    expect((await bench.issuer.findRequest(request.id))?.state).toBe('expired');
  });

  it('is ended by one reject', async () => {
    bench.policy.decision = async () => escalate([{ from: 'dba', count: 2 }]);
    const request = await pending();
    await approve(request, 'ann');
    expect((await bench.issuer.deny(request.id, 'bob', { reason: 'not today' }, CONTEXT)).state).toBe('rejected');
    await expect(approve(request, 'cid')).rejects.toMatchObject({ code: 'ERR_REQUEST_STATE' });
    expect(await claim(request)).toMatchObject({ kind: 'denied', reasons: ['request-rejected'] });
  });

  it('is cancelled by the person who owns the requester', async () => {
    const request = await pending();
    expect((await bench.issuer.deny(request.id, 'olga', {}, CONTEXT)).state).toBe('cancelled');
  });
});

describe('self-approval: who may not approve', () => {
  const requesters: readonly [string, Requester, string, string][] = [
    ['the person who asks', { ...WORKLOAD, kind: 'operator', subject: 'ann' }, 'ann', 'ERR_APPROVAL_SELF'],
    [
      'the same person in other letters',
      { ...WORKLOAD, kind: 'operator', subject: 'ANN ' },
      'ann',
      'ERR_APPROVAL_SELF',
    ],
    ['the owner of the machine that asks', WORKLOAD, 'olga', 'ERR_APPROVAL_SELF'],
    ['the owner under another account', WORKLOAD, 'olga-admin', 'ERR_APPROVAL_SELF'],
    ['somebody in no group that is asked', WORKLOAD, 'sue', 'ERR_APPROVAL_NOT_ELIGIBLE'],
    ['somebody unknown', WORKLOAD, 'eve', 'ERR_APPROVAL_NOT_ELIGIBLE'],
  ];
  it.each(requesters)('%s', async (_who, requester, operator, code) => {
    await bench.operator('olga-admin', ['dba'], 'olga');
    const request = await pending(requester);
    await expect(approve(request, operator)).rejects.toMatchObject({ code });
    expect((await bench.issuer.findRequest(request.id))?.approvals).toEqual([]);
    expect((await claim(request, requester)).kind).toBe('pending');
    const refused = (await bench.issuer.audit({ limit: 100 })).findLast(({ event }) => event === 'approval.refused');
    expect(refused).toMatchObject({
      actor: `operator:${operator}`,
      request: request.id,
      detail: { reason: code === 'ERR_APPROVAL_SELF' ? 'self' : 'not-eligible' },
    });
  });

  it('one who is a member by configuration only may', async () => {
    const other = await openBench({ settings: { groups: { dba: ['sue'] } } });
    other.policy.decision = async () => escalate([{ from: 'dba', count: 1 }]);
    await other.operator('sue', []);
    const outcome = await other.issuer.request(WORKLOAD, DETAIL, CONTEXT);
    expect((await other.issuer.approve(outcome.request.id, 'sue', {}, CONTEXT)).state).toBe('approved');
    await other.close();
  });
});

describe('how many people', () => {
  const cases: readonly [string, readonly { from: string; count: number }[], readonly string[], string][] = [
    ['one of one', [{ from: 'dba', count: 1 }], ['ann'], 'approved'],
    ['one of two', [{ from: 'dba', count: 2 }], ['ann'], 'pending'],
    ['two of two', [{ from: 'dba', count: 2 }], ['ann', 'bob'], 'approved'],
    [
      'one in both groups fills one place',
      [
        { from: 'dba', count: 1 },
        { from: 'security', count: 1 },
      ],
      ['both'],
      'pending',
    ],
    [
      'two in both groups fill both',
      [
        { from: 'dba', count: 1 },
        { from: 'security', count: 1 },
      ],
      ['both', 'both2'],
      'approved',
    ],
    [
      'the one in both makes room for the one in one',
      [
        { from: 'dba', count: 1 },
        { from: 'security', count: 1 },
      ],
      ['both', 'ann'],
      'approved',
    ],
    [
      'two of the wrong group',
      [
        { from: 'dba', count: 1 },
        { from: 'security', count: 1 },
      ],
      ['ann', 'bob'],
      'pending',
    ],
    ['two accounts of one person are one', [{ from: 'dba', count: 2 }], ['ann'], 'pending'],
  ];
  it.each(cases)('%s', async (_what, slots, operators, state) => {
    await bench.operator('both', ['dba', 'security']);
    await bench.operator('both2', ['dba', 'security']);
    bench.policy.decision = async () => escalate(slots);
    const request = await pending();
    for (const operator of operators) await approve(request, operator);
    expect((await bench.issuer.findRequest(request.id))?.state).toBe(state);
  });

  it('the same person twice, under one account or two, counts once', async () => {
    bench.policy.decision = async () => escalate([{ from: 'dba', count: 2 }]);
    await bench.operator('ann-admin', ['dba'], 'ann');
    const request = await pending();
    await approve(request, 'ann');
    for (const again of ['ann', 'ann-admin'])
      await expect(approve(request, again)).rejects.toMatchObject({ code: 'ERR_APPROVAL_NOT_ELIGIBLE' });
    expect((await bench.issuer.findRequest(request.id))?.state).toBe('pending');
  });

  it('two last approvals at once make one approved request', async () => {
    bench.policy.decision = async () => escalate([{ from: 'dba', count: 2 }]);
    const request = await pending();
    await approve(request, 'ann');
    const both = await Promise.allSettled([approve(request, 'bob'), approve(request, 'cid')]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await bench.events()).filter((event) => event === 'request.approved')).toHaveLength(1);
  });

  it('two claims at once make one lease', async () => {
    const request = await pending();
    await approve(request, 'ann');
    const both = await Promise.allSettled([claim(request), claim(request)]);
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await bench.issuer.leases({ states: ['ACTIVE'] })).toHaveLength(1);
  });
});

describe('what makes an approval void', () => {
  it('a change of policy: it is asked again and waits again', async () => {
    const request = await pending();
    await approve(request, 'ann');
    bench.policy.revision = 'sha256:two';
    expect((await claim(request)).kind).toBe('pending');
    expect(await bench.events()).toContain('request.reopened');
    await approve(request, 'ann');
    expect((await claim(request)).kind).toBe('granted');
  });

  it('a change of policy: the audit says under which each step was taken', async () => {
    const request = await pending();
    await approve(request, 'ann');
    bench.policy.revision = 'sha256:two';
    await claim(request);
    await approve(request, 'ann');
    await claim(request);
    const steps = (await bench.issuer.audit({ limit: 100 })).flatMap(({ event, detail }) =>
      detail.policy_revision === undefined ? [] : [`${event} ${String(detail.policy_revision).slice(7)}`],
    );
    const under = (revision: string, ...events: readonly string[]) => events.map((event) => `${event} ${revision}`);
    expect(steps).toEqual([
      ...under('one', 'policy.evaluated', 'approval.given', 'request.approved'),
      ...under('two', 'request.reopened', 'approval.given', 'request.approved', 'policy.evaluated', 'lease.active'),
    ]);
  });

  it('a change of policy while the claim is decided on', async () => {
    const request = await pending();
    await approve(request, 'ann');
    bench.policy.decision = async () => {
      bench.policy.revision = 'sha256:two';
      return escalate([{ from: 'dba', count: 1 }]);
    };
    expect((await claim(request)).kind).toBe('pending');
    expect(await bench.issuer.leases()).toEqual([]);
    await approve(request, 'ann');
    expect((await claim(request)).kind).toBe('granted');
  });

  it('a policy that says no by now, also to what was approved', async () => {
    const request = await pending();
    await approve(request, 'ann');
    bench.policy.decision = async () => allow({ effect: 'deny', rule: 'frozen', reasons: ['change-freeze'] });
    expect(await claim(request)).toMatchObject({ kind: 'denied', reasons: ['change-freeze'] });
    expect((await bench.issuer.findRequest(request.id))?.state).toBe('denied');
    expect(await bench.issuer.leases()).toEqual([]);
  });

  it('a policy that fails by now', async () => {
    const request = await pending();
    await approve(request, 'ann');
    bench.policy.decision = async () => {
      throw new Error('broken');
    };
    expect(await claim(request)).toMatchObject({ kind: 'denied', reasons: ['policy-error'] });
  });

  it('a policy that asks for more by now', async () => {
    const request = await pending();
    await approve(request, 'ann');
    bench.policy.decision = async () => escalate([{ from: 'dba', count: 2 }]);
    expect((await claim(request)).kind).toBe('pending');
    await approve(request, 'bob');
    expect((await claim(request)).kind).toBe('granted');
  });

  it('an approver who is gone', async () => {
    const other = await openBench({ settings: { groups: {} } });
    other.policy.decision = async () => escalate([{ from: 'dba', count: 1 }]);
    await other.operator('ann', ['dba']);
    const outcome = await other.issuer.request(WORKLOAD, DETAIL, CONTEXT);
    await other.issuer.approve(outcome.request.id, 'ann', {}, CONTEXT);
    await editStore(other, "update operator set groups_json = '[]'");
    expect((await other.issuer.claim(outcome.request.id, WORKLOAD, CONTEXT)).kind).toBe('pending');
    await other.close();
  });

  it('an edit of the request in the database', async () => {
    const request = await pending();
    await approve(request, 'ann');
    await editStore(
      bench,
      `update request set detail_json = replace(detail_json, '"duration":300', '"duration":3000')`,
    );
    await expect(claim(request)).rejects.toMatchObject({ code: 'ERR_REQUEST_NOT_FOUND' });
    await editStore(
      bench,
      `update request set detail_json = replace(detail_json, '"duration":3000', '"duration":300')`,
    );
    expect((await claim(request)).kind).toBe('granted');
  });
});

it('policy is told who approved, at the moment of minting', async () => {
  const request = await pending();
  await approve(request, 'ann');
  await claim(request);
  expect(bench.policy.inputs.at(-1)?.approvals).toEqual([{ approver: 'ann', groups: ['dba'] }]);
});

async function editStore(of: Bench, statement: string): Promise<void> {
  const { default: Database } = await import('better-sqlite3');
  const database = new Database(`${of.folder}/issuer.db`);
  database.exec(statement);
  database.close();
}
