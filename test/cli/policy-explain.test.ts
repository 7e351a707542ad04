import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestRepository, testRepository } from '../support/repository.ts';
import { runCli } from '../support/run-cli.ts';

const ACCOUNT = 'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: deployer, namespace: shop}\n';
const ADMIN = `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: admin}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{kind: ServiceAccount, name: deployer, namespace: shop}]
`;
const OWN = `# METADATA
# title: In production
# custom: {id: in-production, severity: low}
package custom.rules["in-production"]

finding contains {"id": "in-production", "subject": input.principal.id, "detail": {}} if {
	startswith(input.principal.name, "dep")
	input.principal.environment == "production"
}
`;
const NIGHT = `package custom.access.night

answer := {"effect": "deny", "reasons": ["night"]} if {
	[hour, _, _] := time.clock(time.parse_rfc3339_ns(input.now))
	hour > 20
}
`;

let repository: TestRepository;
beforeAll(async () => {
  repository = testRepository({
    'lapse.yaml': 'version: 1\npolicy: {paths: [own], data: {levels: {owner-missing: "off"}}}\n',
    'own/in-production.rego': OWN,
    'own/night.rego': NIGHT,
    'k8s/account.yaml': ACCOUNT,
    'k8s/admin.yaml': ADMIN,
    'request.json': JSON.stringify(request(), null, 2),
    'misspelt.json': JSON.stringify({ ...request(), taget: {} }, null, 2).replace('"duration": 60', '"duration": "60"'),
    'row.json': JSON.stringify({
      now: '2026-03-01T00:00:00Z',
      row: { kind: 'reopened', entity: 'finding', id: 'f', name: 'a finding', fields: [], sources: ['k8s'] },
    }),
  });
  await lapse('scan', '.');
});
afterAll(() => repository.close());

const lapse = (...argv: readonly string[]) => runCli(argv, { cwd: repository.path });
const explain = (...argv: readonly string[]) => lapse('policy', 'explain', ...argv);

describe('lapse policy explain', () => {
  it('says which statements of a rule hold, by which values', async () => {
    const { code, stdout } = await explain('cluster-admin-service-account', 'deployer');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^cluster-admin-service-account: kubernetes:service-account:\S+deployer/);
    expect(stdout).toMatch(
      /✓ lapse\.rules\["cluster-admin-service-account"\]\.finding = .* rego\/findings\/cluster-admin-service-account\/cluster-admin-service-account\.rego:\d+:1\n/,
    );
    expect(stdout).toContain('input.effective.admin = "yes"');
  });

  it('finds a finding by its fingerprint', async () => {
    const { findings } = JSON.parse((await lapse('scan', '.', '--format', 'json')).stdout);
    const [{ fingerprint, id }] = findings;
    expect((await explain(fingerprint.slice(0, 12))).stdout).toContain(`${id}: `);
  });

  it('says which statement a rule fails at', async () => {
    expect((await explain('in-production', 'deployer')).stdout).toBe(`in-production says nothing
  ✗ custom.rules["in-production"].finding  own/in-production.rego:6:1
    ✓ 7: startswith(input.principal.name, "dep")
        input.principal.name = "deployer"
    ✗ 8: input.principal.environment == "production"
        input.principal.environment is undefined
`);
  });

  it('says that data silences a rule that holds', async () => {
    const { stdout } = await explain('owner-missing', 'deployer');
    expect(stdout).toContain('owner-missing holds, and is silenced by data');
    expect(stdout).toMatch(/✗ \d+: not reporting\.switched_off\(/);
  });

  it('explains an access decision, with the policies of the user in it', async () => {
    const { code, stdout } = await explain('--input', 'request.json');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^deny by \S+: .*night/);
    expect(stdout).toMatch(/✓ custom\.access\.night\.answer = .* own\/night\.rego:3:1\n/);
    expect(stdout).toMatch(/✓ 5: hour > 20\n +hour = 22\n/);
    expect(stdout).toContain('✓ lapse.access._refusals = "night"');
    const { decision, evaluated } = JSON.parse((await explain('--input', 'request.json', '--format', 'json')).stdout);
    expect(decision).toMatchObject({ effect: 'deny', reasons: ['night'] });
    expect(evaluated.length).toBeGreaterThan(0);
  });

  it('holds an input to its schema', async () => {
    const { code, stderr } = await explain('--input', 'misspelt.json');
    expect(code).toBe(3);
    expect(stderr).toMatch(
      /misspelt\.json:\d+:3: input: Additional property taget is not allowed \(lapse_input_error\)\n {4}"taget": \{\}\n {4}\^/,
    );
    expect(stderr).toMatch(/misspelt\.json:\d+:\d+: input\.request\.detail\.duration: Invalid type/);
  });

  it('explains rules about drift and events from a file', async () => {
    expect((await explain('reopened', '--input', 'row.json')).stdout).toMatch(/^reopened: f/);
  });

  it.each([
    [['nothing-such', 'deployer'], 'no policy has the rule "nothing-such"'],
    [['owner-missing', 'nobody'], 'nothing in the inventory is called "nobody"'],
    [['feedfacefeed'], 'no finding has the fingerprint'],
    [[], 'needs a rule and a subject'],
    [['owner-missing', 'deployer', '--input', 'row.json'], '--input brings its subject along'],
    [['--input', 'none.json'], 'none.json: cannot be read'],
  ])('refuses %j', async (argv, message) => {
    expect(await explain(...argv)).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  });
});

function request() {
  return {
    now: '2026-03-02T22:30:00Z',
    request: {
      id: 'req_1',
      requester: { kind: 'workload', issuer: 'https://ci.example.com', subject: 'a', owners: [], claims: {} },
      detail: { type: 'db_credential', target: 'db', actions: ['read'], resources: [], duration: 60 },
      source_ip: '10.1.2.3',
    },
    target: { id: 'db', type: 'postgres', environment: 'production', labels: {} },
    risk: null,
    history: {
      recent_requests: 0,
      recent_denials: 0,
      first_use: false,
      earlier: { uses: 0, sources: [], hours: Array.from({ length: 24 }, () => 0), actions: [] },
      held: [],
    },
    approvals: [],
  };
}
