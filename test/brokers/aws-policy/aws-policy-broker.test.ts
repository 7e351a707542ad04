import {
  CreateRoleCommand,
  CreateUserCommand,
  GetUserPolicyCommand,
  IAMClient,
  ListRolePoliciesCommand,
  ListUserPoliciesCommand,
  PutUserPolicyCommand,
  UpdateUserCommand,
} from '@aws-sdk/client-iam';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createAwsPolicyBroker } from '../../../src/brokers/aws-policy/aws-policy-broker.ts';
import type { AwsPolicyTarget } from '../../../src/brokers/aws-policy/aws-policy-target.ts';
import { isLasting } from '../../../src/brokers/aws-policy/policy-document.ts';
import { sharedId } from '../../../src/brokers/external-id.ts';
import { allow, CONTEXT, openBench, WORKLOAD } from '../../support/issuer-bench.ts';
import { motoMissing, startMoto } from '../../support/moto.ts';
import { ISSUER_ID, planFor } from '../../support/postgres-target.ts';

const DETAIL = {
  type: 'aws_policy',
  target: 'account',
  actions: ['read'],
  resources: ['orders'],
  principal: 'user/ci',
  duration: 60,
};
const STANDING = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:ListBucket', Resource: '*' }],
});
const STATEMENT = {
  Action: 's3:GetObject',
  Resource: 'arn:aws:s3:::orders/*',
  Condition: {
    DateLessThan: { 'aws:TokenIssueTime': '2030-01-01T00:00:00Z' },
    Bool: { 'aws:SecureTransport': 'true' },
  },
};

function targetAt(endpoint: string, change: Partial<AwsPolicyTarget> = {}): AwsPolicyTarget {
  return {
    type: 'aws-policy',
    id: 'account',
    region: 'us-east-1',
    endpoint,
    grants: [{ actions: ['read'], resources: ['orders'], statements: [STATEMENT] }],
    maxSeconds: 3600,
    timeout: 5_000,
    ...change,
  };
}
const brokerAt = (endpoint: string, change: Partial<AwsPolicyTarget> = {}, issuerId = ISSUER_ID) =>
  createAwsPolicyBroker(targetAt(endpoint, change), { issuerId });
const plan = (change = {}, expiresAt = new Date('2030-01-02T03:04:05.900Z')) =>
  planFor({ detail: { ...DETAIL, ...change }, expiresAt });

describe('before anything is asked', () => {
  const broker = brokerAt('http://127.0.0.1:9');

  it.each(['*', '*:*', 'i*:PutUserPolicy', 'iam:*', 'IAM:CreateAccessKey', 'sts:AssumeRole', 'sso:*'])(
    'an action that would outlive its lease is refused: %s',
    (Action) => {
      expect(isLasting(Action)).toBe(true);
      const grants = [
        { actions: ['a'], resources: ['b'], statements: [{ Action: ['s3:GetObject', Action], Resource: '*' }] },
      ];
      expect(() => brokerAt('http://127.0.0.1:9', { grants })).toThrow(
        expect.objectContaining({ code: 'ERR_CONFIG_INVALID' }),
      );
    },
  );

  it.each([
    ['user/ci', true],
    ['role/deploy-prod', true],
    ['group/x', false],
    ['user/', false],
    ['user/a b', false],
    ['user/a"; drop', false],
    ['arn:aws:iam::1:user/ci', false],
  ])('the principal %s: %s', (principal, good) => {
    expect(broker.refuses({ ...DETAIL, principal }) === undefined).toBe(good);
  });

  it('leases that differ in anything do not share', () => {
    const key = (change: object) => broker.sharedKey?.({ ...DETAIL, ...change });
    expect(key({ duration: 5, reason: 'x' })).toBe(key({}));
    expect(
      new Set([{}, { principal: 'user/x' }, { resources: ['o'] }, { source_cidrs: ['10.0.0.0/8'] }].map(key)).size,
    ).toBe(4);
  });

  it('a server that is not there is unreachable', async () => {
    await expect(brokerAt('http://127.0.0.1:9', { timeout: 500 }).list()).rejects.toMatchObject({
      code: expect.stringMatching(/^ERR_TARGET_/),
    });
  });
});

const missing = motoMissing();
if (missing !== undefined) process.stdout.write(`skipped: ${missing}\n`);
describe.skipIf(missing !== undefined)('at an account', () => {
  let moto: Awaited<ReturnType<typeof startMoto>>;
  let client: IAMClient;
  let endpoint: string;
  const before = { ...process.env };

  beforeAll(async () => {
    moto = await startMoto();
    Object.assign(process.env, moto.env);
    endpoint = moto.env.AWS_ENDPOINT_URL ?? '';
    client = new IAMClient({ region: 'us-east-1', endpoint });
    for (const UserName of ['ci', 'other']) await client.send(new CreateUserCommand({ UserName }));
    await client.send(new CreateRoleCommand({ RoleName: 'deploy', AssumeRolePolicyDocument: '{}' }));
  });

  afterEach(async () => {
    const broker = brokerAt(endpoint);
    for (const name of await broker.list()) await broker.remove(name);
  });

  afterAll(async () => {
    client.destroy();
    process.env = before;
    await moto.stop();
  });

  const policiesOf = async (UserName: string) =>
    (await client.send(new ListUserPoliciesCommand({ UserName }))).PolicyNames;
  const documentOf = async (UserName: string, PolicyName: string) =>
    JSON.parse(
      decodeURIComponent((await client.send(new GetUserPolicyCommand({ UserName, PolicyName }))).PolicyDocument ?? ''),
    );

  it('gives a policy that ends by itself, moves its end, and takes it back', async () => {
    const broker = brokerAt(endpoint);
    const order = plan({ source_cidrs: ['10.2.0.0/16'] });
    const { externalId } = order;
    expect(await broker.create(order)).toEqual({ plain: { principal: 'user/ci', policy: externalId }, secret: {} });
    await broker.create(order);
    const document = (end: string) => ({
      Version: '2012-10-17',
      Statement: [
        {
          ...STATEMENT,
          Effect: 'Allow',
          Condition: {
            ...STATEMENT.Condition,
            DateLessThan: { ...STATEMENT.Condition.DateLessThan, 'aws:CurrentTime': end },
            IpAddress: { 'aws:SourceIp': ['10.2.0.0/16'] },
          },
        },
      ],
    });
    expect(await documentOf('ci', externalId)).toEqual(document('2030-01-02T03:04:05Z'));
    await broker.extend?.(externalId, new Date('2030-01-02T04:00:00Z'));
    expect(await documentOf('ci', externalId)).toEqual(document('2030-01-02T04:00:00Z'));
    expect([await broker.list(), await broker.verify(externalId)]).toEqual([[externalId], 'alive']);
    await broker.remove(externalId);
    await broker.remove(externalId);
    expect([await policiesOf('ci'), await broker.verify(externalId)]).toEqual([[], 'dead']);
    await expect(broker.extend?.(externalId, new Date())).rejects.toMatchObject({ code: 'ERR_TARGET_REFUSED' });
  });

  it('leaves what others made, and finds its own after a rename', async () => {
    const broker = brokerAt(endpoint);
    const foreign = `lapse_ffffffff_${'a'.repeat(26)}`;
    for (const PolicyName of ['standing', foreign])
      await client.send(new PutUserPolicyCommand({ UserName: 'ci', PolicyName, PolicyDocument: STANDING }));
    const [user, role] = [plan(), plan({ principal: 'role/deploy' })];
    await broker.create(user);
    await broker.create(role);
    expect((await broker.list()).toSorted()).toEqual([user.externalId, role.externalId].sort());
    await broker.create({ ...user, detail: { ...DETAIL, principal: 'user/other' } });
    await client.send(new UpdateUserCommand({ UserName: 'other', NewUserName: 'renamed' }));
    for (const { externalId } of [user, role]) await broker.remove(externalId);
    expect((await policiesOf('ci'))?.toSorted()).toEqual([foreign, 'standing']);
    expect(await policiesOf('renamed')).toEqual([]);
    expect((await client.send(new ListRolePoliciesCommand({ RoleName: 'deploy' }))).PolicyNames).toEqual([]);
    await expect(broker.remove(foreign)).rejects.toMatchObject({ code: 'ERR_INTERNAL' });
    await expect(broker.create(plan({ principal: 'user/nobody' }))).rejects.toMatchObject({
      code: 'ERR_TARGET_REFUSED',
    });
  });

  it('is shared by leases that overlap, and goes with the last of them', async () => {
    const probe = await openBench();
    const { issuerId } = probe.store;
    const bench = await openBench({
      now: () => new Date(),
      folder: probe.folder,
      brokers: new Map([['account', brokerAt(endpoint, {}, issuerId)]]),
    });
    bench.policy.decision = async () => allow({ scope: { actions: ['read'], resources: ['orders'] } });
    const name = sharedId(issuerId, 'account', brokerAt(endpoint).sharedKey?.(DETAIL) ?? '');
    const lease = async (duration: number) => {
      const outcome = await bench.issuer.request(WORKLOAD, { ...DETAIL, duration }, CONTEXT);
      if (outcome.kind !== 'granted') throw new Error(outcome.kind);
      return outcome.lease;
    };
    const endOf = async () =>
      new Date((await documentOf('ci', name)).Statement[0].Condition.DateLessThan['aws:CurrentTime']).getTime();
    const whole = (iso: string) => Math.floor(Date.parse(iso) / 1000) * 1000;
    const [long, short] = [await lease(900), await lease(60)];
    expect(await endOf()).toBe(whole(long.expiresAt));
    const by = { actor: 'system', reason: 'ended' } as const;
    expect((await bench.issuer.revoke(long.id, by, CONTEXT)).done).toBe(true);
    expect(await endOf()).toBe(whole(short.expiresAt));
    expect((await bench.issuer.revoke(short.id, by, CONTEXT)).done).toBe(true);
    expect(await policiesOf('ci')).not.toContain(name);
    await bench.close();
    await probe.close();
  });
});
