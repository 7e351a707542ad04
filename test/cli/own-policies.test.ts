import { afterEach, describe, expect, it } from 'vitest';
import { type TestRepository, testRepository } from '../support/repository.ts';
import { runCli } from '../support/run-cli.ts';

const CONFIG = 'version: 1\npolicy:\n  paths: [policies]\n';
const ACCOUNT = 'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: svc-api, namespace: shop}\n';
const ADMIN = `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: admin}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{kind: ServiceAccount, name: deployer, namespace: shop}]
`;

/** A rule of a user, about every service account whose name starts with `svc-`. */
function rule(condition = 'startswith(input.principal.name, "svc-")'): string {
  return `# METADATA
# title: Service prefix
# description: Names of this team have no prefix.
# scope: package
# custom:
#   id: service-prefix
#   severity: medium
#   message: "{name} has a prefix"
#   remediation: {summary: Rename it.}
package custom.rules["service-prefix"]

finding contains {
	"id": "service-prefix",
	"subject": input.principal.id,
	"detail": {"name": input.principal.name},
	"evidence": [{"fact": "name", "value": input.principal.name, "location": input.principal.locations[0]}],
} if {
	input.type == "principal"
	${condition}
}
`;
}

let repository: TestRepository;
afterEach(() => repository.close());
const lapse = (...argv: string[]) => runCli(argv, { cwd: repository.path });
const scanned = async () => {
  const { code, stdout, stderr } = await lapse('scan', '.', '--format', 'json');
  return { code, stderr, ...(stdout === '' ? { findings: [], problems: [] } : JSON.parse(stdout)) };
};

describe('policies of users', () => {
  it('find what lapse’s own do not, beside them', async () => {
    repository = testRepository({
      'lapse.yaml': CONFIG,
      'policies/prefix.rego': rule(),
      'k8s/api.yaml': ACCOUNT,
      'k8s/admin.yaml': ADMIN,
    });
    const { code, findings } = await scanned();
    expect(code).toBe(1);
    const own = findings.flatMap((finding: { id: string; related: object[] }) => [finding, ...finding.related]);
    expect(own).toContainEqual(
      expect.objectContaining({ id: 'service-prefix', severity: 'medium', message: 'svc-api has a prefix' }),
    );
    expect(own).toContainEqual(expect.objectContaining({ id: 'cluster-admin-service-account' }));
  });

  it.each([
    [
      'a syntax error',
      'package custom.rules.x\n\nfinding contains {"id": "x" if {\n',
      /^lapse: policies\/x\.rego:3:\d+: unexpected if keyword/,
    ],
    [
      'a type error',
      'package custom.rules.x\n\nfinding contains "x" if count(1) == 1\n',
      /^lapse: policies\/x\.rego:3:\d+: count: invalid argument/,
    ],
    [
      'a misspelt name',
      `${rule().split('finding contains')[0]}findings contains "x"\n`,
      /^lapse: policies\/x\.rego:\d+:1: package custom\.rules\.service-prefix has no rule called finding/,
    ],
    [
      'a claim to lapse’s own package',
      'package lapse.rules["x"]\n\nfinding contains "x"\n',
      /^lapse: policies\/x\.rego:1:\d+: /,
    ],
    [
      'a call to the network',
      'package custom.rules.x\n\nfinding contains http.send({"url": "http://127.0.0.1"})\n',
      /^lapse: policies\/x\.rego:3:\d+: .*http\.send/,
    ],
  ])('with %s are refused, with the place', async (_, policy, message) => {
    repository = testRepository({ 'lapse.yaml': CONFIG, 'policies/x.rego': policy, 'k8s/api.yaml': ACCOUNT });
    const { code, stderr } = await lapse('scan', '.');
    expect(code).toBeGreaterThanOrEqual(2);
    expect(stderr).toMatch(message);
  });

  it.each([['a value in place of a set', 'finding := 3\n', 'has no set called finding']])(
    'that answer with %s are no pass',
    async (_, body, message) => {
      const policy = `${rule().split('finding contains')[0]}${body}`;
      repository = testRepository({ 'lapse.yaml': CONFIG, 'policies/x.rego': policy, 'k8s/api.yaml': ACCOUNT });
      const { code, problems } = await scanned();
      expect(code).toBe(3);
      expect(problems).toContainEqual(expect.objectContaining({ message: expect.stringContaining(message) }));
    },
  );

  it('that loop are ended: the subject is not judged, and the exit code is 3', async () => {
    const loop = 'count([1 | some a in numbers.range(1, 30000); some b in numbers.range(1, 30000); a * b == -1]) == 1';
    repository = testRepository({ 'lapse.yaml': CONFIG, 'policies/loop.rego': rule(loop), 'k8s/api.yaml': ACCOUNT });
    const { code, problems } = await scanned();
    expect(code).toBe(3);
    expect(problems).toContainEqual(expect.objectContaining({ message: expect.stringContaining('not judged') }));
  });

  it('count in a check as the base has them, not as the change does', async () => {
    repository = testRepository({ 'lapse.yaml': CONFIG, 'policies/prefix.rego': rule() });
    repository.git('checkout', '--quiet', '-b', 'change');
    repository.write({ 'policies/prefix.rego': rule('false'), 'k8s/api.yaml': ACCOUNT });
    repository.commit('disarm and add');
    const { code, stdout } = await lapse('check', '--format', 'json');
    const report = JSON.parse(stdout);
    expect(code).toBe(1);
    expect(JSON.stringify(report.findings)).toContain('service-prefix');
    expect(report.notices).toContainEqual(expect.objectContaining({ location: { path: 'policies/prefix.rego' } }));
  });

  it('data of the configuration overrides levels and thresholds', async () => {
    repository = testRepository({
      'lapse.yaml': `${CONFIG}  data:\n    levels:\n      service-prefix: critical\n      owner-missing: "off"\n`,
      'policies/prefix.rego': rule(),
      'k8s/api.yaml': ACCOUNT,
    });
    const { findings } = await scanned();
    expect(
      findings.map(({ id, severity, related }: { id: string; severity: string; related: { id: string }[] }) => [
        id,
        severity,
        related.map((one) => one.id),
      ]),
    ).toEqual([['service-prefix', 'critical', []]]);
  });
});
