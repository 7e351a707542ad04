import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const KUBERNETES_TOKEN = ['kubernetes', 'broker', 'token'].join('-');

interface Stored {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [member: string]: unknown };
  readonly [member: string]: unknown;
}

/**
 * As much of an API server as bindings need, with the answers of the real one: Status objects for errors, 401 without the token, 403
 * for what the caller may not bind, 404, 409 for what exists, 422 for what is not valid, lists by pages with a `continue` that
 * grows too old (410), field selectors on the name.
 */
export interface KubernetesApi {
  readonly url: string;
  /** By path, such as `/apis/rbac.authorization.k8s.io/v1/namespaces/shop/rolebindings/x`. */
  readonly objects: Map<string, Stored>;
  readonly calls: string[];
  /** Roles that the broker may not bind. */
  readonly forbidden: Set<string>;
  /** Objects of a page, whatever is asked for. */
  pageSize: number;
  /** How many `continue` tokens are too old from now on. */
  staleTokens: number;
  /** What happens to a call before anything else: an answer of its own, no answer, or none after it was done. */
  fault: (method: string, path: string) => number | 'silent' | 'done-but-silent' | undefined;
  close(): Promise<void>;
}

const COLLECTION =
  /^(\/apis\/rbac\.authorization\.k8s\.io\/v1(?:\/namespaces\/[^/]+)?\/(?:cluster)?(?:roles|rolebindings)|\/api\/v1\/namespaces\/[^/]+\/serviceaccounts)(?:\/([^/]+))?$/;

export async function startKubernetesApi(): Promise<KubernetesApi> {
  const api: KubernetesApi = {
    url: '',
    objects: new Map(),
    calls: [],
    forbidden: new Set(),
    pageSize: 500,
    staleTokens: 0,
    fault: () => undefined,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (part: Buffer) => {
      text += part.toString('utf8');
    });
    request.on('end', () => serve(api, request, response, text));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(api, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

function serve(api: KubernetesApi, request: IncomingMessage, response: ServerResponse, text: string): void {
  const url = new URL(request.url ?? '/', 'http://x');
  const method = request.method ?? '';
  api.calls.push(`${method} ${url.pathname}`);
  const fault = api.fault(method, url.pathname);
  if (fault === 'silent') {
    request.socket.destroy();
    return;
  }
  if (typeof fault === 'number') {
    status(response, fault, 'Faulty');
    return;
  }
  if (request.headers.authorization !== `Bearer ${KUBERNETES_TOKEN}`) {
    status(response, 401, 'Unauthorized');
    return;
  }
  const done = answer(api, method, url, text);
  if (fault === 'done-but-silent') request.socket.destroy();
  else if ('reason' in done) status(response, done.code, done.reason);
  else response.writeHead(done.code, { 'content-type': 'application/json' }).end(JSON.stringify(done.body));
}

type Done = { readonly code: number; readonly body: unknown } | { readonly code: number; readonly reason: string };

function answer(api: KubernetesApi, method: string, url: URL, text: string): Done {
  const [, collection, encoded] = COLLECTION.exec(url.pathname) ?? [];
  if (collection === undefined) return { code: 404, reason: 'NotFound' };
  if (encoded === undefined && method === 'GET') return listing(api, collection, url);
  if (encoded === undefined && method === 'POST') return creation(api, collection, JSON.parse(text));
  const path = `${collection}/${decodeURIComponent(encoded ?? '')}`;
  const found = api.objects.get(path);
  if (found === undefined) return { code: 404, reason: 'NotFound' };
  if (method === 'GET') return { code: 200, body: found };
  if (method !== 'DELETE') return { code: 405, reason: 'MethodNotAllowed' };
  api.objects.delete(path);
  return { code: 200, body: { kind: 'Status', status: 'Success' } };
}

/** Without a namespace in the path, those of all namespaces. */
function listing(api: KubernetesApi, collection: string, url: URL): Done {
  const kind = collection.slice(collection.lastIndexOf('/') + 1);
  const inAll = collection.endsWith(`/v1/${kind}`) && !kind.startsWith('cluster');
  const wanted = /^metadata\.name=(.*)$/.exec(url.searchParams.get('fieldSelector') ?? '')?.[1];
  const items = [...api.objects]
    .filter(([path]) => {
      const at = path.slice(0, path.lastIndexOf('/'));
      return at === collection || (inAll && at.endsWith(`/${kind}`));
    })
    .map(([, object]) => object)
    .filter(({ metadata }) => wanted === undefined || metadata.name === wanted);
  const token = url.searchParams.get('continue');
  if (token !== null && api.staleTokens > 0) {
    api.staleTokens -= 1;
    return { code: 410, reason: 'Expired' };
  }
  const from = Number(token ?? 0);
  const to = from + Math.min(api.pageSize, Number(url.searchParams.get('limit') ?? api.pageSize));
  const metadata = to < items.length ? { continue: String(to) } : {};
  return { code: 200, body: { kind: 'List', metadata, items: items.slice(from, to) } };
}

function creation(api: KubernetesApi, collection: string, object: Stored): Done {
  const { name } = object.metadata;
  const role = object.roleRef as { readonly name?: string; readonly apiGroup?: string } | undefined;
  const subjects = (object.subjects ?? []) as readonly { readonly kind: string; readonly apiGroup?: string }[];
  // What the validation of RBAC objects demands.
  const valid =
    /^[^/%]+$/.test(name) &&
    role?.apiGroup === 'rbac.authorization.k8s.io' &&
    subjects.every(({ kind, apiGroup }) => (kind === 'ServiceAccount' ? !apiGroup : apiGroup === role.apiGroup));
  if (!valid) return { code: 422, reason: 'Invalid' };
  if (api.forbidden.has(role.name ?? '')) return { code: 403, reason: 'Forbidden' };
  const path = `${collection}/${name}`;
  if (api.objects.has(path)) return { code: 409, reason: 'AlreadyExists' };
  api.objects.set(path, object);
  return { code: 201, body: object };
}

function status(response: ServerResponse, code: number, reason: string): void {
  const body = { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, code };
  response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
