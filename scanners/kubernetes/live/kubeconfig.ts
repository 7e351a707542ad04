import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { AppError } from '../../../src/errors.ts';
import { entryOf, itemsAt, type Node, textAt, valueAt } from '../../../src/scan/formats/node.ts';
import { parseYaml } from '../../../src/scan/formats/yaml.ts';
import type { LiveContext } from '../../../src/scan/live/collector.ts';
import { execCredential } from './exec-credential.ts';

/** Where a cluster is, and who asks it. */
export interface ClusterAccess {
  /** As the client configuration calls the cluster. */
  readonly cluster: string;
  readonly server: string;
  readonly ca?: string;
  readonly servername?: string;
  /** The user's own configuration says that the server's certificate is not to be checked. */
  readonly insecure: boolean;
  readonly cert?: string;
  readonly key?: string;
  /** Value of the Authorization header; is asked before each request, since tokens run out. */
  authorization(): Promise<string | undefined>;
}

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * Finds a cluster as kubectl does: the context of that name, or the current one, in the files of `KUBECONFIG` or in
 * `~/.kube/config`; inside of a pod without either, the pod's own service account.
 *
 * Source: Kubernetes documentation, "Organizing Cluster Access Using kubeconfig Files", "Accessing the Kubernetes API from a Pod".
 *
 * @throws AppError ERR_LIVE_CREDENTIALS; ERR_SCAN_SYNTAX with the place in a file.
 */
export function findCluster(context: string | undefined, live: LiveContext): ClusterAccess {
  const files = kubeconfigFiles(live);
  if (files.length === 0) return inCluster(context, live);
  const docs = files.map((file): Document => ({ file, node: parseYaml(readFileSync(file, 'utf8'), { path: file }) }));
  const wanted = context ?? docs.map(({ node }) => node && textAt(node, 'current-context')).find(Boolean);
  if (wanted === undefined) throw missing(files, 'no current context', 'name one: --live kubernetes=CONTEXT');
  const [found] = named(docs, 'contexts', 'context', wanted);
  if (found === undefined) throw missing(files, `no context ${JSON.stringify(wanted)}`, known(docs));
  const cluster = textAt(found.node, 'cluster') ?? '';
  const [place] = named(docs, 'clusters', 'cluster', cluster);
  const server = place === undefined ? undefined : textAt(place.node, 'server');
  if (place === undefined || server === undefined)
    throw missing(files, `no server of cluster ${JSON.stringify(cluster)}`);
  const [user] = named(docs, 'users', 'user', textAt(found.node, 'user') ?? '');
  const ca = material(place, 'certificate-authority');
  const servername = textAt(place.node, 'tls-server-name');
  return {
    cluster,
    server,
    ...(ca === undefined ? {} : { ca }),
    ...(servername === undefined ? {} : { servername }),
    insecure: textAt(place.node, 'insecure-skip-tls-verify') === 'true',
    ...userOf(user, live),
  };
}

/** A file, and what of it is spoken of: relative paths in it are relative to it. */
interface Document {
  readonly file: string;
  readonly node: Node | undefined;
}

interface Part {
  readonly file: string;
  readonly node: Node;
}

function kubeconfigFiles({ env, cwd }: LiveContext): readonly string[] {
  const listed = env.KUBECONFIG?.split(delimiter).filter((file) => file !== '');
  const files = listed ?? [join(env.HOME ?? homedir(), '.kube', 'config')];
  return files.map((file) => resolve(cwd, file)).filter((file) => existsSync(file));
}

/** The first file that has something by a name counts. */
function named(docs: readonly Document[], list: string, member: string, name: string): readonly Part[] {
  return docs.flatMap(({ file, node }) =>
    (node === undefined ? [] : itemsAt(node, list)).flatMap((item) => {
      const value = textAt(item, 'name') === name ? valueAt(item, member) : undefined;
      return value === undefined ? [] : [{ file, node: value }];
    }),
  );
}

function known(docs: readonly Document[]): string {
  const names = docs.flatMap(({ node }) => (node === undefined ? [] : itemsAt(node, 'contexts')));
  return `there are: ${names.map((item) => textAt(item, 'name')).join(', ')}`;
}

/** PEM, from `NAME-data` in base64 or from the file that `NAME` says. */
function material({ file, node }: Part, name: string): string | undefined {
  const data = textAt(node, `${name}-data`);
  if (data !== undefined) return Buffer.from(data, 'base64').toString('utf8');
  const path = textAt(node, name);
  return path === undefined ? undefined : readCredential(resolve(dirname(file), path));
}

function userOf(user: Part | undefined, live: LiveContext): Pick<ClusterAccess, 'cert' | 'key' | 'authorization'> {
  if (user === undefined) return { authorization: async () => undefined };
  const { file, node } = user;
  const cert = material(user, 'client-certificate');
  const key = material(user, 'client-key');
  const pair = cert === undefined || key === undefined ? {} : { cert, key };
  const token = textAt(node, 'token');
  const tokenFile = textAt(node, 'tokenFile');
  const [name, password] = [textAt(node, 'username'), textAt(node, 'password')];
  const exec = entryOf(node, 'exec')?.value;
  if (exec !== undefined) return { ...pair, ...execCredential(exec, file, live) };
  if (tokenFile !== undefined) {
    const path = resolve(dirname(file), tokenFile);
    return { ...pair, authorization: async () => `Bearer ${readCredential(path).trim()}` };
  }
  if (token !== undefined) return { ...pair, authorization: async () => `Bearer ${token}` };
  if (name !== undefined && password !== undefined) {
    const basic = Buffer.from(`${name}:${password}`).toString('base64');
    return { ...pair, authorization: async () => `Basic ${basic}` };
  }
  if (cert === undefined && entryOf(node, 'auth-provider') !== undefined) {
    throw missing([file], 'an auth-provider, which kubectl has not known since 1.26', 'use an exec plugin');
  }
  return { ...pair, authorization: async () => undefined };
}

function inCluster(context: string | undefined, { env }: LiveContext): ClusterAccess {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = '443' } = env;
  if (host === undefined || context !== undefined || !existsSync(`${SERVICE_ACCOUNT}/token`)) {
    throw new AppError('ERR_LIVE_CREDENTIALS', 'no client configuration of a Kubernetes cluster was found', {
      hint: 'set KUBECONFIG, or have ~/.kube/config, as for kubectl',
    });
  }
  return {
    cluster: host,
    server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    ca: readCredential(`${SERVICE_ACCOUNT}/ca.crt`),
    insecure: false,
    authorization: async () => `Bearer ${readCredential(`${SERVICE_ACCOUNT}/token`).trim()}`,
  };
}

function readCredential(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new AppError('ERR_LIVE_CREDENTIALS', `${path}: cannot be read`, { cause });
  }
}

function missing(files: readonly string[], what: string, hint?: string): AppError {
  return new AppError('ERR_LIVE_CREDENTIALS', `${files.join(', ')}: ${what}`, hint === undefined ? {} : { hint });
}
