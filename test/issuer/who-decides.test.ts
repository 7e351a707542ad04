import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ApprovalOptions } from '../../src/issuer/issuer.ts';
import { DEFAULT_SETTINGS } from '../../src/issuer/settings.ts';
import type { AccessDetail, AccessRequest, Decision, Requester } from '../../src/model/access-request.ts';
import { allow, type Bench, CONTEXT, DETAIL, escalate, openBench, WORKLOAD } from '../support/issuer-bench.ts';

const HOUR = 3_600_000;
const WIDE: AccessDetail = { ...DETAIL, actions: ['read', 'write'], duration: 600 };

let bench: Bench;

beforeEach(async () => {
  bench = await openBench();
  decide({});
  for (const name of ['ann', 'bob', 'cid']) await bench.operator(name, ['dba']);
  for (const name of ['sue', 'tom']) await bench.operator(name, ['security']);
  await bench.operator('olga', ['dba']);
  await bench.operator('ann-admin', ['dba', 'security'], 'ann');
  await bench.operator('vic', []);
  await bench.operator('wes', []);
});

afterEach(async () => {
  await bench.close();
});

/** Policy that grants what is asked, to whatever is asked of it. */
function decide(change: Partial<Decision>): void {
  bench.policy.decision = async (input) => {
    const { detail } = input.request as unknown as { detail: AccessDetail };
    const scope = { actions: detail.actions, resources: detail.resources };
    return escalate([{ from: 'dba', count: 1 }], { scope, ...change });
  };
}

async function pending(detail: AccessDetail = WIDE, requester: Requester = WORKLOAD): Promise<AccessRequest> {
  const outcome = await bench.issuer.request(requester, detail, CONTEXT);
  if (outcome.kind !== 'pending') throw new Error(outcome.kind);
  return outcome.request;
}

const approve = (request: AccessRequest, operator: string, options: ApprovalOptions = {}) =>
  bench.issuer.approve(request.id, operator, options, CONTEXT);
const claim = (request: AccessRequest, requester: Requester = WORKLOAD) =>
  bench.issuer.claim(request.id, requester, CONTEXT);
const inHours = (hours: number) => new Date(bench.clock.now().getTime() + hours * HOUR).toISOString();
const delegate = (operator: string, substitute: string, more: { group?: string; from?: string } = {}) =>
  bench.issuer.delegate(operator, { substitute, until: inHours(8), ...more }, CONTEXT);
const stateOf = async (request: AccessRequest) => (await bench.issuer.findRequest(request.id))?.state;

describe('levels', () => {
  beforeEach(() => {
    const approvals = [
      { from: 'dba', count: 2 },
      { from: 'security', count: 1, level: 2 },
    ];
    decide({ approvals });
  });

  it('are asked one after the other', async () => {
    const request = await pending();
    await expect(approve(request, 'sue')).rejects.toMatchObject({ code: 'ERR_APPROVAL_NOT_ELIGIBLE' });
    await approve(request, 'ann');
    await expect(approve(request, 'sue')).rejects.toMatchObject({ code: 'ERR_APPROVAL_NOT_ELIGIBLE' });
    await approve(request, 'bob');
    expect(await bench.events()).toContain('approval.asked');
    await expect(approve(request, 'cid')).rejects.toMatchObject({ code: 'ERR_APPROVAL_NOT_ELIGIBLE' });
    expect((await approve(request, 'sue')).state).toBe('approved');
    const outcome = await claim(request);
    expect(outcome.kind).toBe('granted');
  });

  it('double counting: nobody fills places of two levels, under any account', async () => {
    const request = await pending();
    await approve(request, 'ann');
    await approve(request, 'bob');
    await expect(approve(request, 'ann-admin')).rejects.toMatchObject({ code: 'ERR_APPROVAL_NOT_ELIGIBLE' });
    expect(await stateOf(request)).toBe('pending');
  });

  it('may be ended by anybody who is asked at some level', async () => {
    const request = await pending();
    expect((await bench.issuer.deny(request.id, 'sue', {}, CONTEXT)).state).toBe('rejected');
  });
});

describe('a narrower approval', () => {
  it('is what is asked of policy, minted and audited', async () => {
    const request = await pending();
    await approve(request, 'ann', { narrow: { duration: 60, actions: ['read'] } });
    const outcome = await claim(request);
    if (outcome.kind !== 'granted') throw new Error(outcome.kind);
    expect(outcome.detail).toMatchObject({ actions: ['read'], duration: 60 });
    expect(bench.policy.inputs.at(-1)?.request).toMatchObject({ detail: { actions: ['read'], duration: 60 } });
    expect(new Date(outcome.lease.expiresAt).getTime() - bench.clock.now().getTime()).toBe(60_000);
    const events = await bench.issuer.audit({ limit: 100 });
    const approved = events.find(({ event }) => event === 'request.approved');
    expect(approved?.detail).toMatchObject({ approved: { actions: ['read'], duration: 60 } });
    expect(approved?.detail.canonical_hash).not.toBe(request.canonicalHash);
  });

  it('of several is what all of them left, and the earlier ones cover it', async () => {
    decide({ approvals: [{ from: 'dba', count: 2 }] });
    const request = await pending();
    await approve(request, 'ann', { narrow: { duration: 300 } });
    await approve(request, 'bob', { narrow: { actions: ['write'], duration: 500 } });
    const outcome = await claim(request);
    expect(outcome).toMatchObject({ kind: 'granted', detail: { actions: ['write'], duration: 300 } });
  });

  it.each<[string, ApprovalOptions]>([
    ['more time', { narrow: { duration: 601 } }],
    ['an action that was not asked', { narrow: { actions: ['read', 'admin'] } }],
    ['a resource that was not asked', { narrow: { resources: ['all'] } }],
    ['nothing', { narrow: { actions: [] } }],
    ['a choice that policy does not offer', { choice: 'read-only' }],
  ])('cannot be to %s', async (_what, options) => {
    const request = await pending();
    await expect(approve(request, 'ann', options)).rejects.toMatchObject({ code: 'ERR_APPROVAL_NARROWING' });
    expect(await stateOf(request)).toBe('pending');
    expect(await bench.events()).not.toContain('approval.given');
  });

  it('cannot leave nothing with those before it', async () => {
    decide({ approvals: [{ from: 'dba', count: 2 }] });
    const request = await pending();
    await approve(request, 'ann', { narrow: { actions: ['read'] } });
    const other = approve(request, 'bob', { narrow: { actions: ['write'] } });
    await expect(other).rejects.toMatchObject({ code: 'ERR_APPROVAL_NARROWING' });
  });

  it('may be a choice of policy', async () => {
    bench.policy.decision = async (input) => {
      const { detail } = input.request as unknown as { detail: AccessDetail };
      const scope = { actions: detail.actions, resources: detail.resources };
      const narrower =
        detail.actions.length === 2 ? [{ id: 'read-only', actions: ['read'], resources: [], duration: 120 }] : [];
      return escalate([{ from: 'dba', count: 1 }], { scope, narrower });
    };
    const request = await pending();
    await approve(request, 'ann', { choice: 'read-only' });
    expect(await claim(request)).toMatchObject({ kind: 'granted', detail: { actions: ['read'], duration: 120 } });
  });

  it('that was widened in the database counts for nothing', async () => {
    const request = await pending();
    await approve(request, 'ann', { narrow: { duration: 60 } });
    await editStore('update approval set narrowed_json = \'{"duration":600}\'');
    expect((await claim(request)).kind).toBe('pending');
  });

  it('approval of a changed request: what was looked at is not what would be approved', async () => {
    decide({ approvals: [{ from: 'dba', count: 2 }] });
    const request = await pending();
    const seen = await bench.issuer.card(request.id, 'bob');
    await approve(request, 'ann', { narrow: { duration: 60 } });
    const stale = approve(request, 'bob', { hash: seen?.hash ?? '' });
    await expect(stale).rejects.toMatchObject({ code: 'ERR_REQUEST_CHANGED' });
    const fresh = await bench.issuer.card(request.id, 'bob');
    expect((await approve(request, 'bob', { hash: fresh?.hash ?? '' })).state).toBe('approved');
  });
});

describe('a substitute', () => {
  it('fills the place of who is away, in the window and no longer', async () => {
    await delegate('ann', 'vic', { from: inHours(1) });
    const request = await pending();
    await expect(approve(request, 'vic')).rejects.toMatchObject({ code: 'ERR_APPROVAL_NOT_ELIGIBLE' });
    bench.clock.advance(HOUR);
    expect((await approve(request, 'vic')).state).toBe('approved');
    bench.clock.advance(1);
    expect((await claim(request)).kind).toBe('granted');
    bench.clock.advance(8 * HOUR);
    const late = await pending();
    await expect(approve(late, 'vic')).rejects.toMatchObject({ code: 'ERR_APPROVAL_NOT_ELIGIBLE' });
  });

  it('double counting: never fills two places, nor leaves one to who is away', async () => {
    decide({ approvals: [{ from: 'dba', count: 2 }] });
    await delegate('ann', 'vic');
    await delegate('bob', 'vic');
    const request = await pending();
    await approve(request, 'vic');
    for (const [again, options] of [
      ['vic', { inPlaceOf: 'bob' }],
      ['ann', {}],
      ['ann-admin', {}],
    ] as const)
      await expect(approve(request, again, options)).rejects.toMatchObject({ code: 'ERR_APPROVAL_NOT_ELIGIBLE' });
    expect((await approve(request, 'cid')).state).toBe('approved');
  });

  it('self-approval: does not approve for who counts as the requester, nor as one', async () => {
    await delegate('olga', 'vic');
    await delegate('ann', 'olga');
    const request = await pending();
    for (const voter of ['vic', 'olga'])
      await expect(approve(request, voter)).rejects.toMatchObject({ code: 'ERR_APPROVAL_SELF' });
    expect(await bench.events()).toContain('approval.refused');
  });

  it('lends nothing on', async () => {
    await delegate('ann', 'vic');
    await delegate('vic', 'wes');
    await expect(approve(await pending(), 'wes')).rejects.toMatchObject({ code: 'ERR_APPROVAL_NOT_ELIGIBLE' });
  });

  it('has only the group that was lent', async () => {
    await delegate('ann-admin', 'vic', { group: 'security' });
    await expect(approve(await pending(), 'vic')).rejects.toMatchObject({ code: 'ERR_APPROVAL_NOT_ELIGIBLE' });
  });

  it.each([
    ['oneself under another account', 'ann', 'ann-admin', 1, 'ERR_DELEGATION_INVALID'],
    ['nobody', 'ann', 'xaver', 1, 'ERR_DELEGATION_INVALID'],
    ['a time that is over', 'ann', 'vic', -1, 'ERR_DELEGATION_INVALID'],
    ['for ever', 'ann', 'vic', 24 * 91, 'ERR_DELEGATION_INVALID'],
  ])('cannot be %s', async (_what, operator, substitute, hours, code) => {
    const until = inHours(hours);
    await expect(bench.issuer.delegate(operator, { substitute, until }, CONTEXT)).rejects.toMatchObject({ code });
  });

  it('revoked while approving: what a substitute said is void when the delegation is withdrawn', async () => {
    const { id } = await delegate('ann', 'vic');
    const request = await pending();
    await approve(request, 'vic');
    await expect(bench.issuer.withdrawDelegation(id, 'bob', CONTEXT)).rejects.toMatchObject({
      code: 'ERR_DELEGATION_NOT_FOUND',
    });
    await bench.issuer.withdrawDelegation(id, 'ann', CONTEXT);
    expect((await claim(request)).kind).toBe('pending');
    expect(await bench.issuer.leases()).toEqual([]);
  });
});

describe('time', () => {
  it('policy says how long a request waits', async () => {
    decide({ pending_ttl: 120 });
    const request = await pending();
    bench.clock.advance(120_000);
    await expect(approve(request, 'ann')).rejects.toMatchObject({ code: 'ERR_REQUEST_STATE' });
    expect(await stateOf(request)).toBe('expired');
  });

  it('of a lease starts when it was approved, and is over when that has passed', async () => {
    const request = await pending();
    await approve(request, 'ann');
    const approvedAt = bench.clock.now().getTime();
    bench.clock.advance(200_000);
    const outcome = await claim(request);
    if (outcome.kind !== 'granted') throw new Error(outcome.kind);
    expect(Date.parse(outcome.lease.expiresAt) - approvedAt).toBe(600_000);
    const late = await pending();
    await approve(late, 'ann');
    bench.clock.advance(600_000);
    expect(await claim(late)).toMatchObject({ kind: 'denied', reasons: ['request-expired'] });
  });

  it('ahead: approved now, claimed in its window only', async () => {
    const detail = { ...WIDE, not_before: inHours(10) };
    const request = await pending(detail);
    await approve(request, 'ann');
    expect((await claim(request)).kind).toBe('pending');
    bench.clock.advance(10 * HOUR + 60_000);
    const outcome = await claim(request);
    if (outcome.kind !== 'granted') throw new Error(outcome.kind);
    expect(Date.parse(outcome.lease.expiresAt)).toBe(Date.parse(detail.not_before) + 600_000);
  });

  it('ahead, without anybody who must answer', async () => {
    decide({ effect: 'allow', approvals: [] });
    const request = await pending({ ...WIDE, not_before: inHours(1) });
    expect(request.state).toBe('approved');
    bench.clock.advance(HOUR + 600_000);
    expect(await claim(request)).toMatchObject({ kind: 'denied', reasons: ['request-expired'] });
  });

  it.each([
    ['that is over', -1],
    ['that is far away', 24 * 91],
  ])('ahead cannot be one %s', async (_what, hours) => {
    const asked = bench.issuer.request(WORKLOAD, { ...WIDE, not_before: inHours(hours) }, CONTEXT);
    await expect(asked).rejects.toMatchObject({ code: 'ERR_AUTHORIZATION_DETAILS' });
  });
});

describe('revoked while approving', () => {
  it('a request that its requester took back is not approved', async () => {
    const request = await pending();
    const both = await Promise.allSettled([
      bench.issuer.deny(request.id, 'olga', {}, CONTEXT),
      approve(request, 'ann'),
    ]);
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(['cancelled', 'approved']).toContain(await stateOf(request));
  });

  it('an approver who left the group since has approved nothing', async () => {
    const request = await pending();
    await approve(request, 'ann');
    await editStore("update operator set groups_json = '[]' where name = 'ann'");
    expect((await claim(request)).kind).toBe('pending');
    expect(await bench.issuer.leases()).toEqual([]);
  });
});

describe('break-glass', () => {
  const seconds = () => Math.floor(bench.clock.now().getTime() / 1000);
  const person = (name: string, claims: object = { amr: ['pwd', 'otp', 'mfa'] }): Requester => ({
    kind: 'operator',
    issuer: 'https://lapse.example',
    subject: name,
    owners: [name],
    claims: { auth_time: seconds(), ...claims },
  });
  const EMERGENCY: AccessDetail = { ...WIDE, duration: 7200, break_glass: true, reason: 'checkout is down' };
  const ask = (requester: Requester, detail: AccessDetail = EMERGENCY) =>
    bench.issuer.request(requester, detail, CONTEXT);

  beforeEach(() => {
    decide({ effect: 'allow', approvals: [], ttl_max: 7200, reasons: ['break-glass'] });
  });

  it('is given at once, for an hour at most, with a review that somebody else closes', async () => {
    const outcome = await ask(person('ann'));
    if (outcome.kind !== 'granted') throw new Error(outcome.kind);
    expect(outcome.detail.duration).toBe(3600);
    expect(await bench.events()).toContain('break_glass.used');
    const [review] = await bench.issuer.reviews();
    if (review === undefined) throw new Error('no review');
    const close = (by: string) => bench.issuer.closeReview(review.id, by, { verdict: 'ok', note: 'seen' }, CONTEXT);
    for (const user of ['ann', 'ann-admin'])
      await expect(close(user)).rejects.toMatchObject({ code: 'ERR_REVIEW_REFUSED' });
    expect((await close('bob')).closed).toMatchObject({ by: 'bob', verdict: 'ok' });
    await expect(close('cid')).rejects.toMatchObject({ code: 'ERR_REVIEW_NOT_FOUND' });
    expect(await bench.issuer.reviews()).toEqual([]);
  });

  it.each<[string, object]>([
    ['a password alone', { amr: ['pwd'] }],
    ['nothing that says how', {}],
    ['a sign-in that was long ago', { amr: ['mfa'], auth_time: 1 }],
    ['a sign-in that is yet to come', { amr: ['mfa'], auth_time: 4e9 }],
    ['a class that is not known', { acr: 'urn:example:acr:weak' }],
  ])('takes more than %s', async (_what, claims) => {
    await expect(ask(person('ann', claims))).rejects.toMatchObject({
      code: 'ERR_STEP_UP_REQUIRED',
      details: { answer: { max_age: 300 } },
    });
    expect(await bench.issuer.leases()).toEqual([]);
    expect(await bench.events()).toContain('break_glass.refused');
  });

  it('is denied to machines, without a reason, and where no policy means it', async () => {
    expect(await ask(WORKLOAD)).toMatchObject({ kind: 'denied', reasons: ['not-a-person'] });
    const silent = { ...EMERGENCY, reason: ' ' };
    expect(await ask(person('ann'), silent)).toMatchObject({ kind: 'denied', reasons: ['reason-required'] });
    decide({ effect: 'allow', approvals: [] });
    expect(await ask(person('ann'))).toMatchObject({ kind: 'denied', reasons: ['break-glass-not-allowed'] });
    decide({ reasons: ['break-glass'] });
    expect(await ask(person('ann'))).toMatchObject({ kind: 'denied', reasons: ['break-glass-not-allowed'] });
  });

  it('is told when nobody reviews it, and not had again by the same person', async () => {
    await ask(person('ann'));
    bench.clock.advance(DEFAULT_SETTINGS.breakGlass.reviewWithin);
    await bench.issuer.runDue();
    await bench.issuer.runDue();
    expect((await bench.events()).filter((event) => event === 'review.overdue')).toHaveLength(1);
    for (const account of ['ann', 'ann-admin'])
      expect(await ask(person(account))).toMatchObject({ kind: 'denied', reasons: ['review-overdue'] });
    expect((await ask(person('bob'))).kind).toBe('granted');
  });

  it('is not made to last longer', async () => {
    const outcome = await ask(person('ann'));
    if (outcome.kind !== 'granted') throw new Error(outcome.kind);
    const more = bench.issuer.extend(outcome.lease.id, person('ann'), { seconds: 60 }, CONTEXT);
    await expect(more).rejects.toMatchObject({ code: 'ERR_LEASE_NOT_EXTENDABLE' });
  });
});

it('a signed token cannot be made to last longer', async () => {
  bench.policy.decision = async () => allow();
  const outcome = await bench.issuer.request(WORKLOAD, DETAIL, CONTEXT);
  if (outcome.kind !== 'granted') throw new Error(outcome.kind);
  const more = (requester: Requester) => bench.issuer.extend(outcome.lease.id, requester, { seconds: 60 }, CONTEXT);
  await expect(more(WORKLOAD)).rejects.toMatchObject({ code: 'ERR_LEASE_NOT_EXTENDABLE' });
  await expect(more({ ...WORKLOAD, subject: 'other' })).rejects.toMatchObject({ code: 'ERR_LEASE_NOT_FOUND' });
});

it('who waits hears the answer at once', async () => {
  const request = await pending();
  const heard = bench.issuer.answered(request.id, 60_000, new AbortController().signal);
  await bench.issuer.deny(request.id, 'ann', { reason: 'not today' }, CONTEXT);
  await heard;
  const outcome = await claim(request);
  expect(outcome.request.approvals.at(-1)).toMatchObject({ approver: 'ann', verdict: 'reject', reason: 'not today' });
});

it('the card says who, what, how many and what came before', async () => {
  decide({ approvals: [{ from: 'dba', count: 2 }] });
  await bench.issuer.deny((await pending()).id, 'ann', {}, CONTEXT);
  const request = await pending();
  await approve(request, 'ann', { narrow: { duration: 60 } });
  expect(await bench.issuer.card(request.id, 'olga')).toMatchObject({
    effective: { duration: 60 },
    places: [{ from: 'dba', count: 2, level: 1, open: true, given: ['ann'] }],
    history: { requests: 1, refused: 1 },
    own: true,
  });
});

async function editStore(statement: string): Promise<void> {
  const { default: Database } = await import('better-sqlite3');
  const database = new Database(`${bench.folder}/issuer.db`);
  database.exec(statement);
  database.close();
}
