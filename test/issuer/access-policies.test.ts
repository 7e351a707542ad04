import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createJwtBroker } from '../../src/brokers/jwt.ts';
import { accessHistory } from '../../src/issuer/access-history.ts';
import type { AccessDetail, AccessRequest, Requester } from '../../src/model/access-request.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { createPolicyEngine } from '../../src/policy/create-policy-engine.ts';
import type { PolicyEngine } from '../../src/policy/engine.ts';
import { mergeData } from '../../src/policy/merge-data.ts';
import { accessTemplates, copiedTemplates, EXAMPLE_GROUPS } from '../support/access-templates.ts';
import { type Bench, CONTEXT, openBench, TestClock } from '../support/issuer-bench.ts';

const FREEZE = { id: 'easter', from: '2026-04-01T00:00:00Z', until: '2026-04-07T00:00:00Z', effect: 'deny' };
/** Grants by itself, and names nobody who could be asked. */
const RULE = {
  id: 'workloads-read',
  effect: 'allow',
  subjects: [{ kind: 'workload' }],
  targets: ['wiki'],
  actions: ['read'],
  resources: ['**'],
};
const TARGETS = ['orders-api', 'orders-db-emergency', 'wiki'];

let engine: PolicyEngine;
let bench: Bench;
let risk: JsonObject | null;

beforeAll(async () => {
  const folder = copiedTemplates(accessTemplates());
  const ours = {
    custom: { access: { 'ci-deploy': { settings: { tolerate: ['requester-unknown', 'unusual-hour'] } } } },
  };
  engine = await createPolicyEngine({
    custom: { ...folder, data: mergeData(folder.data, ours) },
    data: { access: { rules: [RULE], groups: EXAMPLE_GROUPS, freezes: [FREEZE] } },
    workers: 1,
    deadline: 60_000,
  });
}, 300_000);
afterAll(() => engine.close());

beforeEach(async () => {
  risk = { target_admin: 'no', target_findings: [] };
  const clock = new TestClock('2026-03-03T10:00:00.000Z');
  const issuerUrl = 'https://lapse.example';
  let keys: Bench['keys'] | undefined;
  const broker = () =>
    createJwtBroker(
      {
        type: 'jwt',
        audience: 'https://orders.example',
        actions: ['read', 'deploy', 'update'],
        alg: 'ES256',
        maxSeconds: 3600,
      },
      {
        issuerUrl,
        sign: (...asked) => (keys ?? bench.keys).sign(...asked),
        now: clock.now,
      },
    );
  bench = await openBench({
    engine,
    clock,
    risk: async () => risk,
    brokers: new Map(TARGETS.map((id) => [id, broker()])),
    settings: {
      policyTimeout: 60_000,
      groups: EXAMPLE_GROUPS,
      targets: TARGETS.map((id) => ({
        id,
        type: 'jwt',
        environment: 'production',
        labels: {},
        principals: [],
        maxSeconds: 3600,
      })),
    },
  });
  keys = bench.keys;
  await bench.operator('release-managers-1', []);
});
afterEach(() => bench.close());

const CI: Requester = {
  kind: 'workload',
  issuer: 'https://token.actions.githubusercontent.com',
  subject: 'repo:acme/orders:environment:production',
  owners: ['alice'],
  claims: {
    ref: 'refs/heads/main',
    repository_owner_id: '4099',
    event_name: 'push',
    runner_environment: 'github-hosted',
  },
};
const DEPLOY: AccessDetail = {
  type: 'api_token',
  target: 'orders-api',
  actions: ['deploy'],
  resources: [],
  duration: 600,
};

const ask = (requester: Requester = CI, detail: AccessDetail = DEPLOY, sourceIp = CONTEXT.sourceIp) =>
  bench.issuer.request(requester, detail, { ...CONTEXT, sourceIp });

/** What became of a request, with its reasons. */
async function answer(...asked: Parameters<typeof ask>): Promise<readonly [string, ...string[]]> {
  const outcome = await ask(...asked);
  return [outcome.kind, ...(outcome.request.decision?.reasons ?? [])];
}

async function deployedBefore(): Promise<void> {
  const outcome = await ask();
  if (outcome.kind !== 'pending') throw new Error(outcome.kind);
  await bench.issuer.approve(outcome.request.id, 'release-managers-1', {}, CONTEXT);
  const claimed = await bench.issuer.claim(outcome.request.id, CI, CONTEXT);
  expect(claimed.kind).toBe('granted');
}

describe('a template of access policies, in the issuer', () => {
  it('asks about the first use, and answers by itself what was approved once', async () => {
    expect(await answer()).toEqual(['pending', 'first-action', 'first-use', 'new-source']);
    await deployedBefore();
    expect(await answer()).toEqual(['granted']);
  });

  it('hears where earlier leases went, and of actions that are new', async () => {
    await deployedBefore();
    expect(await answer(CI, DEPLOY, '203.0.113.9')).toEqual(['pending', 'new-source']);
    expect(await answer(CI, { ...DEPLOY, actions: ['read'] })).toEqual(['pending', 'first-action']);
  });

  it('hears of hours, and of what is held', async () => {
    await deployedBefore();
    const history = await bench.store.read((tables) => accessHistory(tables, CI, 'orders-api', bench.clock.now()));
    expect(history.earlier).toEqual({
      uses: 1,
      last_at: '2026-03-03T10:00:00.000Z',
      sources: [CONTEXT.sourceIp],
      hours: Array.from({ length: 24 }, (_, hour) => (hour === 10 ? 1 : 0)),
      actions: ['deploy'],
    });
    expect(history.held).toEqual([
      { target: 'orders-api', actions: ['deploy'], expires_at: '2026-03-03T10:10:00.000Z' },
    ]);
  });

  it('refuses claims that the token does not have, whatever was approved', async () => {
    await deployedBefore();
    const { runner_environment: _absent, ...claims } = CI.claims;
    expect(await answer({ ...CI, claims })).toEqual(['denied', 'claims-missing']);
  });

  it('hears from the inventory what the target hands out', async () => {
    await deployedBefore();
    risk = { target_admin: { if: ['mfa'] }, target_findings: [] };
    expect(await answer()).toEqual(['pending', 'target-admin']);
    risk = null;
    expect(await answer()).toEqual(['pending', 'target-unknown']);
  });

  it('holds at the moment of minting too: what was approved before a freeze is not given out in it', async () => {
    bench.clock.advance(Date.parse('2026-03-31T23:55:00Z') - bench.clock.now().getTime());
    const outcome = await ask();
    if (outcome.kind !== 'pending') throw new Error(outcome.kind);
    await bench.issuer.approve(outcome.request.id, 'release-managers-1', {}, CONTEXT);
    bench.clock.advance(300_000);
    expect(await bench.issuer.claim(outcome.request.id, CI, CONTEXT)).toMatchObject({
      kind: 'denied',
      reasons: ['change-freeze'],
    });
  });

  it('lets nobody approve who started the job', async () => {
    await bench.operator('alice', ['release-managers']);
    const { request } = (await ask()) as { request: AccessRequest };
    await expect(bench.issuer.approve(request.id, 'alice', {}, CONTEXT)).rejects.toMatchObject({
      code: 'ERR_APPROVAL_SELF',
    });
  });
});

describe('break-glass, in the issuer', () => {
  const dave = (signedIn: string): Requester => ({
    kind: 'operator',
    issuer: 'https://lapse.example',
    subject: 'dave',
    owners: ['dave'],
    claims: { auth_time: Date.parse(signedIn) / 1000, amr: ['pwd', 'otp', 'mfa'] },
  });
  const emergency: AccessDetail = {
    type: 'api_token',
    target: 'orders-db-emergency',
    actions: ['update'],
    resources: [],
    duration: 900,
    reason: 'checkout is down, locks are stuck',
    ticket: 'INC-77',
    break_glass: true,
  };

  it('gives at once what makes administrator, in a freeze, and the log says so', async () => {
    bench.clock.advance(30 * 86_400_000 - 3_600_000);
    risk = { target_admin: 'yes', target_findings: [] };
    expect(await answer(dave('2026-04-02T08:58:00Z'), emergency)).toEqual([
      'granted',
      'break-glass',
      'change-freeze',
      'target-admin',
    ]);
    const evaluated = (await bench.issuer.audit({ limit: 100 })).find(({ event }) => event === 'policy.evaluated');
    expect(evaluated?.detail).toMatchObject({
      effect: 'allow',
      rule: 'break-glass',
      reasons: ['break-glass', 'change-freeze', 'target-admin'],
    });
    const used = (await bench.issuer.audit({ limit: 100 })).find(({ event }) => event === 'break_glass.used');
    expect(used?.detail).toMatchObject({ policy_revision: evaluated?.detail.policy_revision });
    await expect
      .poll(async () => (await bench.issuer.audit({ limit: 100 })).map(({ event, detail }) => [event, detail.alert]))
      .toContainEqual(['alert.raised', 'break-glass-used']);
  });

  it('takes somebody who has just signed in', async () => {
    for (const stale of [dave('2026-03-03T08:00:00Z'), { ...dave('2026-03-03T10:00:00Z'), claims: {} }])
      await expect(answer(stale, emergency)).rejects.toMatchObject({ code: 'ERR_STEP_UP_REQUIRED' });
  });

  it('cannot be had again and again', async () => {
    const kinds = [];
    for (let at = 0; at < 4; at += 1) kinds.push(await answer(dave('2026-03-03T10:00:00Z'), emergency));
    expect(kinds.map(([kind]) => kind)).toEqual(['granted', 'granted', 'granted', 'denied']);
    expect(kinds.at(-1)).toEqual(['denied', 'too-often']);
  });
});

describe('denials', () => {
  const read: AccessDetail = { ...DEPLOY, target: 'wiki', actions: ['read'] };
  const misspelt: AccessDetail = { ...read, actions: ['deploy'] };

  it('take nothing from a rule that allows where nobody can be asked, but are named', async () => {
    for (let at = 0; at < 3; at += 1) expect(await answer(CI, misspelt)).toEqual(['denied', 'no-rule']);
    expect(await answer(CI, read)).toEqual(['granted', 'recent-denials']);
  });

  it('end it when there are many, and not for ever: trying again does not count', async () => {
    for (let at = 0; at < 10; at += 1) await answer(CI, misspelt);
    bench.clock.advance(1_800_000);
    expect(await answer(CI, read)).toEqual(['denied', 'too-many-denials']);
    bench.clock.advance(1_800_001);
    expect(await answer(CI, read)).toEqual(['granted']);
  });

  it('and a rule that must not grant by itself says why, where nobody can be asked', async () => {
    risk = { requester_admin: 'yes', requester_findings: [] };
    expect(await answer(CI, read)).toEqual(['denied', 'no-approvers', 'requester-admin']);
  });
});
