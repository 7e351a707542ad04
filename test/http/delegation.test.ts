import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HttpBench, JWT, openHttpBench } from '../support/http-bench.ts';
import { allow, escalate, MANY_LEASES } from '../support/issuer-bench.ts';

let bench: HttpBench;

beforeAll(async () => {
  bench = await openHttpBench({ settings: MANY_LEASES });
});

afterAll(async () => {
  await bench.close();
});

const DEPLOYER = 'repo:acme/deployer:ref:refs/heads/main';
const actorToken = (claims: Readonly<Record<string, unknown>> = {}) =>
  bench.token({ sub: DEPLOYER, actor: 'dan', ...claims });
const mayAct = (change: Readonly<Record<string, unknown>> = {}) => ({ may_act: { sub: DEPLOYER, ...change } });
const delegate = async (subject: Readonly<Record<string, unknown>>, actor: Promise<string> = actorToken()) =>
  bench.exchange({ subject_token: await bench.token(subject), actor_token: await actor, actor_token_type: JWT });

describe('delegation (RFC 8693 §4)', () => {
  it('X7: the actor that the subject token names acts, and both are told of', async () => {
    const { status, body } = await delegate(mayAct());
    expect(status).toBe(200);
    const token = String(body.access_token);
    const act = { iss: bench.idp.url, sub: DEPLOYER };
    expect(decodeJwt(token).act).toEqual(act);
    expect(decodeJwt(token).sub).toBe('repo:acme/orders:ref:refs/heads/main');
    const reader = { authorization: `Bearer ${await bench.token()}` };
    expect((await bench.post('/introspect', { token }, reader)).body).toMatchObject({ active: true, act });
    const told = await bench.policy.inputs.at(-1);
    expect(told?.request).toMatchObject({
      requester: { actor: { issuer: bench.idp.url, subject: DEPLOYER }, owners: ['olga', 'dan'] },
    });
  });

  const NOBODY: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    'no may_act': {},
    'somebody else': mayAct({ sub: 'repo:acme/other:ref:refs/heads/main' }),
    'a pattern': mayAct({ sub: 'repo:acme/*' }),
    'no subject': { may_act: { iss: 'x' } },
    'an actor of another issuer': mayAct({ iss: 'https://elsewhere.example' }),
    'a claim that the actor has otherwise': mayAct({ repository_owner: 'evil' }),
    'a claim that the actor has not': mayAct({ team: 'payments' }),
    'a list': { may_act: [{ sub: DEPLOYER }] },
    'a text': { may_act: DEPLOYER },
  };

  it.each(Object.entries(NOBODY))('X7: a may_act of %s lets nobody act', async (_what, claims) => {
    const answer = await delegate(claims);
    expect({ status: answer.status, error: answer.body.error }).toEqual({ status: 400, error: 'invalid_request' });
  });

  it('X7: an actor with a bad token does not act, whatever the subject says', async () => {
    expect((await delegate(mayAct(), actorToken({ aud: 'https://sibling.example' }))).body.error).toBe(
      'invalid_request',
    );
    expect((await delegate(mayAct(), actorToken({ sub: 'repo:evil/x:ref:refs/heads/main' }))).body.error).toBe(
      'invalid_request',
    );
  });

  it('X7: those who acted before are kept in their order, and are no part of a decision', async () => {
    const act = { sub: 'bot-c', iss: 'https://b.example', act: { sub: 'bot-b', act: { sub: 'bot-a' } } };
    const { body } = await delegate({ ...mayAct(), act });
    expect(decodeJwt(String(body.access_token)).act).toEqual({ iss: bench.idp.url, sub: DEPLOYER, act });
    expect(JSON.stringify(bench.policy.inputs.at(-1))).not.toMatch(/bot-[abc]/);
  });

  it('X7: without an actor token, whoever acted last still does', async () => {
    const { body } = await bench.exchange({
      subject_token: await bench.token({ act: { sub: 'second', act: { sub: 'first' } } }),
    });
    expect(decodeJwt(String(body.access_token)).act).toEqual({
      iss: bench.idp.url,
      sub: 'second',
      act: { sub: 'first' },
    });
    expect(bench.policy.inputs.at(-1)?.request).toMatchObject({ requester: { actor: { subject: 'second' } } });
  });

  it.each<[string, unknown]>([
    ['a text', 'x'],
    ['a list', []],
    ['no subject', { iss: 'x' }],
    ['a subject that is none', { sub: 1 }],
    ['a chain without end', Array.from({ length: 9 }).reduce<object>((act) => ({ sub: 'x', act }), { sub: 'x' })],
  ])('X7: an act that is %s is refused', async (_what, act) => {
    expect((await bench.exchange({ subject_token: await bench.token({ act }) })).body.error).toBe('invalid_request');
  });

  it('both tokens are used up', async () => {
    const actor = actorToken();
    expect((await delegate(mayAct(), actor)).status).toBe(200);
    expect((await delegate(mayAct(), actor)).body.error).toBe('invalid_request');
  });

  it('whoever started the actor counts as requester: no approval of one’s own, and an approver is no actor', async () => {
    bench.policy.decision = async () => escalate([{ from: 'approvers', count: 1 }]);
    const asked = await delegate(mayAct());
    const id = String(asked.body.auth_req_id);
    for (const name of ['dan', 'amy']) await bench.operator(name, ['approvers']);
    const context = { sourceIp: '::1', correlationId: 'x' };
    await expect(bench.issuer.approve(id, 'dan', {}, context)).rejects.toMatchObject({ code: 'ERR_APPROVAL_SELF' });
    const { requester } = await bench.issuer.approve(id, 'amy', {}, context);
    expect(requester.actor).toEqual({ issuer: bench.idp.url, subject: DEPLOYER });
    bench.policy.decision = async () => allow();
  });
});
