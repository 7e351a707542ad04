import { describe, expect, test } from 'vitest';
import { isJudged } from '../../../src/graph/subjects.ts';
import type { EscalationRow } from '../../../src/iam/gcp/escalation.ts';
import { ESCALATIONS } from '../../../src/iam/gcp/escalations.ts';
import { memberOf } from '../../../src/iam/gcp/member.ts';
import type { Escalation } from '../../../src/model/effective.ts';
import type { Inventory } from '../../../src/model/inventory.ts';
import { account, bind, deny, effectiveOf, email, organisationOf, role, sa, user } from './organisation.ts';

const KIM = 'user:kim@example.com';
const CUSTOM = 'organizations/1/roles/exact';
const HARMLESS = '//storage.googleapis.com/harmless';

/** A way with exactly the permissions that it needs: one for each alternative and level. */
interface Case {
  readonly name: string;
  readonly row: EscalationRow;
  readonly permissions: readonly string[];
  readonly at: string;
  readonly target: string;
}

const CASES: readonly Case[] = ESCALATIONS.flatMap((row): readonly Case[] => {
  const fixed = [...(row.account ?? []), ...(row.project ?? [])];
  const base = { row, at: 'projects/prod', target: targetOf(row) };
  if (row.levels !== undefined) {
    const places = { projects: 'projects/prod', folders: 'folders/20', organizations: 'organizations/1' };
    return row.levels.map(({ permission, level }) => ({
      ...base,
      name: `${row.id} ${level}`,
      permissions: [permission],
      at: places[level],
    }));
  }
  const sets = row.either === undefined ? [fixed] : row.either.map((one) => [...fixed, one]);
  return sets.map((permissions) => ({ ...base, name: `${row.id} ${permissions.at(-1)}`, permissions }));
});

function targetOf(row: EscalationRow): string {
  switch (row.over) {
    case 'container':
    case 'own-roles':
      return user('kim');
    case 'things':
      return 'gcp:project:prod';
    case 'build-accounts':
      return 'gcp:service-account:300@cloudbuild.gserviceaccount.com';
    case 'deployment-accounts':
      return 'gcp:service-account:300@cloudservices.gserviceaccount.com';
    case 'delegated-accounts':
      return sa('far', 'other');
    default:
      return sa('a');
  }
}

/** Accounts to become; `a` may have tokens of `far`. */
const AROUND: readonly object[] = [
  account('a'),
  account('far', 'other'),
  bind(email('far', 'other'), 'roles/iam.serviceAccountTokenCreator', [`serviceAccount:${email('a')}`]),
  bind('projects/prod', 'roles/editor', [
    'serviceAccount:300@cloudbuild.gserviceaccount.com',
    'serviceAccount:300@cloudservices.gserviceaccount.com',
  ]),
];

function found(inventory: Inventory, { row, target }: Case): Escalation | undefined {
  return effectiveOf(inventory, user('kim')).escalations.find((one) => one.id === row.id && one.target === target);
}

/** A role can be rewritten where it is defined: here that is the project, since the right is one over the project. */
function roleFor({ row }: Case): string {
  return row.over === 'own-roles' ? 'projects/prod/roles/exact' : CUSTOM;
}

function holding(one: Case, ...more: readonly object[]): Promise<Inventory> {
  const name = roleFor(one);
  return organisationOf(...AROUND, role(name, one.permissions), bind(one.at, name, [KIM]), ...more);
}

/** `iam.googleapis.com/serviceAccounts.actAs` of `iam.serviceAccounts.actAs`. */
function deniable(permission: string): string {
  const dot = permission.indexOf('.');
  const service = permission.slice(0, dot);
  return `${service === 'resourcemanager' ? 'cloudresourcemanager' : service}.googleapis.com/${permission.slice(dot + 1)}`;
}

describe.each(CASES.map((one) => [one.name, one] as const))('%s', (_, one) => {
  test('is found with exactly its permissions', async () => {
    const way = found(await holding(one), one);
    expect(way).toBeDefined();
    const sure = one.row.provided === undefined && !['machine-accounts', 'build-accounts'].includes(one.row.over);
    expect(way?.answer === 'yes').toBe(sure);
    expect(way?.evidence.length).toBeGreaterThan(0);
  });

  test.each(one.permissions.map((permission) => [permission]))('not without %s', async (missing) => {
    const permissions = one.permissions.filter((permission) => permission !== missing);
    expect(
      found(await holding({ ...one, permissions: [...permissions, 'resourcemanager.projects.get'] }), one),
    ).toBeUndefined();
  });

  test.each(one.permissions.map((permission) => [permission]))('not with %s denied', async (denied) => {
    const rule = deny('organizations/1', [deniable(denied)], ['principal://goog/subject/kim@example.com']);
    expect(found(await holding(one, rule), one)).toBeUndefined();
  });

  test('not on something harmless', async () => {
    const way = found(await holding({ ...one, at: HARMLESS }), one);
    // What is said of a bucket is said of the project that holds it, whatever it is.
    if (one.row.over === 'things') expect((way?.uses ?? []).every((use) => use.endsWith(HARMLESS))).toBe(true);
    else expect(way).toBeUndefined();
  });

  test('not when its time is over', async () => {
    const inventory = await organisationOf(
      ...AROUND,
      role(roleFor(one), one.permissions),
      bind(one.at, roleFor(one), [KIM], 'request.time < timestamp("2025-06-01T00:00:00Z")'),
    );
    expect(found(inventory, one)).toBeUndefined();
  });

  test('only perhaps under a condition that nobody knows', async () => {
    const inventory = await organisationOf(
      ...AROUND,
      role(roleFor(one), one.permissions),
      bind(one.at, roleFor(one), [KIM], 'resource.matchTag("1/env", "dev")'),
    );
    expect(found(inventory, one)?.answer).toMatchObject({
      if: expect.arrayContaining(['resource.matchTag("1/env", "dev")']),
    });
  });
});

const ACCOUNT_CASES = CASES.filter(({ row }) => row.over === 'accounts' && row.account !== undefined);

test.each(ACCOUNT_CASES.map((one) => [one.name, one] as const))(
  '%s: not over an account of another project',
  async (_, one) => {
    const inventory = await organisationOf(
      account('b', 'other'),
      role(CUSTOM, one.permissions),
      bind('projects/prod', CUSTOM, [KIM]),
    );
    expect(found(inventory, { ...one, target: sa('b', 'other') })).toBeUndefined();
  },
);

test('a role of the organization is not rewritten from a project', async () => {
  const inventory = await organisationOf(role(CUSTOM, ['iam.roles.update']), bind('projects/prod', CUSTOM, [KIM]));
  expect(effectiveOf(inventory, user('kim')).escalations).toEqual([]);
});

test('permissions of several roles add up, on an account and on its project', async () => {
  const inventory = await organisationOf(
    ...AROUND,
    account('b'),
    bind(email('a'), 'roles/iam.serviceAccountUser', [KIM]),
    bind('projects/prod', 'roles/run.developer', [KIM]),
  );
  const ways = effectiveOf(inventory, user('kim')).escalations.filter(({ id }) => id === 'gcp-create-run-service');
  expect(ways.map(({ target }) => target)).toEqual([sa('a')]);
});

test('a right over the account of another project than that of the machine is none', async () => {
  const inventory = await organisationOf(
    ...AROUND,
    bind(email('a'), 'roles/iam.serviceAccountUser', [KIM]),
    bind('projects/other', 'roles/run.developer', [KIM]),
  );
  expect(effectiveOf(inventory, user('kim')).escalations.filter(({ id }) => id.includes('run'))).toEqual([]);
});

test('a machine that is known to run as an account makes it certain', async () => {
  const runner = {
    name: '//compute.googleapis.com/projects/prod/zones/z/instances/runner',
    assetType: 'compute.googleapis.com/Instance',
    resource: { data: { name: 'runner', serviceAccounts: [{ email: email('a'), scopes: [] }] } },
    ancestors: ['projects/300', 'folders/20', 'organizations/1'],
  };
  const inventory = await organisationOf(
    ...AROUND,
    account('b'),
    runner,
    role(CUSTOM, ['compute.instances.setMetadata']),
    bind('projects/prod', CUSTOM, [KIM]),
  );
  const ways = effectiveOf(inventory, user('kim')).escalations.filter(({ id }) => id === 'gcp-instance-metadata');
  expect(ways.find(({ target }) => target === sa('a'))?.answer).toBe('yes');
  expect(ways.find(({ target }) => target === sa('b'))?.answer).toEqual({
    if: [`a machine of the project runs as ${email('b')}`],
  });
});

test('an account that is disabled has no tokens until somebody enables it', async () => {
  const inventory = await organisationOf(
    account('a', 'prod', { disabled: true }),
    bind('projects/prod', 'roles/iam.serviceAccountTokenCreator', [KIM]),
  );
  const [way] = effectiveOf(inventory, user('kim')).escalations.filter(({ id }) => id === 'gcp-access-token');
  expect(way?.answer).toEqual({ if: [`${email('a')} is enabled again`] });
});

test('a deny below takes the accounts of that part only', async () => {
  const inventory = await organisationOf(
    account('a'),
    account('b', 'other'),
    bind('folders/20', 'roles/iam.serviceAccountTokenCreator', [KIM]),
    deny('projects/other', ['iam.googleapis.com/serviceAccounts.getAccessToken'], ['principalSet://goog/public:all']),
  );
  const ways = effectiveOf(inventory, user('kim')).escalations.filter(({ id }) => id === 'gcp-access-token');
  expect(ways.map(({ target }) => target)).toEqual([sa('a')]);
});

test('several hops: key → account → token → owner', async () => {
  const { adminPaths } = await import('../../../src/graph/paths.ts');
  const { buildAccessGraph } = await import('../../../src/graph/access-graph.ts');
  const { evaluator } = await import('./organisation.ts');
  const inventory = await organisationOf(
    account('a'),
    account('b'),
    account('owner', 'other'),
    bind(email('a'), 'roles/iam.serviceAccountKeyAdmin', [KIM]),
    bind(email('b'), 'roles/iam.serviceAccountTokenCreator', [`serviceAccount:${email('a')}`]),
    bind(email('owner', 'other'), 'roles/iam.serviceAccountTokenCreator', [`serviceAccount:${email('b')}`]),
    bind('projects/other', 'roles/owner', [`serviceAccount:${email('owner', 'other')}`]),
  );
  const path = adminPaths(buildAccessGraph(inventory, evaluator.evaluate(inventory)))(user('kim'));
  expect(path?.answer).toBe('yes');
  expect(path?.steps.map(({ to, how }) => [how, to])).toEqual([
    ['gcp-create-key', sa('a')],
    ['gcp-access-token', sa('b')],
    ['gcp-access-token', sa('owner', 'other')],
  ]);
});

test('a circle of accounts comes to an end', async () => {
  const inventory = await organisationOf(
    account('a'),
    account('b'),
    bind(email('a'), 'roles/iam.serviceAccountTokenCreator', [
      `serviceAccount:${email('b')}`,
      `serviceAccount:${email('a')}`,
    ]),
    bind(email('b'), 'roles/iam.serviceAccountTokenCreator', [`serviceAccount:${email('a')}`]),
  );
  expect(effectiveOf(inventory, sa('a')).escalations.some(({ target }) => target === sa('b'))).toBe(true);
  expect(effectiveOf(inventory, sa('a')).escalations.some(({ target }) => target === sa('a'))).toBe(false);
});

test.each<[string, boolean]>([
  ['serviceAccount:300@cloudservices.gserviceaccount.com', false],
  ['serviceAccount:service-300000@gcp-sa-pubsub.iam.gserviceaccount.com', false],
  ['serviceAccount:service-300000@compute-system.iam.gserviceaccount.com', false],
  ['serviceAccount:300@cloudbuild.gserviceaccount.com', true],
  ['serviceAccount:300-compute@developer.gserviceaccount.com', true],
  [`serviceAccount:${email('a')}`, true],
  ['group:ops@example.com', true],
  ['allUsers', true],
])('%s is judged: %s', async (member, expected) => {
  const inventory = await organisationOf(bind('projects/prod', 'roles/editor', [member]));
  const [principal] = [...inventory.principals.values()].filter(({ id }) => id === memberOf(member).id);
  expect(principal !== undefined && isJudged(principal)).toBe(expected);
});

describe('privileges', () => {
  test.each<[string, string, readonly string[]]>([
    ['roles/owner', 'projects/prod', ['admin', 'basic-role', 'iam-write', 'secrets-read', 'impersonate-all']],
    [
      'roles/editor',
      'projects/prod',
      ['basic-role', 'wildcard-resource', 'iam-write', 'secrets-read', 'impersonate-all'],
    ],
    ['roles/viewer', 'projects/prod', []],
    ['roles/secretmanager.secretAccessor', 'organizations/1', ['secrets-read']],
    ['roles/iam.securityAdmin', 'projects/prod', ['iam-write']],
    ['roles/iam.serviceAccountUser', 'projects/prod', ['impersonate-all']],
    ['roles/iam.serviceAccountUser', email('a'), []],
    ['roles/owner', email('a'), ['iam-write']],
  ])('%s on %s', async (name, at, expected) => {
    const { privileges } = effectiveOf(await organisationOf(account('a'), bind(at, name, [KIM])), user('kim'));
    expect([...new Set(privileges.map(({ id }) => id))]).toEqual(expected);
  });

  test('an owner under a condition is an admin under that condition', async () => {
    const inventory = await organisationOf(
      bind('projects/prod', 'roles/owner', [KIM], 'resource.matchTag("1/env", "dev")'),
    );
    expect(effectiveOf(inventory, user('kim')).admin).toEqual({ if: ['resource.matchTag("1/env", "dev")'] });
  });

  test('a role that nobody knows is told once', async () => {
    const { admin, escalations, unseen } = effectiveOf(
      await organisationOf(account('a'), bind('projects/prod', 'projects/prod/roles/x', [KIM])),
      user('kim'),
    );
    expect(admin).toBe('no');
    expect(escalations.map(({ id, target, answer }) => [id, target, answer])).toEqual([
      ['unread-role', user('kim'), { if: ['projects/prod/roles/x (not read) allows it'] }],
    ]);
    expect(unseen).toContain('role projects/prod/roles/x');
  });

  test('an owner gains by accounts only what it does not own', async () => {
    const inventory = await organisationOf(
      account('home'),
      account('away'),
      bind('projects/prod', 'roles/owner', [KIM]),
      bind('projects/prod', 'roles/editor', [`serviceAccount:${email('home')}`]),
      bind('projects/other', 'roles/editor', [`serviceAccount:${email('away')}`]),
    );
    const targets = new Set(effectiveOf(inventory, user('kim')).escalations.map(({ target }) => target));
    expect([...targets]).toEqual([sa('away')]);
  });
});
