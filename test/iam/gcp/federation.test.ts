import { describe, expect, test } from 'vitest';
import { kubernetesScanner } from '../../../scanners/kubernetes/index.ts';
import { buildAccessGraph } from '../../../src/graph/access-graph.ts';
import { joinInventory } from '../../../src/graph/join-inventory.ts';
import { adminPaths } from '../../../src/graph/paths.ts';
import { admitsWorkflow } from '../../../src/iam/federation.ts';
import { claimTests } from '../../../src/iam/gcp/claim-tests.ts';
import { evaluateAll } from '../../../src/iam/index.ts';
import type { FederationVerdict } from '../../../src/model/effective.ts';
import { mergeInventory } from '../../../src/model/merge-inventory.ts';
import { scanBytes } from '../../scanners/scan-bytes.ts';
import { account, bind, effectiveOf, email, factsOf, organisationOf, sa } from './organisation.ts';

const POOL = 'projects/300/locations/global/workloadIdentityPools/ci';
const GITHUB = 'token.actions.githubusercontent.com';
const MAPPING = {
  'google.subject': 'assertion.sub',
  'attribute.repository': 'assertion.repository',
  'attribute.owner': 'assertion.repository_owner',
  'attribute.both': 'assertion.repository + assertion.ref',
};

function provider(attributeCondition?: string, more: object = {}): object {
  return {
    name: `${POOL}/providers/github`,
    oidc: { issuerUri: `https://${GITHUB}` },
    attributeMapping: MAPPING,
    ...(attributeCondition === undefined ? {} : { attributeCondition }),
    ...more,
  };
}

function member(which: string): string {
  const kind = which.startsWith('subject/') ? 'principal' : 'principalSet';
  return `${kind}://iam.googleapis.com/${POOL}/${which}`;
}

async function verdict(which: string, ...records: readonly object[]): Promise<readonly FederationVerdict[]> {
  const inventory = await organisationOf(
    account('deploy'),
    bind(email('deploy'), 'roles/iam.workloadIdentityUser', [member(which)]),
    ...records,
  );
  return effectiveOf(inventory, sa('deploy')).federation.map((trust) => trust.verdict);
}

/** Source: IAM documentation, Configure Workload Identity Federation with deployment pipelines; Best practices for it. */
test.each<[string, string, string | undefined, FederationVerdict]>([
  ['everybody of the issuer', '*', undefined, 'open'],
  ['one owner by the condition', '*', "assertion.repository_owner == 'acme'", 'organization-wide'],
  ['one owner by its id', '*', "assertion.repository_owner_id == '123'", 'organization-wide'],
  ['one repository by the set', 'attribute.repository/acme/app', undefined, 'any-ref'],
  ['one repository by both', 'attribute.repository/acme/app', "attribute.owner == 'acme'", 'any-ref'],
  ['one subject', 'subject/repo:acme/app:ref:refs/heads/main', undefined, 'name-only'],
  ['one repository and one ref', 'attribute.repository/acme/app', "assertion.ref == 'refs/heads/main'", 'name-only'],
  ['several repositories', '*', "assertion.repository in ['acme/a', 'acme/b']", 'any-ref'],
  [
    'either of two owners',
    '*',
    "assertion.repository_owner == 'acme' || assertion.repository_owner == 'corp'",
    'organization-wide',
  ],
  ['a beginning of the subject', '*', "assertion.sub.startsWith('repo:acme/')", 'organization-wide'],
  ['a beginning that anybody can register', '*', "assertion.repository.startsWith('acme')", 'wildcard-owner'],
  ['an actor, whom everybody can be', '*', "assertion.actor != 'mallory'", 'open'],
  ['a condition that is not understood', '*', "assertion.repository.matches('acme/.*')", 'unknown'],
  ['an attribute that is put together', 'attribute.both/x', undefined, 'unknown'],
  ['an attribute that is not mapped', 'attribute.nothing/x', undefined, 'unknown'],
])('%s', async (_, which, condition, expected) => {
  expect(await verdict(which, provider(condition))).toEqual([expected]);
});

describe('who admits nobody', () => {
  test.each<[string, readonly object[]]>([
    ['a pool without a provider', []],
    ['a provider that is disabled', [provider(undefined, { disabled: true })]],
    ['a provider that is deleted', [provider(undefined, { state: 'DELETED' })]],
    ['a provider of a pool that is disabled', [provider(), { name: POOL, disabled: true, state: 'ACTIVE' }]],
    ['a provider of another pool', [provider(undefined, { name: `${POOL}-other/providers/github` })]],
  ])('%s', async (_, records) => {
    expect(await verdict('*', ...records)).toEqual([]);
  });
});

test('the pool may be named by the number of its project or by its id', async () => {
  const named = provider(undefined, {
    name: 'projects/prod/locations/global/workloadIdentityPools/ci/providers/github',
  });
  expect(await verdict('*', named)).toEqual(['open']);
});

test('a Kubernetes identity is a service account of the clusters of its project', async () => {
  const inventory = await organisationOf(
    account('deploy'),
    bind(email('deploy'), 'roles/iam.workloadIdentityUser', ['serviceAccount:prod.svc.id.goog[shop/web]']),
  );
  const { federation } = effectiveOf(inventory, sa('deploy'));
  expect(federation.map(({ issuer, verdict: found, subjects }) => [issuer, found, subjects])).toEqual([
    ['container.googleapis.com/v1/projects/prod', 'exact', ['system:serviceaccount:shop:web']],
  ]);
});

test('a service account of a cluster that is annotated becomes the account that lets it in', async () => {
  const manifest = (name: string) =>
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name, namespace: 'shop', annotations: { 'iam.gke.io/gcp-service-account': email('deploy') } },
    });
  const facts = [
    ...(await factsOf(
      account('deploy'),
      bind(email('deploy'), 'roles/iam.workloadIdentityUser', ['serviceAccount:prod.svc.id.goog[shop/web]']),
      bind('projects/prod', 'roles/owner', [`serviceAccount:${email('deploy')}`]),
    )),
    ...(await scanBytes(kubernetesScanner, 'a.yaml', manifest('web'))).facts,
    ...(await scanBytes(kubernetesScanner, 'b.yaml', manifest('other'))).facts,
  ];
  const inventory = joinInventory(mergeInventory(facts));
  const graph = buildAccessGraph(inventory, evaluateAll(inventory));
  const paths = adminPaths(graph);
  expect(paths('kubernetes:service-account:c1/shop/web')?.steps.map(({ how, to }) => [how, to])).toEqual([
    ['annotation', sa('deploy')],
  ]);
  expect(paths('kubernetes:service-account:c1/shop/other')).toBeUndefined();
});

test('a workflow gets in where set and condition both let it', async () => {
  const inventory = await organisationOf(
    account('deploy'),
    bind(email('deploy'), 'roles/iam.workloadIdentityUser', [member('attribute.repository/acme/app')]),
    provider("assertion.repository_owner == 'acme'"),
  );
  const [trust] = [...inventory.trusts.values()].filter(({ principal }) => principal === sa('deploy'));
  if (trust === undefined) throw new Error('there is no trust');
  const job = { environment: null, ref: 'refs/heads/main' };
  expect(admitsWorkflow(trust, 'acme/other', job)).toBe('no');
  expect(admitsWorkflow(trust, 'acme/app', job)).toBe('yes');
});

test('identities that hold something themselves are led to as well', async () => {
  const set = member('attribute.repository/acme/app');
  const inventory = await organisationOf(account('deploy'), bind('projects/prod', 'roles/owner', [set]), provider());
  const found = effectiveOf(inventory, `gcp:principal-set:${set}`);
  expect(found.admin).toBe('yes');
  expect(found.federation.map(({ verdict: own }) => own)).toEqual(['any-ref']);
});

test('tests of claims keep apart what is asked twice of one claim', () => {
  const tests = claimTests({
    issuer: 'i',
    which: 'attribute.repository/a/b',
    mapping: MAPPING,
    condition: "assertion.repository != 'a/c' && assertion.sub.endsWith(':pull_request')",
    audiences: ['x'],
  });
  expect(tests).toEqual({
    '1:StringEquals': { 'i:aud': ['x'] },
    '2:StringEquals': { 'i:repository': ['a/b'] },
    '3:StringNotEquals': { 'i:repository': ['a/c'] },
    '4:StringLike': { 'i:sub': ['*:pull_request'] },
  });
});
