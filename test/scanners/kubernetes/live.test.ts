import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../../support/run-cli.ts';
import {
  type ReceivedRequest,
  startVendorServer,
  type VendorAnswer,
  type VendorServer,
} from '../../support/vendor-server.ts';

const TOKEN = ['live', 'cluster', 'token'].join('-');
const VALUE = ['kept', 'nowhere', 'Zx81'].join('-');

const json = (body: object, status = 200): VendorAnswer => ({ status, body: JSON.stringify(body) });
const meta = (name: string, namespace?: string) => ({
  metadata: { name, uid: `uid-${name}`, ...(namespace === undefined ? {} : { namespace }) },
});
const account = (name: string) => meta(name, 'shop');

/** What the API server answers, by path without query; a list is cut into pages of `PAGE`. */
const PAGE = 2;
const LISTS: Readonly<Record<string, readonly object[]>> = {
  '/api/v1/namespaces': [meta('shop')],
  '/api/v1/serviceaccounts': ['a', 'b', 'c', 'd', 'e'].map(account),
  '/apis/rbac.authorization.k8s.io/v1/clusterroles': [
    { ...meta('cluster-admin'), rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }] },
  ],
  '/apis/rbac.authorization.k8s.io/v1/roles': [],
  '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings': [
    {
      ...meta('a-is-admin'),
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ kind: 'ServiceAccount', name: 'a', namespace: 'shop' }],
    },
  ],
  '/apis/rbac.authorization.k8s.io/v1/rolebindings': [],
  '/api/v1/pods': [{ ...meta('web-1', 'shop'), spec: { serviceAccountName: 'b', containers: [] } }],
  '/api/v1/secrets': [
    {
      metadata: {
        ...meta('a-token', 'shop').metadata,
        annotations: {
          'kubernetes.io/service-account.name': 'a',
          'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ data: { token: VALUE } }),
        },
      },
    },
  ],
};

function apiServer(change: (request: ReceivedRequest, url: URL) => VendorAnswer | undefined = () => undefined) {
  return startVendorServer((request) => {
    const url = new URL(request.path, 'https://cluster.example');
    const changed = change(request, url);
    if (changed !== undefined) return changed;
    if (request.headers.authorization !== `Bearer ${TOKEN}`) return json({ kind: 'Status', code: 401 }, 401);
    if (url.pathname === '/version') return json({ major: '1', minor: '34', gitVersion: 'v1.34.1' });
    const items = LISTS[url.pathname];
    if (items === undefined) return json({ kind: 'Status', code: 404 }, 404);
    const from = Number(url.searchParams.get('continue') ?? 0);
    const next = from + PAGE < items.length ? { continue: String(from + PAGE) } : {};
    return json({ metadata: { resourceVersion: '7', ...next }, items: items.slice(from, from + PAGE) });
  });
}

let folder: string;
let server: VendorServer;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lapse-live-'));
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

function kubeconfig(user: object): string {
  const file = join(folder, 'kubeconfig');
  const authority = Buffer.from(server.ca).toString('base64');
  writeFileSync(
    file,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'shop',
      contexts: [{ name: 'shop', context: { cluster: 'prod-eu', user: 'me' } }],
      clusters: [
        { name: 'prod-eu', cluster: { server: `https://${server.host}`, 'certificate-authority-data': authority } },
      ],
      users: [{ name: 'me', user }],
    }),
  );
  return file;
}

const scan = (KUBECONFIG: string, ...more: readonly string[]) =>
  runCli(['scan', '--live', 'kubernetes', '--format', 'json', '--fail-on', 'none', ...more], {
    cwd: folder,
    env: { KUBECONFIG },
  });
const ls = async (...argv: readonly string[]) => (await runCli(['ls', ...argv], { cwd: folder })).stdout;

describe('lapse scan --live kubernetes', () => {
  it('reads what the API server lists, page by page, and files it under the name of the cluster', async () => {
    server = await apiServer();
    const { code, stdout, stderr } = await scan(kubeconfig({ token: TOKEN }));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const report = JSON.parse(stdout);
    const listed = report.principals.filter(({ kind, seen }: { kind: string; seen: string }) => {
      return kind === 'service-account' && seen === 'listed';
    });
    expect(listed.map(({ native_id }: { native_id: string }) => native_id)).toEqual(
      ['a', 'b', 'c', 'd', 'e'].map((name) => `prod-eu/shop/${name}`),
    );
    const admins = report.findings.filter(({ id }: { id: string }) => id === 'cluster-admin-service-account');
    expect(admins.map(({ subject }: { subject: string }) => subject)).toEqual([
      'kubernetes:service-account:prod-eu/shop/a',
    ]);
    expect(report.credentials.map(({ native_id }: { native_id: string }) => native_id)).toEqual([
      'prod-eu/shop/a-token',
    ]);
  });

  it('asks for names of secrets only, and keeps nothing that an annotation repeats', async () => {
    server = await apiServer();
    const { stdout } = await scan(kubeconfig({ token: TOKEN }));
    const [asked] = server.received.filter(({ path }) => path.startsWith('/api/v1/secrets'));
    expect(asked?.path).toContain('fieldSelector=type%3Dkubernetes.io%2Fservice-account-token');
    expect(asked?.headers.accept).toContain('as=PartialObjectMetadataList');
    expect(server.received.every(({ method }) => method === 'GET')).toBe(true);
    expect(stdout).not.toContain(VALUE);
    expect(stdout).not.toContain(TOKEN);
  });

  it('says what it may not list, is incomplete then, and keeps what was known of it', async () => {
    let closed = false;
    server = await apiServer((_, url) =>
      closed && url.pathname === '/api/v1/serviceaccounts' ? json({ kind: 'Status', code: 403 }, 403) : undefined,
    );
    const config = kubeconfig({ token: TOKEN });
    await scan(config);
    closed = true;
    const { code, stdout } = await scan(config);
    expect(code).toBe(3);
    expect(JSON.parse(stdout).problems).toEqual([
      expect.objectContaining({
        code: 'ERR_LIVE_REFUSED',
        message: expect.stringContaining('/api/v1/serviceaccounts: the cluster answers 403'),
      }),
    ]);
    expect(await ls('principals')).toContain('prod-eu/shop/e');
  });

  it('keeps what was known when a list breaks off between two pages', async () => {
    let broken = false;
    server = await apiServer((_, url) =>
      broken && url.searchParams.has('continue') ? json({ kind: 'Status', code: 410 }, 410) : undefined,
    );
    const config = kubeconfig({ token: TOKEN });
    await scan(config);
    broken = true;
    const { code, stdout } = await scan(config);
    expect(code).toBe(3);
    expect(JSON.parse(stdout).problems[0].message).toContain('a further page of the list is answered with 410');
    expect(await ls('principals')).toContain('prod-eu/shop/e');
  });

  it('waits as long as it is asked to, and tries again', async () => {
    let busy = true;
    server = await apiServer((_, url) => {
      if (url.pathname !== '/api/v1/pods' || !busy) return undefined;
      busy = false;
      return { status: 429, headers: { 'retry-after': '1' } };
    });
    expect((await scan(kubeconfig({ token: TOKEN }))).code).toBe(0);
    const pods = server.received.filter(({ path }) => path.startsWith('/api/v1/pods'));
    expect(pods).toHaveLength(2);
    expect((pods[1]?.at ?? 0) - (pods[0]?.at ?? 0)).toBeGreaterThan(900);
  });

  it('takes the token of an exec plugin, which sees what it is asked for', async () => {
    server = await apiServer();
    const plugin = join(folder, 'plugin');
    const answer = { apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: { token: TOKEN } };
    writeFileSync(
      plugin,
      `#!/bin/sh\ntest "$FOR" = shop && test "$1" = get-token && echo "$KUBERNETES_EXEC_INFO" | grep -q v1 && echo '${JSON.stringify(answer)}'\n`,
    );
    chmodSync(plugin, 0o700);
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: './plugin',
      args: ['get-token'],
      env: [{ name: 'FOR', value: 'shop' }],
    };
    expect((await scan(kubeconfig({ exec }))).code).toBe(0);
  });

  it('tells neither the token nor what a plugin prints when nobody may ask', async () => {
    server = await apiServer();
    const plugin = join(folder, 'plugin');
    writeFileSync(plugin, `#!/bin/sh\necho '${VALUE}'; exit 1\n`);
    chmodSync(plugin, 0o700);
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: './plugin' };
    const broken = await scan(kubeconfig({ exec }));
    expect(broken.code).toBe(3);
    expect(broken.stdout).toContain('gives no token');
    expect(broken.stdout + broken.stderr).not.toContain(VALUE);
    const wrong = await scan(kubeconfig({ token: VALUE }));
    expect(wrong.code).toBe(3);
    expect(wrong.stdout).toContain('nobody that the cluster knows asks');
    expect(wrong.stdout + wrong.stderr).not.toContain(VALUE);
  });

  it.each([
    [['--live', 'kubernetes=other'], 'no context "other"'],
    [['--live', 'nowhere'], '--live nowhere: no provider that can be asked'],
  ])('refuses %j', async (argv, message) => {
    server = await apiServer();
    const { code, stderr } = await runCli(['scan', ...argv], {
      cwd: folder,
      env: { KUBECONFIG: kubeconfig({ token: TOKEN }) },
    });
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  it('checks the certificate of the server', async () => {
    server = await apiServer();
    const other = await startVendorServer(() => undefined);
    const file = kubeconfig({ token: TOKEN });
    const { readFileSync } = await import('node:fs');
    const authority = (text: string) => Buffer.from(text).toString('base64');
    writeFileSync(file, readFileSync(file, 'utf8').replace(authority(server.ca), authority(other.ca)));
    await other.close();
    const { code, stdout } = await scan(file);
    expect(code).toBe(3);
    expect(stdout).toContain('cannot be asked');
    expect(server.received).toEqual([]);
  });
});
