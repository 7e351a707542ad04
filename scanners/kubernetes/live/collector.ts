import { AppError } from '../../../src/errors.ts';
import { type ApiClient, apiClient } from '../../../src/scan/live/api-client.ts';
import type { CollectedFile, Collector, CollectReport } from '../../../src/scan/live/collector.ts';
import { findCluster } from './kubeconfig.ts';

interface Listing {
  readonly file: string;
  readonly path: string;
  readonly apiVersion: string;
  readonly kind: string;
  /** Names and labels only: the rest of the objects is never sent. Their type is known by what was asked for. */
  readonly metadataOnly?: { readonly type: string };
}

const TOKEN = 'kubernetes.io/service-account-token';
const core = (kind: string, resource: string): Listing => listing(kind, resource, 'v1', '/api/v1');
const apps = (kind: string, resource: string): Listing => listing(kind, resource, 'apps/v1', '/apis/apps/v1');
const batch = (kind: string, resource: string): Listing => listing(kind, resource, 'batch/v1', '/apis/batch/v1');
const rbac = (kind: string, resource: string): Listing =>
  listing(kind, resource, 'rbac.authorization.k8s.io/v1', '/apis/rbac.authorization.k8s.io/v1');

/** What the scanner reads. */
const LISTINGS: readonly Listing[] = [
  core('Namespace', 'namespaces'),
  core('ServiceAccount', 'serviceaccounts'),
  rbac('ClusterRole', 'clusterroles'),
  rbac('Role', 'roles'),
  rbac('ClusterRoleBinding', 'clusterrolebindings'),
  rbac('RoleBinding', 'rolebindings'),
  {
    ...core('Secret', 'secrets'),
    path: `/api/v1/secrets?fieldSelector=type%3D${encodeURIComponent(TOKEN)}`,
    metadataOnly: { type: TOKEN },
  },
  listing(
    'CertificateSigningRequest',
    'certificatesigningrequests',
    'certificates.k8s.io/v1',
    '/apis/certificates.k8s.io/v1',
  ),
  apps('Deployment', 'deployments'),
  apps('StatefulSet', 'statefulsets'),
  apps('DaemonSet', 'daemonsets'),
  batch('CronJob', 'cronjobs'),
  batch('Job', 'jobs'),
  core('Pod', 'pods'),
];

function listing(kind: string, resource: string, apiVersion: string, base: string): Listing {
  return { file: `${resource}.json`, path: `${base}/${resource}`, apiVersion, kind };
}

/** Objects per page, as kubectl asks for them. */
const PAGE = 500;
/** Where the values of secrets would be repeated. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** Asks a cluster's API server, as kubectl would with the same client configuration. Of secrets only the names are asked for. */
export const kubernetesCollector: Collector = {
  id: 'kubernetes',
  scanner: 'kubernetes',
  async connect(target, context) {
    const access = findCluster(target, context);
    const { cluster, server, insecure, ca, cert, key, servername } = access;
    const client = apiClient({
      base: server,
      headers: async () => {
        const authorization = await access.authorization();
        return authorization === undefined ? {} : { authorization };
      },
      tls: {
        rejectUnauthorized: !insecure,
        ...(ca === undefined ? {} : { ca }),
        ...(cert === undefined ? {} : { cert }),
        ...(key === undefined ? {} : { key }),
        ...(servername === undefined ? {} : { servername }),
      },
      now: context.now,
    });
    return {
      name: `kubernetes:${cluster}`,
      cluster: cluster.replaceAll(/[/\s]/g, '-'),
      collect: (report) => collect(client, report),
      close: async () => undefined,
    };
  },
};

async function* collect(client: ApiClient, report: CollectReport): AsyncGenerator<CollectedFile> {
  const version = await client.get('/version');
  if (version.status === 200) yield { path: 'version.json', content: [version.text] };
  else report.problem({ path: 'version.json', message: refusal('/version', version.status) });
  for (const listing of LISTINGS) {
    const { path, file } = listing;
    const first = await client.get(withPage(path, undefined), accepting(listing));
    // A cluster without a group of resources has none of them.
    if (first.status === 404) continue;
    if (first.status === 200) yield { path: file, content: listed(listing, client, first.text) };
    else report.problem({ path: file, message: refusal(path, first.status) });
  }
}

function refusal(path: string, status: number): string {
  const why = status === 401 ? 'nobody that the cluster knows asks' : 'it may not be listed';
  return `${path.split('?')[0]}: the cluster answers ${status}: ${why}`;
}

function accepting({ metadataOnly }: Listing): Readonly<Record<string, string>> {
  const form = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';
  return { accept: metadataOnly === undefined ? 'application/json' : form };
}

function withPage(path: string, token: string | undefined): string {
  const more = token === undefined ? '' : `&continue=${encodeURIComponent(token)}`;
  return `${path}${path.includes('?') ? '&' : '?'}limit=${PAGE}${more}`;
}

/** All pages as one list, an object per line. */
async function* listed(listing: Listing, client: ApiClient, first: string): AsyncGenerator<string> {
  const { apiVersion, kind, path } = listing;
  yield `{"apiVersion":${JSON.stringify(apiVersion)},"kind":${JSON.stringify(`${kind}List`)},"metadata":{},"items":[\n`;
  let count = 0;
  for (let text = first; ; ) {
    const { items, next } = readPage(text, listing);
    for (const item of items) yield `${count++ === 0 ? '' : ',\n'}${JSON.stringify(stripped(item, listing))}`;
    if (next === undefined) break;
    const answer = await client.get(withPage(path, next), accepting(listing));
    // 410: the list has changed too much since its first page (Kubernetes API Concepts, "Retrieving large results sets in chunks").
    if (answer.status !== 200) {
      throw new AppError(
        'ERR_LIVE_UNREACHABLE',
        `${path}: a further page of the list is answered with ${answer.status}`,
        {
          hint: 'scan again; what was read of it before stays as it was',
        },
      );
    }
    text = answer.text;
  }
  yield '\n]}\n';
}

type Item = Readonly<Record<string, unknown>>;

function readPage(
  text: string,
  { path }: Listing,
): { readonly items: readonly Item[]; readonly next: string | undefined } {
  try {
    const page = JSON.parse(text) as { items?: readonly Item[] | null; metadata?: { continue?: string } };
    return { items: page.items ?? [], next: page.metadata?.continue || undefined };
  } catch (cause) {
    throw new AppError('ERR_LIVE_UNREACHABLE', `${path}: the answer is no JSON`, { cause });
  }
}

/** Without what the scanner does not read and may hold values; with the type that was asked for. */
function stripped(item: Item, { metadataOnly }: Listing): Item {
  if (metadataOnly === undefined) return item;
  const { annotations, ...metadata } = (item.metadata ?? {}) as { annotations?: Readonly<Record<string, string>> };
  const { [LAST_APPLIED]: _, managedFields: __, ...kept } = annotations ?? {};
  return { metadata: { ...metadata, annotations: kept }, type: metadataOnly.type };
}
