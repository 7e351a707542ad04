import { beforeAll, describe, expect, it } from 'vitest';
import { azureScanner } from '../../scanners/azure/index.ts';
import { gcpScanner } from '../../scanners/gcp/index.ts';
import { githubScanner } from '../../scanners/github/index.ts';
import { kubernetesScanner } from '../../scanners/kubernetes/index.ts';
import { type AccessGraph, buildAccessGraph } from '../../src/graph/access-graph.ts';
import { joinInventory } from '../../src/graph/join-inventory.ts';
import { adminPaths, reaching } from '../../src/graph/paths.ts';
import { evaluateAll } from '../../src/iam/index.ts';
import type { Fact } from '../../src/model/fact.ts';
import type { Scanner } from '../../src/scan/scanner.ts';
import { scanBytes } from '../scanners/scan-bytes.ts';
import { viewOf } from '../scanners/view-of.ts';

const CLIENT = '11111111-2222-3333-4444-555555555555';
const SUBSCRIPTION = '/subscriptions/88888888-2222-3333-4444-555555555555';
const POOL = 'projects/123/locations/global/workloadIdentityPools/gh';
const api = 'api@acme-prod.iam.gserviceaccount.com';
const ci = 'ci@acme-prod.iam.gserviceaccount.com';

const account = (email: string, member: string) => ({
  name: `//iam.googleapis.com/projects/acme-prod/serviceAccounts/${email}`,
  asset_type: 'iam.googleapis.com/ServiceAccount',
  resource: { data: { email, name: `projects/acme-prod/serviceAccounts/${email}`, projectId: 'acme-prod' } },
  iam_policy: { bindings: [{ role: 'roles/iam.workloadIdentityUser', members: [member] }] },
  ancestors: ['projects/123'],
});

/** One organisation over a repository, a cluster and two clouds, each file as its own tool writes it. */
const FILES: readonly (readonly [Scanner, string, string])[] = [
  [
    kubernetesScanner,
    'k8s/sa.yaml',
    [
      { name: 'api', key: 'iam.gke.io/gcp-service-account', value: api },
      { name: 'az', key: 'azure.workload.identity/client-id', value: CLIENT },
    ]
      .map(({ name, key, value }) =>
        JSON.stringify({
          apiVersion: 'v1',
          kind: 'ServiceAccount',
          metadata: { name, namespace: 'shop', annotations: { [key]: value } },
        }),
      )
      .join('\n'),
  ],
  [
    githubScanner,
    '.github/workflows/d.yml',
    `on: push
permissions: {id-token: write}
jobs:
  d:
    runs-on: ubuntu-latest
    environment: prod
    steps:
      - uses: google-github-actions/auth@v2
        with: {workload_identity_provider: ${POOL}/providers/gh, service_account: ${ci}}
      - uses: azure/login@v2
        with: {client-id: ${CLIENT}, tenant-id: 99999999-2222-3333-4444-555555555555}
`,
  ],
  [
    gcpScanner,
    'gcp.json',
    JSON.stringify([
      account(api, 'serviceAccount:acme-prod.svc.id.goog[shop/api]'),
      account(ci, `principalSet://iam.googleapis.com/${POOL}/attribute.repository/acme/orders`),
      {
        name: '//cloudresourcemanager.googleapis.com/projects/123',
        asset_type: 'cloudresourcemanager.googleapis.com/Project',
        resource: { data: { projectId: 'acme-prod', projectNumber: '123' } },
        iam_policy: { bindings: [{ role: 'roles/owner', members: [`serviceAccount:${api}`, `serviceAccount:${ci}`] }] },
        ancestors: ['projects/123'],
      },
    ]),
  ],
  [
    gcpScanner,
    'providers.json',
    JSON.stringify([
      {
        name: `${POOL}/providers/gh`,
        state: 'ACTIVE',
        attributeMapping: { 'google.subject': 'assertion.sub', 'attribute.repository': 'assertion.repository' },
        attributeCondition: "assertion.repository_owner == 'acme'",
        oidc: { issuerUri: 'https://token.actions.githubusercontent.com' },
      },
    ]),
  ],
  [
    azureScanner,
    'sp.json',
    JSON.stringify([
      {
        id: 'aaaaaaaa-2222-3333-4444-555555555555',
        appId: CLIENT,
        displayName: 'deployer',
        servicePrincipalType: 'Application',
        accountEnabled: true,
        passwordCredentials: [],
        keyCredentials: [],
      },
    ]),
  ],
  [
    azureScanner,
    'app.json',
    JSON.stringify([
      {
        id: 'bbbbbbbb-2222-3333-4444-555555555555',
        appId: CLIENT,
        displayName: 'deployer',
        passwordCredentials: [],
        keyCredentials: [],
        signInAudience: 'AzureADMyOrg',
      },
    ]),
  ],
  [
    azureScanner,
    'roles.json',
    JSON.stringify([
      {
        id: `${SUBSCRIPTION}/providers/Microsoft.Authorization/roleAssignments/1`,
        principalId: 'aaaaaaaa-2222-3333-4444-555555555555',
        principalName: CLIENT,
        principalType: 'ServicePrincipal',
        roleDefinitionId: `${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/8e3af657-a8ff-443c-a75c-2fe8c4bcb635`,
        roleDefinitionName: 'Owner',
        scope: SUBSCRIPTION,
        type: 'Microsoft.Authorization/roleAssignments',
      },
    ]),
  ],
  [
    azureScanner,
    'federated.json',
    JSON.stringify({
      '@odata.context':
        "https://graph.microsoft.com/v1.0/$metadata#applications('bbbbbbbb-2222-3333-4444-555555555555')/federatedIdentityCredentials",
      value: [
        {
          id: '1',
          name: 'gh',
          issuer: 'https://token.actions.githubusercontent.com',
          subject: 'repo:acme/orders:environment:prod',
          audiences: ['api://AzureADTokenExchange'],
        },
      ],
    }),
  ],
];

describe('one graph over clouds', () => {
  let graph: AccessGraph;
  beforeAll(async () => {
    const facts: Fact[] = [];
    for (const [scanner, path, text] of FILES) {
      const scanned = await scanBytes(scanner, path, text, {
        repository: 'acme/orders',
        fingerprint: () => 'f'.repeat(64),
      });
      expect(scanned.problems).toEqual([]);
      facts.push(...scanned.facts);
    }
    const inventory = joinInventory(viewOf(facts));
    graph = buildAccessGraph(inventory, evaluateAll(inventory));
  });

  const workflow = 'github:workflow:acme/orders/.github/workflows/d.yml';

  it('from an annotated service account to the Google account that admits it', () => {
    expect(adminPaths(graph)('kubernetes:service-account:c1/shop/api')).toMatchObject({
      to: `gcp:service-account:${api}`,
      answer: 'yes',
      steps: [{ how: 'annotation' }],
    });
  });

  it('from a workflow over its federated credential to the service principal', () => {
    expect(reaching(graph, `azure:service-principal:${CLIENT}`)).toContainEqual(
      expect.objectContaining({ from: workflow, answer: 'yes' }),
    );
  });

  it('from a workflow over provider and binding to the Google account', () => {
    expect(reaching(graph, `gcp:service-account:${ci}`)).toContainEqual(
      expect.objectContaining({ from: workflow, answer: 'yes' }),
    );
  });

  it('not from an account whose claim nothing confirms', () => {
    expect(adminPaths(graph)('kubernetes:service-account:c1/shop/az')).toBeUndefined();
  });

  it('says where each step is proved, on both sides', () => {
    const step = adminPaths(graph)('kubernetes:service-account:c1/shop/api')?.steps[0];
    const places = step?.evidence.flatMap(
      (id) => graph.inventory.trusts.get(id)?.locations.map(({ path }) => path) ?? [],
    );
    expect(places).toEqual(['k8s/sa.yaml', 'gcp.json']);
  });
});
