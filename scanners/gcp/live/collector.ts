import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { AppError } from '../../../src/errors.ts';
import { type ApiAnswer, apiClient } from '../../../src/scan/live/api-client.ts';
import type { CollectedFile, Collector, LiveContext } from '../../../src/scan/live/collector.ts';
import { RestListing } from '../../../src/scan/live/rest-listing.ts';

const run = promisify(execFile);
const ASSETS = 'https://cloudasset.googleapis.com/';
/** Where a machine of Google finds its own account. */
const METADATA = 'http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token';
const SCOPE = /^(?:projects|folders|organizations)\/[\w:.-]+$/;
/** Records whose content says who is who; policies are asked for of everything. */
const TYPES = [
  'iam.googleapis.com/ServiceAccount',
  'iam.googleapis.com/ServiceAccountKey',
  'iam.googleapis.com/Role',
  'iam.googleapis.com/WorkloadIdentityPool',
  'iam.googleapis.com/WorkloadIdentityPoolProvider',
  'cloudresourcemanager.googleapis.com/Organization',
  'cloudresourcemanager.googleapis.com/Folder',
  'cloudresourcemanager.googleapis.com/Project',
  'compute.googleapis.com/Instance',
  'run.googleapis.com/Service',
  'cloudfunctions.googleapis.com/CloudFunction',
];
/** Milliseconds: a token lives for an hour, and gcloud gives the one that it has. */
const KEPT = 5 * 60_000;

/**
 * Asks Cloud Asset Inventory about a project, folder or organization (`--live gcp=projects/acme`): service accounts, keys, roles,
 * the hierarchy, and allow policies. The token is that of `GOOGLE_OAUTH_ACCESS_TOKEN`, of gcloud, or of the machine.
 *
 * Least permission: `roles/cloudasset.viewer` on what is asked about; the API must be enabled in the project that pays.
 */
export const gcpCollector: Collector = {
  id: 'gcp',
  scanner: 'gcp',
  async connect(target, context) {
    if (target === undefined || !SCOPE.test(target)) {
      throw new AppError('ERR_USAGE', '--live gcp: what to ask about is not said', {
        hint: '--live gcp=projects/ID, --live gcp=folders/NUMBER or --live gcp=organizations/NUMBER',
      });
    }
    const token = tokenSource(context);
    // Who may not ask is told before anything else is done.
    await token();
    const { GOOGLE_CLOUD_QUOTA_PROJECT: quota, CLOUD_ASSET_ENDPOINT: base = ASSETS } = context.env;
    const client = apiClient({
      base,
      headers: async () => ({
        authorization: `Bearer ${await token()}`,
        ...(quota === undefined ? {} : { 'x-goog-user-project': quota }),
      }),
      now: context.now,
    });
    return {
      name: `gcp:${target}`,
      collect: (report) => {
        const rest = new RestListing({ client, provider: 'Google Cloud', report, next: nextPage });
        return collect(rest, target);
      },
      close: async () => undefined,
    };
  },
};

async function* collect(rest: RestListing, scope: string): AsyncGenerator<CollectedFile> {
  const types = TYPES.map((type) => `&assetTypes=${encodeURIComponent(type)}`).join('');
  for (const [kind, query] of [
    ['RESOURCE', types],
    ['IAM_POLICY', ''],
  ] as const) {
    yield* rest.file({
      path: `v1/${scope}/assets?contentType=${kind}&pageSize=500${query}`,
      file: `assets-${kind.toLowerCase()}.json`,
      content: assetLines,
    });
  }
}

/** As an export has them: one asset per line. */
function assetLines(page: unknown): string {
  const { assets = [] } = page as { assets?: readonly object[] };
  return assets.map((asset) => `${JSON.stringify(asset)}\n`).join('');
}

function nextPage({ text }: ApiAnswer, path: string): string | undefined {
  const { nextPageToken } = JSON.parse(text) as { nextPageToken?: string };
  return nextPageToken ? `${path}&pageToken=${encodeURIComponent(nextPageToken)}` : undefined;
}

function tokenSource({ env, now }: LiveContext): () => Promise<string> {
  const given = env.GOOGLE_OAUTH_ACCESS_TOKEN ?? env.CLOUDSDK_AUTH_ACCESS_TOKEN;
  if (given !== undefined && given !== '') return async () => given;
  let known: { readonly value: string; readonly until: number } | undefined;
  return async () => {
    if (known === undefined || known.until < now().getTime()) {
      const value = (await fromGcloud(env)) ?? (await fromMachine());
      if (value === undefined) {
        throw new AppError('ERR_LIVE_CREDENTIALS', 'Google Cloud: nobody says who asks', {
          hint: 'sign in with gcloud auth application-default login, or set GOOGLE_OAUTH_ACCESS_TOKEN',
        });
      }
      known = { value, until: now().getTime() + KEPT };
    }
    return known.value;
  };
}

/** Its own credentials first those of applications, which may be a key file that `GOOGLE_APPLICATION_CREDENTIALS` names. */
async function fromGcloud(env: LiveContext['env']): Promise<string | undefined> {
  for (const argv of [
    ['auth', 'application-default', 'print-access-token'],
    ['auth', 'print-access-token'],
  ]) {
    const printed = await run('gcloud', argv, { env: { ...env }, timeout: 30_000 }).catch(() => undefined);
    if (printed !== undefined && printed.stdout.trim() !== '') return printed.stdout.trim();
  }
  return undefined;
}

async function fromMachine(): Promise<string | undefined> {
  try {
    const answer = await fetch(METADATA, {
      headers: { 'metadata-flavor': 'Google' },
      signal: AbortSignal.timeout(2_000),
    });
    const { access_token: token } = (await answer.json()) as { access_token?: unknown };
    return typeof token === 'string' ? token : undefined;
  } catch {
    return undefined;
  }
}
