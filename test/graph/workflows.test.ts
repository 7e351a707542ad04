import { describe, expect, it } from 'vitest';
import { buildAccessGraph } from '../../src/graph/access-graph.ts';
import { isHub } from '../../src/graph/edge.ts';
import { pathTo, reachable, reaching } from '../../src/graph/paths.ts';
import type { Json } from '../../src/model/json.ts';
import type { Principal } from '../../src/model/principal.ts';
import { inventoryOf, principal, trust } from '../support/facts.ts';

const ISSUER = 'token.actions.githubusercontent.com';

function workflow(repository: string, name: string, jobs: readonly { environment?: string }[] = [{}]): Principal {
  return principal('github', 'workflow', `${repository}/${name}`, {
    scope: repository.split('/'),
    attributes: { jobs: jobs.map(({ environment = null }) => ({ id_token: true, environment })) },
  });
}

function role(name: string): Principal {
  return principal('aws', 'role', `arn:aws:iam::111122223333:role/${name}`);
}

function admits(target: Principal, condition: Json) {
  return trust(target, { kind: 'federated', issuer: ISSUER }, 'assume-web-identity', { condition });
}

const sub = (operator: string, ...values: string[]): Json => ({ [operator]: { [`${ISSUER}:sub`]: values } });

describe('workflows and the roles that trust their tokens', () => {
  const a = workflow('acme/a', 'ci.yml');
  const b = workflow('acme/b', 'ci.yml', [{ environment: 'prod' }]);
  const stranger = workflow('acme-evil/a', 'ci.yml');
  const silent = principal('github', 'workflow', 'acme/a/quiet.yml', {
    scope: ['acme', 'a'],
    attributes: { jobs: [{ id_token: false, environment: null }] },
  });

  it.each<[string, Json, string[]]>([
    ['one repository', sub('StringLike', 'repo:acme/a:*'), [a.id]],
    ['a repository with a wildcard behind it', sub('StringLike', 'repo:acme/a*'), [a.id]],
    ['an owner', sub('StringLike', 'repo:acme/*'), [a.id, b.id]],
    ['the beginning of an owner', sub('StringLike', 'repo:acme*'), [a.id, b.id, stranger.id]],
    ['an environment', sub('StringLike', 'repo:acme/*:environment:prod'), [b.id]],
    ['two repositories', sub('StringLike', 'repo:acme/a:*', 'repo:acme/b:*'), [a.id, b.id]],
    ['a repository claim', { StringEquals: { [`${ISSUER}:repository`]: 'acme/a' } }, [a.id]],
    [
      'two claims, of which one names a repository',
      { ...(sub('StringLike', 'repo:acme/*') as object), StringEquals: { [`${ISSUER}:repository`]: 'acme/b' } },
      [b.id],
    ],
    ['everybody', {}, [a.id, b.id, stranger.id]],
    ['everybody but some, in both forms', sub('StringNotLike', 'repo:acme/*', 'repo:acme@*'), [stranger.id]],
    ['nobody', sub('StringEquals', 'repo:acme/*'), []],
  ])('%s', (_, condition, expected) => {
    const target = role('r');
    const graph = buildAccessGraph(
      inventoryOf({ principals: [a, b, stranger, silent, target], trusts: [admits(target, condition)] }),
      new Map(),
    );
    const firm = reaching(graph, target.id).filter(({ answer }) => answer === 'yes');
    expect(firm.map(({ from }) => from).sort()).toEqual([...expected].sort());
  });

  it('the immutable form of one repository, as far as its ids are known', () => {
    const target = role('r');
    const trusts = [admits(target, sub('StringLike', 'repo:acme@1/a@2:*'))];
    const graph = buildAccessGraph(inventoryOf({ principals: [a, b, stranger, target], trusts }), new Map());
    expect(reaching(graph, target.id)).toMatchObject([{ from: a.id, answer: { if: [expect.any(String)] } }]);
  });

  it('roles with one condition share a hub, which no path shows', () => {
    const workflows = Array.from({ length: 50 }, (_, index) => workflow(`acme/r${index}`, 'ci.yml'));
    const roles = Array.from({ length: 40 }, (_, index) => role(`r${index}`));
    const trusts = roles.map((target) => admits(target, sub('StringLike', 'repo:acme/*')));
    const graph = buildAccessGraph(inventoryOf({ principals: [...workflows, ...roles], trusts }), new Map());
    const edges = [...graph.out.values()].flat();
    expect(edges.length).toBe(workflows.length + roles.length);
    const [first] = workflows;
    const last = roles.at(-1);
    const path = pathTo(graph, first?.id ?? '', last?.id ?? '');
    expect(path).toMatchObject({ from: first?.id, to: last?.id, answer: 'yes' });
    expect(path?.steps).toHaveLength(1);
    expect(path?.steps[0]?.evidence).toEqual([trusts.at(-1)?.id]);
    const around = reachable(graph, first?.id ?? '', { depth: 1 });
    expect(around.map(({ to }) => to).sort()).toEqual(roles.map(({ id }) => id).sort());
    expect(around.some(({ to }) => isHub(to))).toBe(false);
    expect(reaching(graph, last?.id ?? '', { depth: 1 })).toHaveLength(workflows.length);
  });

  it('an action logs in with the token of the workflows that use it', () => {
    const target = role('r');
    const action = principal('github', 'action', 'acme/a/.github/actions/deploy', { scope: ['acme', 'a'] });
    const uses = trust(action, { kind: 'principal', id: a.id }, 'uses', { declaredBy: 'subject' });
    const login = trust(target, { kind: 'principal', id: action.id }, 'logs-in-as', { declaredBy: 'subject' });
    const graph = (condition: Json) =>
      buildAccessGraph(
        inventoryOf({ principals: [a, action, target], trusts: [uses, login, admits(target, condition)] }),
        new Map(),
      );
    const admitting = graph(sub('StringLike', 'repo:acme/a:*'));
    expect(pathTo(admitting, action.id, target.id)?.answer).toBe('yes');
    expect(admitting.out.get(a.id)?.map(({ how, to }) => [how, to])).toContainEqual(['uses', action.id]);
    expect(pathTo(graph(sub('StringLike', 'repo:acme/b:*')), action.id, target.id)).toBeUndefined();
  });

  it('what has no evaluator of its own runs as whom it says', () => {
    const unit = principal('linux', 'service', 'host/orders.service');
    const runner = principal('linux', 'user', 'host/orders');
    const runs = trust(runner, { kind: 'principal', id: unit.id }, 'runs-as', { declaredBy: 'subject' });
    const graph = buildAccessGraph(inventoryOf({ principals: [unit, runner], trusts: [runs] }), new Map());
    expect(pathTo(graph, unit.id, runner.id)).toMatchObject({ answer: 'yes', steps: [{ evidence: [runs.id] }] });
  });

  it('a firm way is told before a shorter one that depends', () => {
    const target = role('r');
    const maybe = admits(target, {
      StringLike: { [`${ISSUER}:sub`]: 'repo:acme/a:*' },
      IpAddress: { 'aws:SourceIp': '192.0.2.0/24' },
    });
    const graph = buildAccessGraph(inventoryOf({ principals: [a, target], trusts: [maybe] }), new Map());
    expect(typeof pathTo(graph, a.id, target.id)?.answer).toBe('object');
    const both = buildAccessGraph(
      inventoryOf({ principals: [a, target], trusts: [maybe, admits(target, sub('StringLike', 'repo:acme/a:*'))] }),
      new Map(),
    );
    expect(pathTo(both, a.id, target.id)?.answer).toBe('yes');
  });
});
