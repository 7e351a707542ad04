import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canDo } from '../../../src/iam/kubernetes/can-do.ts';
import { reachingGrants } from '../../../src/iam/kubernetes/reaching-grants.ts';
import { possible } from '../../../src/model/answer.ts';
import { account, bind, clusterOf, clusterRole, role, sa } from './cluster.ts';

const A = sa('shop/a');

/** Asks `verb resource [namespace] [name]` of an account with one cluster role, bound cluster-wide or in a namespace. */
async function ask(rules: readonly string[], question: string, boundIn?: string): Promise<unknown> {
  const inventory = await clusterOf(clusterRole('r', rules), bind('ClusterRole/r', ['shop/a'], boundIn));
  const [verb = '', resource = '', namespace, name] = question.split(' ');
  return canDo(inventory, A, verb, resource, namespace === '-' ? undefined : namespace, name).answer;
}

describe('rule 1: allow only, and the union of all bindings', () => {
  test('two bindings add up', async () => {
    const inventory = await clusterOf(
      role('shop', 'one', ['get core/pods']),
      role('shop', 'two', ['list core/pods']),
      bind('Role/one', ['shop/a'], 'shop'),
      bind('Role/two', ['shop/a'], 'shop'),
    );
    expect(canDo(inventory, A, 'get', 'core/pods', 'shop').answer).toBe('yes');
    expect(canDo(inventory, A, 'list', 'core/pods', 'shop').answer).toBe('yes');
    expect(canDo(inventory, A, 'watch', 'core/pods', 'shop').answer).toBe('no');
  });

  test('says which rule and which binding', async () => {
    const inventory = await clusterOf(role('shop', 'one', ['get core/pods']), bind('Role/one', ['shop/a'], 'shop'));
    const found = canDo(inventory, A, 'get', 'core/pods', 'shop');
    expect(found.grants.map((id) => inventory.grants.get(id)?.via)).toEqual([['role:Role/one']]);
    expect(found.trusts.map((id) => inventory.trusts.get(id)?.condition)).toEqual([
      { binding: 'RoleBinding/bind-Role/one-shop/a', namespace: 'shop' },
    ]);
  });

  test('who is not there can do nothing', async () => {
    expect(canDo(await clusterOf(), A, 'get', 'core/pods')).toEqual({ answer: 'no', grants: [], trusts: [] });
  });
});

describe('rule 2: a RoleBinding is limited to its namespace', () => {
  test.each<[string, string, string | undefined, string]>([
    ['in it', 'get core/pods shop', 'shop', 'yes'],
    ['in another', 'get core/pods other', 'shop', 'no'],
    ['in all', 'list core/pods', 'shop', 'no'],
    ['by a ClusterRoleBinding in any', 'get core/pods other', undefined, 'yes'],
    ['by a ClusterRoleBinding in all', 'list core/pods', undefined, 'yes'],
    ['a cluster-scoped resource', 'get core/nodes shop n', 'shop', 'no'],
    ['a cluster-scoped resource by a ClusterRoleBinding', 'get core/nodes shop n', undefined, 'yes'],
    ['the object of that very namespace', 'patch core/namespaces - shop', 'shop', 'yes'],
    ['its subresource', 'update core/namespaces/finalize - shop', 'shop', 'yes'],
    ['the object of another namespace', 'patch core/namespaces - other', 'shop', 'no'],
    ['a new namespace', 'create core/namespaces', 'shop', 'no'],
    ['binding a cluster role there', 'bind rbac.authorization.k8s.io/clusterroles shop r', 'shop', 'yes'],
    ['binding one elsewhere', 'bind rbac.authorization.k8s.io/clusterroles other r', 'shop', 'no'],
    ['changing a cluster role', 'escalate rbac.authorization.k8s.io/clusterroles shop r', 'shop', 'no'],
    ['a path', 'get url:/metrics', 'shop', 'no'],
  ])('%s', async (_, question, boundIn, answer) => {
    expect(await ask(['* */*', '* url:*'], question, boundIn)).toBe(answer);
  });
});

describe('rule 3: a role that is not there grants nothing', () => {
  test('until it is', async () => {
    const binding = bind('ClusterRole/later', ['shop/a']);
    expect(canDo(await clusterOf(binding), A, 'get', 'core/pods').answer).toBe('no');
    const inventory = await clusterOf(binding, clusterRole('later', ['get core/pods']));
    expect(canDo(inventory, A, 'get', 'core/pods').answer).toBe('yes');
  });

  test('one that every cluster has is known without its object', async () => {
    const inventory = await clusterOf(bind('ClusterRole/view', ['shop/a'], 'shop'));
    expect(canDo(inventory, A, 'list', 'core/pods', 'shop').answer).toBe('yes');
    expect(canDo(inventory, A, 'get', 'core/secrets', 'shop').answer).toBe('no');
  });

  test('its object counts for more than what is known of it', async () => {
    const inventory = await clusterOf(
      bind('ClusterRole/view', ['shop/a'], 'shop'),
      clusterRole('view', ['get core/events']),
    );
    expect(canDo(inventory, A, 'list', 'core/pods', 'shop').answer).toBe('no');
    expect(canDo(inventory, A, 'get', 'core/events', 'shop').answer).toBe('yes');
  });

  test('of a system role that is not known there is no no', async () => {
    const inventory = await clusterOf(bind('ClusterRole/system:of-the-future', ['shop/a']));
    expect(canDo(inventory, A, 'get', 'core/pods').answer).toEqual({
      if: ['the content of role:ClusterRole/system:of-the-future, which was not read'],
    });
  });
});

describe('rule 4: aggregated cluster roles', () => {
  const selectors = (...clusterRoleSelectors: object[]) => ({ aggregationRule: { clusterRoleSelectors } });
  const part = (labels: object) => clusterRole('part', ['get core/endpoints'], { labels });

  test.each<[string, object[], object, string]>([
    ['by label', [{ matchLabels: { a: 'x' } }], { a: 'x' }, 'yes'],
    ['by another value', [{ matchLabels: { a: 'x' } }], { a: 'y' }, 'no'],
    ['by two labels', [{ matchLabels: { a: 'x', b: 'y' } }], { a: 'x' }, 'no'],
    ['by any of several selectors', [{ matchLabels: { z: '1' } }, { matchLabels: { a: 'x' } }], { a: 'x' }, 'yes'],
    ['In', [{ matchExpressions: [{ key: 'a', operator: 'In', values: ['x', 'y'] }] }], { a: 'y' }, 'yes'],
    ['In, without the label', [{ matchExpressions: [{ key: 'a', operator: 'In', values: ['x'] }] }], {}, 'no'],
    ['NotIn', [{ matchExpressions: [{ key: 'a', operator: 'NotIn', values: ['x'] }] }], { a: 'y' }, 'yes'],
    ['NotIn, without the label', [{ matchExpressions: [{ key: 'a', operator: 'NotIn', values: ['x'] }] }], {}, 'yes'],
    [
      'NotIn, with the value',
      [{ matchExpressions: [{ key: 'a', operator: 'NotIn', values: ['x'] }] }],
      { a: 'x' },
      'no',
    ],
    ['Exists', [{ matchExpressions: [{ key: 'a', operator: 'Exists' }] }], { a: '' }, 'yes'],
    ['DoesNotExist', [{ matchExpressions: [{ key: 'a', operator: 'DoesNotExist' }] }], { a: '' }, 'no'],
    [
      'an operator that is none',
      [{ matchExpressions: [{ key: 'a', operator: 'Like', values: ['x'] }] }],
      { a: 'x' },
      'no',
    ],
    [
      'both, of which one fails',
      [{ matchLabels: { a: 'x' }, matchExpressions: [{ key: 'b', operator: 'Exists' }] }],
      { a: 'x' },
      'no',
    ],
    ['an empty selector', [{}], {}, 'yes'],
  ])('%s', async (_, clusterRoleSelectors, labels, answer) => {
    const inventory = await clusterOf(
      clusterRole('whole', [], {}, selectors(...clusterRoleSelectors)),
      part(labels),
      bind('ClusterRole/whole', ['shop/a'], 'shop'),
    );
    expect(canDo(inventory, A, 'get', 'core/endpoints', 'shop').answer).toBe(answer);
  });

  test('through several levels, and around in a circle', async () => {
    const inventory = await clusterOf(
      clusterRole('top', [], { labels: { c: '1' } }, selectors({ matchLabels: { a: '1' } })),
      clusterRole(
        'middle',
        [],
        { labels: { a: '1' } },
        selectors({ matchLabels: { b: '1' } }, { matchLabels: { c: '1' } }),
      ),
      clusterRole('leaf', ['get core/endpoints'], { labels: { b: '1' } }),
      bind('ClusterRole/top', ['shop/a']),
    );
    expect(canDo(inventory, A, 'get', 'core/endpoints').answer).toBe('yes');
  });

  test('rules that are filled in, as in a live export, are what counts', async () => {
    const inventory = await clusterOf(
      clusterRole('whole', ['get core/events'], {}, selectors({ matchLabels: { a: 'x' } })),
      part({ a: 'x' }),
      bind('ClusterRole/whole', ['shop/a']),
    );
    expect(canDo(inventory, A, 'get', 'core/events').answer).toBe('yes');
    expect(canDo(inventory, A, 'get', 'core/endpoints').answer).toBe('no');
  });

  test('a label adds to the default roles, upwards only', async () => {
    const part = clusterRole('part', ['get shop.example.org/orders'], {
      labels: { 'rbac.authorization.k8s.io/aggregate-to-edit': 'true' },
    });
    for (const [name, answer] of [
      ['admin', 'yes'],
      ['edit', 'yes'],
      ['view', 'no'],
    ]) {
      const inventory = await clusterOf(part, bind(`ClusterRole/${name}`, ['shop/a'], 'shop'));
      expect(canDo(inventory, A, 'get', 'shop.example.org/orders', 'shop').answer).toBe(answer);
    }
  });
});

describe('rule 5: wildcards', () => {
  test.each<[string, string, string]>([
    ['get core/pods', 'get core/pods shop', 'yes'],
    ['get core/pods', 'get core/pods/exec shop', 'no'],
    ['get core/pods', 'get apps/pods shop', 'no'],
    ['* core/pods', 'escalate core/pods shop', 'yes'],
    ['get core/*', 'get core/pods/exec shop', 'yes'],
    ['get core/*', 'get apps/deployments shop', 'no'],
    ['get */pods', 'get metrics.k8s.io/pods shop', 'yes'],
    ['get core/*/exec', 'get core/pods/exec shop', 'yes'],
    ['get core/*/exec', 'get core/pods/attach shop', 'no'],
    ['get core/*/exec', 'get core/pods shop', 'no'],
    ['get core/pods/*', 'get core/pods/exec shop', 'no'],
    ['get core/po*', 'get core/pods shop', 'no'],
    ['get core/pods', 'GET core/pods shop', 'no'],
  ])('%s: %s is %s', async (rule, question, answer) => {
    expect(await ask([rule], question)).toBe(answer);
  });
});

describe('rule 6: names', () => {
  test.each<[string, string, unknown]>([
    ['get core/secrets = s', 'get core/secrets shop s', 'yes'],
    ['get core/secrets = s', 'get core/secrets shop t', 'no'],
    ['get core/secrets = s,t', 'get core/secrets shop', { if: ['the name is s or t'] }],
    ['create core/secrets = s', 'create core/secrets shop s', 'no'],
    ['* core/secrets = s', 'deletecollection core/secrets shop s', 'no'],
    ['create core/serviceaccounts/token = b', 'create core/serviceaccounts/token shop b', 'yes'],
    ['create core/serviceaccounts/token = b', 'create core/serviceaccounts/token shop c', 'no'],
    ['list core/secrets = s', 'list core/secrets shop s', 'yes'],
    ['list core/secrets = s', 'list core/secrets shop', { if: ['the name is s'] }],
    ['watch core/secrets = s', 'watch core/secrets shop t', 'no'],
  ])('%s: %s', async (rule, question, answer) => {
    expect(await ask([rule], question)).toEqual(answer);
  });
});

describe('rule 7: paths', () => {
  test.each<[string, string, string]>([
    ['get url:/metrics', 'get url:/metrics', 'yes'],
    ['get url:/metrics', 'get url:/metrics/cadvisor', 'no'],
    ['get url:/healthz/*', 'get url:/healthz/etcd/x', 'yes'],
    ['get url:/healthz/*', 'get url:/healthz', 'no'],
    ['get url:*', 'get url:/anything', 'yes'],
    ['get url:/*/x', 'get url:/a/x', 'no'],
    ['get url:/metrics', 'post url:/metrics', 'no'],
    ['* */*', 'get url:/metrics', 'no'],
  ])('%s: %s is %s', async (rule, question, answer) => {
    expect(await ask([rule], question)).toBe(answer);
  });
});

describe('rule 8: groups that one is in by nature', () => {
  test.each<[string, string, string, string]>([
    ['Group:system:serviceaccounts', 'shop/a', 'service-account', 'yes'],
    ['Group:system:serviceaccounts:shop', 'shop/a', 'service-account', 'yes'],
    ['Group:system:serviceaccounts:other', 'shop/a', 'service-account', 'no'],
    ['Group:system:authenticated', 'shop/a', 'service-account', 'yes'],
    ['Group:system:unauthenticated', 'shop/a', 'service-account', 'no'],
    ['Group:system:authenticated', 'mona', 'user', 'yes'],
    ['Group:system:serviceaccounts', 'mona', 'user', 'no'],
    ['Group:system:unauthenticated', 'system:anonymous', 'user', 'yes'],
    ['Group:system:authenticated', 'system:anonymous', 'user', 'no'],
    ['User:system:serviceaccount:shop:a', 'shop/a', 'service-account', 'yes'],
  ])('%s reaches %s: %s %s', async (subject, name, kind, answer) => {
    const known = kind === 'user' ? bind('ClusterRole/none', [`User:${name}`]) : account('shop', 'a');
    const inventory = await clusterOf(clusterRole('r', ['get core/pods']), bind('ClusterRole/r', [subject]), known);
    expect(canDo(inventory, `kubernetes:${kind}:c1/${name}`, 'get', 'core/pods').answer).toBe(answer);
  });

  test('system:masters passes without any binding', async () => {
    const inventory = await clusterOf(bind('ClusterRole/none', ['Group:system:masters']));
    expect(canDo(inventory, 'kubernetes:group:c1/system:masters', 'delete', 'core/nodes')).toEqual({
      answer: 'yes',
      grants: [],
      trusts: [],
    });
  });
});

describe('reachingGrants', () => {
  test('each grant once, with all bindings that bring it', async () => {
    const inventory = await clusterOf(
      clusterRole('r', ['get core/pods', 'list core/pods']),
      bind('ClusterRole/r', ['shop/a'], 'shop'),
      bind('ClusterRole/r', ['shop/a', 'shop/b'], 'other'),
      bind('ClusterRole/r', ['Group:system:serviceaccounts']),
    );
    const found = reachingGrants(inventory, A);
    expect(found.map(({ grant, via }) => [grant.actions, via.length])).toEqual([
      [['get'], 3],
      [['list'], 3],
    ]);
  });

  test('a grant of an aggregated role is told as that of the role that is bound', async () => {
    const inventory = await clusterOf(
      clusterRole('whole', [], {}, { aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: 'x' } }] } }),
      clusterRole('part', ['get core/endpoints'], { labels: { a: 'x' } }),
      bind('ClusterRole/whole', ['shop/a']),
    );
    const [found] = reachingGrants(inventory, A);
    expect(found?.grant.principal).toBe('kubernetes:cluster-role:c1/whole');
    expect(inventory.grants.get(found?.grant.id ?? '')?.principal).toBe('kubernetes:cluster-role:c1/part');
  });

  test('who is not there has none', async () => {
    expect(reachingGrants(await clusterOf(), A)).toEqual([]);
  });
});

describe('properties', () => {
  const texts = fc.constantFrom(
    'get core/pods',
    'list core/*',
    '* apps/deployments',
    'get core/secrets = s',
    'create core/pods/exec',
    '* */*',
    'get url:/x',
  );
  const bindings = fc.array(
    fc.record({
      rules: fc.array(texts, { minLength: 1, maxLength: 3 }),
      namespace: fc.constantFrom(undefined, 'shop', 'other'),
    }),
    { maxLength: 4 },
  );
  const questions = [
    'get core/pods shop',
    'list core/secrets',
    'get core/secrets shop s',
    'create core/pods/exec other',
    'patch apps/deployments shop',
    'get url:/x',
  ];

  const files = (list: readonly { rules: string[]; namespace: string | undefined }[]) =>
    list.flatMap(({ rules, namespace }, index) => [
      clusterRole(`r${index}`, rules),
      bind(`ClusterRole/r${index}`, ['shop/a'], namespace),
    ]);
  const answers = async (texts: readonly string[]) => {
    const inventory = await clusterOf(account('shop', 'a'), ...texts);
    return questions.map((question) => {
      const [verb = '', resource = '', namespace, name] = question.split(' ');
      return canDo(inventory, A, verb, resource, namespace, name).answer;
    });
  };

  test('a further binding takes nothing away', async () => {
    await fc.assert(
      fc.asyncProperty(bindings, bindings, async (some, more) => {
        const before = await answers(files(some));
        const after = await answers(files([...some, ...more]));
        for (const [index, answer] of before.entries()) {
          if (answer === 'yes') expect(after[index]).toBe('yes');
          if (possible(answer)) expect(possible(after[index] ?? 'no')).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('the order of files shows nowhere', async () => {
    await fc.assert(
      fc.asyncProperty(bindings, async (some) => {
        expect(await answers(files(some).reverse())).toEqual(await answers(files(some)));
      }),
      { numRuns: 60 },
    );
  });

  test('what is left out becomes no yes', async () => {
    await fc.assert(
      fc.asyncProperty(bindings, fc.nat(), async (some, seed) => {
        const all = files(some);
        const fewer = all.filter((_, index) => index !== seed % Math.max(all.length, 1));
        const whole = await answers(all);
        for (const [index, answer] of (await answers(fewer)).entries()) {
          if (answer === 'yes') expect(whole[index]).toBe('yes');
        }
      }),
      { numRuns: 60 },
    );
  });
});
