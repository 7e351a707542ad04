import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kubernetesScanner } from '../../../scanners/kubernetes/index.ts';
import { canDo } from '../../../src/iam/kubernetes/can-do.ts';
import { kubernetesEvaluator } from '../../../src/iam/kubernetes/evaluator.ts';
import { scanBytes } from '../scan-bytes.ts';
import { viewOf } from '../view-of.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lapse-certificate-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function certificate(subject: string, days: number): string {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  execFileSync(
    'openssl',
    ['req', '-x509', ...kind, '-subj', subject, '-days', `${days}`, '-keyout', key, '-out', cert],
    {
      stdio: 'pipe',
    },
  );
  return readFileSync(cert).toString('base64');
}

const CLIENT = 'kubernetes.io/kube-apiserver-client';

function request(name: string, status: object, signerName = CLIENT): object {
  return {
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    metadata: { name, uid: `uid-${name}` },
    spec: { signerName, username: 'kubernetes-admin', request: 'LS0t', usages: ['client auth'] },
    status: { conditions: [{ type: 'Approved', status: 'True' }], ...status },
  };
}

async function read(...objects: readonly object[]) {
  const { facts, problems } = await scanBytes(
    kubernetesScanner,
    'requests.json',
    JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }),
  );
  return { view: viewOf(facts), problems };
}

describe('certificates that a cluster has issued', () => {
  it('sign in as the user of their name until they expire', async () => {
    const { view } = await read(request('deploy', { certificate: certificate('/CN=deploy/O=builders', 4_000) }));
    expect([...view.credentials.values()]).toMatchObject([
      {
        kind: 'client-certificate',
        nativeId: 'c1/csr/deploy',
        principal: 'kubernetes:user:c1/deploy',
        status: 'active',
        expiresAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        attributes: { signer: CLIENT, groups: ['builders'], requested_by: 'kubernetes-admin', approved: true },
      },
    ]);
  });

  it('make an administrator of whoever has one of the masters, whatever is bound to whom', async () => {
    const masters = certificate('/CN=ops/O=builders/O=system:masters', 4_000);
    const { view } = await read(request('ops', { certificate: masters }), {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'bystander', namespace: 'shop' },
    });
    const effective = kubernetesEvaluator.evaluate(view);
    expect(effective.get('kubernetes:user:c1/ops')?.admin).toBe('yes');
    expect(effective.get('kubernetes:service-account:c1/shop/bystander')?.admin).toBe('no');
    expect(canDo(view, 'kubernetes:user:c1/ops', 'delete', 'core/nodes').answer).toBe('yes');
  });

  it('give what is bound to their groups', async () => {
    const { view } = await read(
      request('deploy', { certificate: certificate('/CN=deploy/O=builders', 4_000) }),
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRole',
        metadata: { name: 'reader' },
        rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }],
      },
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRoleBinding',
        metadata: { name: 'builders-read' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'reader' },
        subjects: [{ kind: 'Group', name: 'builders', apiGroup: 'rbac.authorization.k8s.io' }],
      },
    );
    const asked = (verb: string) => canDo(view, 'kubernetes:user:c1/deploy', verb, 'core/secrets', 'shop').answer;
    expect([asked('get'), asked('delete')]).toEqual(['yes', 'no']);
  });

  it('are told as expired when they are', async () => {
    const { view } = await read(request('old', { certificate: certificate('/CN=old', 1) }));
    const [credential] = [...view.credentials.values()];
    const isOver = Date.parse(credential?.expiresAt ?? '') < Date.parse('2026-11-22T12:00:00Z');
    expect(credential?.status).toBe(isOver ? 'expired' : 'active');
  });

  it('are none while nobody has answered, and where they are for servers', async () => {
    const { view, problems } = await read(
      request('waiting', {}),
      request('kubelet', { certificate: certificate('/CN=system:node:a', 1) }, 'kubernetes.io/kubelet-serving'),
    );
    expect([view.credentials.size, problems]).toEqual([0, []]);
  });

  it('that cannot be read are a problem with its place', async () => {
    const { problems } = await read(
      request('broken', { certificate: Buffer.from('no certificate').toString('base64') }),
    );
    expect(problems).toEqual([
      expect.stringMatching(
        /^requests\.json:1:\d+: the certificate of CertificateSigningRequest "broken" cannot be read$/,
      ),
    ]);
  });
});

describe('settings of tokens', () => {
  it('are read from volumes of workloads', async () => {
    const { view } = await read({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web', namespace: 'shop' },
      spec: {
        containers: [],
        volumes: [
          {
            projected: {
              sources: [{ serviceAccountToken: { path: 'vault', audience: 'vault', expirationSeconds: 600 } }],
            },
          },
          { projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } },
        ],
      },
    });
    expect(view.principals.get('kubernetes:workload:c1/shop/Pod/web')?.attributes?.tokens).toEqual([
      { audience: 'vault', seconds: 600 },
      { audience: null, seconds: 3_600 },
    ]);
  });

  it('are read from the manifest of the API server', async () => {
    const flags = [
      '--authorization-mode=Node,RBAC',
      '--anonymous-auth=false',
      '--service-account-max-token-expiration=24h0m0s',
      '--token-auth-file=/etc/kubernetes/tokens.csv',
      '--etcd-servers=https://127.0.0.1:2379',
    ];
    const { view } = await read({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'kube-apiserver-a', namespace: 'kube-system' },
      spec: { containers: [{ name: 'kube-apiserver', command: ['kube-apiserver', ...flags] }] },
    });
    expect(view.principals.get('kubernetes:cluster:c1')?.attributes).toEqual({
      authorization_modes: ['Node', 'RBAC'],
      anonymous_auth: false,
      max_token_lifetime: '24h0m0s',
      static_tokens: true,
    });
  });
});
