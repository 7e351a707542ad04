import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { AppError } from '../../../src/errors.ts';
import { type ApiAnswer, apiClient } from '../../../src/scan/live/api-client.ts';
import type { CollectedFile, Collector, CollectReport, LiveContext } from '../../../src/scan/live/collector.ts';
import { RestListing } from '../../../src/scan/live/rest-listing.ts';

const run = promisify(execFile);
const GRAPH = 'https://graph.microsoft.com';
const MANAGEMENT = 'https://management.azure.com';
/** Milliseconds: a token lives for an hour, and az gives the one that it has. */
const KEPT = 5 * 60_000;

/** Of the directory. `$select` is left out: without it the credentials of applications are in the answer, never their values. */
const DIRECTORY: readonly (readonly [file: string, path: string])[] = [
  ['organization', 'v1.0/organization'],
  ['applications', 'v1.0/applications?$top=999'],
  ['service-principals', 'v1.0/servicePrincipals?$top=999'],
  ['directory-role-definitions', 'v1.0/roleManagement/directory/roleDefinitions'],
  ['directory-role-assignments', 'v1.0/roleManagement/directory/roleAssignments'],
  ['directory-role-eligibilities', 'v1.0/roleManagement/directory/roleEligibilityScheduleInstances'],
  ['oauth2-permission-grants', 'v1.0/oauth2PermissionGrants?$top=999'],
  ['sign-in-activities', 'beta/reports/servicePrincipalSignInActivities'],
];
/** Of each application and each service principal of the tenant itself; its id takes the place of the braces. */
const OF_APPLICATION: readonly string[] = ['federatedIdentityCredentials', 'owners'];
const OF_SERVICE_PRINCIPAL: readonly string[] = ['appRoleAssignments', 'owners'];
/** Of each subscription. */
const AUTHORIZATION = 'providers/Microsoft.Authorization';
const OF_SUBSCRIPTION: readonly (readonly [file: string, path: string])[] = [
  ['role-definitions', `${AUTHORIZATION}/roleDefinitions?api-version=2022-04-01`],
  ['role-assignments', `${AUTHORIZATION}/roleAssignments?api-version=2022-04-01`],
  ['deny-assignments', `${AUTHORIZATION}/denyAssignments?api-version=2022-04-01`],
  ['identities', 'providers/Microsoft.ManagedIdentity/userAssignedIdentities?api-version=2023-01-31'],
];

/**
 * Asks Microsoft Graph about the directory and Azure Resource Manager about every subscription that may be seen, or about one
 * (`--live azure=SUBSCRIPTION`). Tokens are those of az, or of `AZURE_TENANT_ID`, `AZURE_CLIENT_ID` and `AZURE_CLIENT_SECRET`.
 *
 * Least permission: Graph `Application.Read.All`, `Directory.Read.All`, `RoleManagement.Read.Directory`, `AuditLog.Read.All`;
 * the role Reader on the subscriptions.
 */
export const azureCollector: Collector = {
  id: 'azure',
  scanner: 'azure',
  async connect(target, context) {
    if (target !== undefined && !/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(target)) {
      throw new AppError('ERR_USAGE', `--live azure=${target}: is no id of a subscription`);
    }
    const { AZURE_GRAPH_ENDPOINT: graphBase = GRAPH, AZURE_MANAGEMENT_ENDPOINT: managementBase = MANAGEMENT } =
      context.env;
    const client = (base: string, resource: string) => {
      const token = tokenSource(resource, context);
      return apiClient({
        base,
        headers: async () => ({ authorization: `Bearer ${await token()}`, accept: 'application/json' }),
        now: context.now,
      });
    };
    const graph = client(graphBase, GRAPH);
    const management = client(managementBase, MANAGEMENT);
    const tenant = await tenantOf(await graph.get('v1.0/organization'));
    return {
      name: `azure:${target ?? tenant}`,
      collect: (report) => collect({ graph, management }, report, target),
      close: async () => undefined,
    };
  },
};

function tenantOf({ status, text }: ApiAnswer): string {
  const answer = status === 200 ? (JSON.parse(text) as { value?: readonly { id?: string }[] }) : undefined;
  const id = answer?.value?.[0]?.id;
  if (id !== undefined) return id;
  throw new AppError('ERR_LIVE_CREDENTIALS', `Microsoft Graph does not say which tenant it is (${status})`, {
    hint: 'is the permission Directory.Read.All granted?',
  });
}

type Client = ReturnType<typeof apiClient>;

async function* collect(
  clients: { readonly graph: Client; readonly management: Client },
  report: CollectReport,
  subscription: string | undefined,
): AsyncGenerator<CollectedFile> {
  const listing = (client: Client, provider: string) => new RestListing({ client, provider, report, next: nextPage });
  yield* directory(listing(clients.graph, 'Microsoft Graph'));
  const arm = listing(clients.management, 'Azure');
  const subscriptions: string[] = [];
  const all = { path: 'subscriptions?api-version=2022-12-01', file: 'subscriptions.json' };
  yield* arm.file(all, (page) => {
    const { value = [] } = page as { value?: readonly { subscriptionId?: string }[] };
    subscriptions.push(...value.flatMap(({ subscriptionId }) => subscriptionId ?? []));
  });
  for (const id of subscriptions.sort()) {
    if (subscription !== undefined && subscription.toLowerCase() !== id.toLowerCase()) continue;
    for (const [file, path] of OF_SUBSCRIPTION) {
      yield* arm.file({ path: `subscriptions/${id}/${path}`, file: `subscriptions/${id}/${file}.json` });
    }
  }
}

async function* directory(graph: RestListing): AsyncGenerator<CollectedFile> {
  const ids: Record<string, string[]> = { applications: [], 'service-principals': [] };
  for (const [file, path] of DIRECTORY) {
    yield* graph.file({ path, file: `directory/${file}.json` }, (page) => {
      const { value = [] } = page as { value?: readonly { id?: string }[] };
      ids[file]?.push(...value.flatMap(({ id }) => id ?? []));
    });
  }
  yield* ofEach(graph, 'applications', 'applicationId', ids.applications ?? [], OF_APPLICATION);
  yield* ofEach(
    graph,
    'servicePrincipals',
    'servicePrincipalId',
    ids['service-principals'] ?? [],
    OF_SERVICE_PRINCIPAL,
  );
}

/** Answers about one thing do not name it: what it is stands beside its list, where the reader looks for it. */
async function* ofEach(
  graph: RestListing,
  list: string,
  idName: string,
  ids: readonly string[],
  relations: readonly string[],
): AsyncGenerator<CollectedFile> {
  for (const id of ids) {
    for (const relation of relations) {
      const content = (page: unknown) => {
        const { value = [] } = page as { value?: readonly object[] };
        return `${JSON.stringify({ [idName]: id, [relation]: value })}\n`;
      };
      yield* graph.file({
        path: `v1.0/${list}/${id}/${relation}`,
        file: `directory/${list}/${id}/${relation}.json`,
        content,
      });
    }
  }
}

function nextPage({ text }: ApiAnswer): string | undefined {
  const { '@odata.nextLink': odata, nextLink } = JSON.parse(text) as { '@odata.nextLink'?: string; nextLink?: string };
  return odata ?? nextLink ?? undefined;
}

function tokenSource(resource: string, { env, now }: LiveContext): () => Promise<string> {
  let known: { readonly value: string; readonly until: number } | undefined;
  return async () => {
    if (known === undefined || known.until < now().getTime()) {
      const value = (await fromClient(resource, env)) ?? (await fromAz(resource, env));
      if (value === undefined) {
        throw new AppError('ERR_LIVE_CREDENTIALS', 'Azure: nobody says who asks', {
          hint: 'sign in with az login, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET',
        });
      }
      known = { value, until: now().getTime() + KEPT };
    }
    return known.value;
  };
}

/** OAuth 2.0 client credentials, at the authority of the tenant. */
async function fromClient(resource: string, env: LiveContext['env']): Promise<string | undefined> {
  const { AZURE_TENANT_ID: tenant, AZURE_CLIENT_ID: client, AZURE_CLIENT_SECRET: secret } = env;
  const { AZURE_AUTHORITY_HOST: authority = 'https://login.microsoftonline.com' } = env;
  if (tenant === undefined || client === undefined || secret === undefined) return undefined;
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: client,
    client_secret: secret,
    scope: `${resource}/.default`,
  });
  const url = `${authority.replace(/\/$/, '')}/${encodeURIComponent(tenant)}/oauth2/v2.0/token`;
  const answer = await fetch(url, { method: 'POST', body, signal: AbortSignal.timeout(30_000) }).catch(() => undefined);
  const { access_token: token } = ((await answer?.json().catch(() => undefined)) ?? {}) as { access_token?: unknown };
  if (typeof token === 'string') return token;
  throw new AppError(
    'ERR_LIVE_CREDENTIALS',
    `Azure does not let this application in (${answer?.status ?? 'no answer'})`,
  );
}

async function fromAz(resource: string, env: LiveContext['env']): Promise<string | undefined> {
  const argv = ['account', 'get-access-token', '--resource', resource, '--query', 'accessToken', '--output', 'tsv'];
  const printed = await run('az', argv, { env: { ...env }, timeout: 60_000 }).catch(() => undefined);
  return printed?.stdout.trim() || undefined;
}
