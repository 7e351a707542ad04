import { describe, expect, it } from 'vitest';
import { buildAccessGraph } from '../../src/graph/access-graph.ts';
import { adminPaths, reachable } from '../../src/graph/paths.ts';
import { evaluateAll } from '../../src/iam/index.ts';
import type { EffectivePermissions, Escalation } from '../../src/model/effective.ts';
import { pathLines } from '../../src/report/path-lines.ts';
import { credential, inventoryOf, principal, secret, trust } from '../support/facts.ts';

function effective(id: string, rest: Partial<EffectivePermissions> = {}): [string, EffectivePermissions] {
  return [id, { principal: id, admin: 'no', privileges: [], escalations: [], federation: [], unseen: [], ...rest }];
}

function step(target: string, rest: Partial<Escalation> = {}): Escalation {
  return { id: 'assume-role', answer: 'yes', target, uses: ['sts:AssumeRole'], evidence: [], ...rest };
}

const user = principal('aws', 'user', 'arn:aws:iam::111122223333:user/ci-deploy', { scope: ['111122223333'] });
const role = principal('aws', 'role', 'arn:aws:iam::111122223333:role/platform-admin', { scope: ['111122223333'] });
const key = credential('aws', 'access-key', 'AKIAEXAMPLEEXAMPLE01', user);
const leaked = secret('leaked', { platform: 'aws', credentialNativeId: key.nativeId });

describe('the graph from a string to what it can do', () => {
  it('leads from a leaked key over its user to the admin role', () => {
    const inventory = inventoryOf({ principals: [user, role], credentials: [key], secrets: [leaked] });
    const graph = buildAccessGraph(
      inventory,
      new Map([effective(user.id, { escalations: [step(role.id)] }), effective(role.id, { admin: 'yes' })]),
    );
    const path = adminPaths(graph)(leaked.id);
    expect(path?.steps.map(({ to, how }) => [how, to])).toEqual([
      ['is', key.id],
      ['authenticates', user.id],
      ['assume-role', role.id],
    ]);
    expect(path?.answer).toBe('yes');
  });

  it.each([
    ['inactive', undefined],
    ['expired', undefined],
    ['active', 'yes'],
    ['unknown', 'yes'],
  ] as const)('a key that is %s authenticates: %s', (status, answer) => {
    const inventory = inventoryOf({
      principals: [user],
      credentials: [{ ...key, status }],
      secrets: [leaked],
    });
    const graph = buildAccessGraph(inventory, new Map([effective(user.id, { admin: 'yes' })]));
    expect(adminPaths(graph)(leaked.id)?.answer).toBe(answer);
  });

  it('prefers a firm path over a shorter one with a condition', () => {
    const middle = principal('aws', 'role', 'arn:aws:iam::111122223333:role/middle');
    const graph = buildAccessGraph(
      inventoryOf({ principals: [user, role, middle] }),
      new Map([
        effective(user.id, {
          escalations: [step(role.id, { answer: { if: ['aws:SourceIp'] } }), step(middle.id, { id: 'passrole' })],
        }),
        effective(middle.id, { escalations: [step(role.id)] }),
        effective(role.id, { admin: 'yes' }),
      ]),
    );
    const path = adminPaths(graph)(user.id);
    expect(path?.answer).toBe('yes');
    expect(path?.steps.map(({ to }) => to)).toEqual([middle.id, role.id]);
  });

  it('keeps the conditions of a path that has no firm alternative', () => {
    const graph = buildAccessGraph(
      inventoryOf({ principals: [user, role] }),
      new Map([
        effective(user.id, { escalations: [step(role.id, { answer: { if: ['aws:SourceIp'] } })] }),
        effective(role.id, { admin: { if: ['organization policies'] } }),
      ]),
    );
    expect(adminPaths(graph)(user.id)?.answer).toEqual({ if: ['aws:SourceIp', 'organization policies'] });
  });

  it('ends on cycles, and reaches every node once', () => {
    const other = principal('aws', 'role', 'arn:aws:iam::111122223333:role/other');
    const graph = buildAccessGraph(
      inventoryOf({ principals: [user, role, other] }),
      new Map([
        effective(user.id, { escalations: [step(role.id)] }),
        effective(role.id, { escalations: [step(other.id)] }),
        effective(other.id, { escalations: [step(user.id)] }),
      ]),
    );
    expect(adminPaths(graph)(user.id)).toBeUndefined();
    expect(reachable(graph, user.id).map(({ to }) => to)).toEqual([role.id, other.id]);
  });

  it('has no path for a secret that matches nothing', () => {
    const graph = buildAccessGraph(inventoryOf({ principals: [user], secrets: [leaked] }), new Map());
    expect(graph.out.get(leaked.id)).toBeUndefined();
  });
});

const issuer = 'token.actions.githubusercontent.com';
const workflow = principal('github', 'workflow', 'acme/shop/.github/workflows/deploy.yml', {
  scope: ['acme', 'shop'],
  attributes: { jobs: [{ id: 'deploy', id_token: true, environment: 'production' }] },
});
const deployRole = principal('aws', 'role', 'arn:aws:iam::111122223333:role/deploy');

function githubTrust(subject: string, operator = 'StringEquals') {
  return trust(deployRole, { kind: 'federated', issuer }, 'assume-web-identity', {
    condition: {
      [operator]: { [`${issuer}:sub`]: subject },
      StringEquals: {
        [`${issuer}:aud`]: 'sts.amazonaws.com',
        ...(operator === 'StringEquals' ? { [`${issuer}:sub`]: subject } : {}),
      },
    },
  });
}

describe('bridges between platforms', () => {
  const login = trust(deployRole, { kind: 'principal', id: workflow.id }, 'logs-in-as', { declaredBy: 'subject' });

  it.each([
    [
      'names the repository and environment',
      'repo:acme/shop:environment:production',
      'StringEquals',
      ['logs-in-as', 'oidc'],
    ],
    ['globs the organization', 'repo:acme/*', 'StringLike', ['logs-in-as', 'oidc']],
    ['names another repository', 'repo:acme/other:environment:production', 'StringEquals', []],
    ['globs under an operator that does not glob', 'repo:acme/*', 'StringEquals', []],
  ] as const)('a role whose trust %s', (_, subject, operator, expected) => {
    const graph = buildAccessGraph(
      inventoryOf({ principals: [workflow, deployRole], trusts: [login, githubTrust(subject, operator)] }),
      new Map(),
    );
    expect((graph.out.get(workflow.id) ?? []).map(({ how }) => how).sort()).toEqual(expected);
  });

  it('a workflow without id-token: write cannot log in', () => {
    const without = {
      ...workflow,
      attributes: { jobs: [{ id: 'deploy', id_token: false, environment: 'production' }] },
    };
    const graph = buildAccessGraph(
      inventoryOf({
        principals: [without, deployRole],
        trusts: [githubTrust('repo:acme/shop:environment:production')],
      }),
      new Map(),
    );
    expect(graph.out.get(workflow.id)).toBeUndefined();
  });

  it('a role that was not read confirms nothing: only if', () => {
    const unread = { ...deployRole, seen: 'referenced' as const };
    const graph = buildAccessGraph(inventoryOf({ principals: [workflow, unread], trusts: [login] }), new Map());
    expect(graph.out.get(workflow.id)?.[0]?.answer).toEqual({ if: [expect.stringContaining('not read')] });
  });

  it('an annotated service account reaches its role as far as the trust admits it', () => {
    const account = principal('kubernetes', 'service-account', 'prod/shop/api', { scope: ['prod', 'shop'] });
    const eks = 'oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLE';
    const annotation = trust(deployRole, { kind: 'principal', id: account.id }, 'annotation', {
      declaredBy: 'subject',
    });
    const admits = (name: string) =>
      trust(deployRole, { kind: 'federated', issuer: eks }, 'assume-web-identity', {
        condition: {
          StringEquals: { [`${eks}:sub`]: `system:serviceaccount:shop:${name}`, [`${eks}:aud`]: 'sts.amazonaws.com' },
        },
      });
    const edges = (name: string) =>
      buildAccessGraph(
        inventoryOf({ principals: [account, deployRole], trusts: [annotation, admits(name)] }),
        new Map(),
      )
        .out.get(account.id)
        ?.map(({ answer }) => answer);
    expect(edges('api')).toEqual(['yes']);
    expect(edges('other')).toBeUndefined();
  });

  it('a workload runs as its service account', () => {
    const account = principal('kubernetes', 'service-account', 'prod/shop/api', { scope: ['prod', 'shop'] });
    const workload = principal('kubernetes', 'workload', 'prod/shop/Deployment/api', { scope: ['prod', 'shop'] });
    const runs = trust(account, { kind: 'principal', id: workload.id }, 'runs-as', { declaredBy: 'subject' });
    const inventory = inventoryOf({ principals: [account, workload], trusts: [runs] });
    const graph = buildAccessGraph(inventory, evaluateAll(inventory));
    expect(graph.out.get(workload.id)?.map(({ to, how }) => [to, how])).toEqual([[account.id, 'runs-as']]);
  });
});

describe('who can make itself an admin', () => {
  it('is where a path may end', () => {
    const widens = step(role.id, { id: 'iam-put-role-policy', uses: ['iam:PutRolePolicy'] });
    const graph = buildAccessGraph(
      inventoryOf({ principals: [user, role] }),
      new Map([effective(user.id, { escalations: [step(role.id)] }), effective(role.id, { escalations: [widens] })]),
    );
    expect(adminPaths(graph)(user.id)).toMatchObject({ to: role.id, answer: 'yes' });
    expect(pathLines({ from: role.id, to: role.id, answer: 'yes', steps: [] }, graph, new Date()).at(-1)).toBe(
      '= can make itself admin of 111122223333 by iam:PutRolePolicy',
    );
  });
});
