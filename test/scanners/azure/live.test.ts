import { afterEach, describe, expect, it } from 'vitest';
import { jsonAnswer as json, type LiveApi, startLiveApi } from '../../support/live-scan.ts';

const SECRET = ['client', 'secret', 'of', 'a', 'test'].join('-');
const guid = (digit: string) =>
  `${digit.repeat(8)}-${digit.repeat(4)}-4${digit.repeat(3)}-8${digit.repeat(3)}-${digit.repeat(12)}`;
const [TENANT, SUBSCRIPTION, APP, OBJECT, CLIENT] = [guid('1'), guid('2'), guid('3'), guid('4'), guid('5')];
const OWNER = '8e3af657-a8ff-443c-a75c-2fe8c4bcb635';

const GRAPH: Readonly<Record<string, unknown>> = {
  '/v1.0/organization': { value: [{ id: TENANT, displayName: 'Acme', verifiedDomains: [], tenantType: 'AAD' }] },
  '/v1.0/applications': {
    '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#applications',
    value: [
      {
        id: APP,
        appId: CLIENT,
        displayName: 'deploy',
        signInAudience: 'AzureADMyOrg',
        passwordCredentials: [
          {
            keyId: guid('6'),
            displayName: 'ci',
            hint: 'abc',
            startDateTime: '2024-01-01T00:00:00Z',
            endDateTime: null,
          },
        ],
        keyCredentials: [],
      },
    ],
  },
  '/v1.0/servicePrincipals': {
    '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#servicePrincipals',
    value: [
      {
        id: OBJECT,
        appId: CLIENT,
        displayName: 'deploy',
        accountEnabled: true,
        servicePrincipalType: 'Application',
        appOwnerOrganizationId: TENANT,
        servicePrincipalNames: [CLIENT],
        passwordCredentials: [],
        keyCredentials: [],
        appRoles: [],
      },
    ],
  },
};
const ARM: Readonly<Record<string, unknown>> = {
  '/subscriptions': {
    value: [
      {
        id: `/subscriptions/${SUBSCRIPTION}`,
        subscriptionId: SUBSCRIPTION,
        tenantId: TENANT,
        displayName: 'prod',
        state: 'Enabled',
      },
    ],
  },
  [`/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Authorization/roleAssignments`]: {
    value: [
      {
        id: `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Authorization/roleAssignments/${guid('7')}`,
        type: 'Microsoft.Authorization/roleAssignments',
        name: guid('7'),
        properties: {
          principalId: OBJECT,
          principalType: 'ServicePrincipal',
          roleDefinitionId: `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/${OWNER}`,
          scope: `/subscriptions/${SUBSCRIPTION}`,
        },
      },
    ],
  },
};

let api: LiveApi;
afterEach(async () => {
  await api.close();
});

const start = (refused?: string) =>
  startLiveApi(({ method, headers, body }, url) => {
    if (url.pathname === `/${TENANT}/oauth2/v2.0/token` && method === 'POST') {
      const form = new URLSearchParams(body);
      if (form.get('client_secret') !== SECRET) return json({ error: 'invalid_client' }, {}, 401);
      return json({ access_token: `for ${form.get('scope')}`, token_type: 'Bearer', expires_in: 3_599 });
    }
    const answers = url.pathname.startsWith('/subscriptions') ? ARM : GRAPH;
    const audience = answers === ARM ? 'https://management.azure.com' : 'https://graph.microsoft.com';
    if (headers.authorization !== `Bearer for ${audience}/.default`)
      return json({ error: { code: 'Unauthorized' } }, {}, 401);
    if (url.pathname === refused) return json({ error: { code: 'Forbidden' } }, {}, 403);
    return json(answers[url.pathname] ?? { value: [] });
  });
const env = (secret = SECRET) => {
  const base = `https://${api.server.host}`;
  return {
    AZURE_GRAPH_ENDPOINT: base,
    AZURE_MANAGEMENT_ENDPOINT: base,
    AZURE_AUTHORITY_HOST: base,
    AZURE_TENANT_ID: TENANT,
    AZURE_CLIENT_ID: CLIENT,
    AZURE_CLIENT_SECRET: secret,
  };
};

describe('lapse scan --live azure', () => {
  it('reads the directory and the subscriptions, and sees who owns one', async () => {
    api = await start();
    const { code, stdout, stderr } = await api.scan('azure', env());
    const report = JSON.parse(stdout);
    expect(report.problems).toEqual([]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(report.credentials.map(({ kind }: { kind: string }) => kind)).toEqual(['app-secret']);
    expect(stdout).not.toContain(SECRET);
    const shown = await api.lapse(['graph', `azure:service-principal:${CLIENT}`, '--to', 'admin']);
    expect(shown).toMatchObject({ code: 0, stdout: expect.stringContaining('admin of') });
  });

  it('is incomplete when assignments may not be read', async () => {
    const path = `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Authorization/roleAssignments`;
    api = await start(path);
    const { code, stdout } = await api.scan('azure', env());
    expect(code).toBe(3);
    expect(stdout).toContain(`${path.slice(1)}: Azure answers 403`);
  });

  it('is told when it is not let in, without the secret', async () => {
    api = await start();
    const wrong = ['not', 'the', 'secret'].join('-');
    const { code, stdout, stderr } = await api.scan('azure', env(wrong));
    expect(code).toBe(2);
    expect(stderr).toContain('Azure does not let this application in (401)');
    expect(stdout + stderr).not.toContain(wrong);
  });
});
