import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assetPath } from '../../src/assets.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { createPolicyEngine } from '../../src/policy/create-policy-engine.ts';
import type { PolicyEngine } from '../../src/policy/engine.ts';
import { loadPolicySources } from '../../src/policy/policy-sources.ts';
import { runCli } from '../support/run-cli.ts';

const page = readFileSync(assetPath('docs', 'policies.md'), 'utf8');
const files = [...page.matchAll(/<!-- file: (\S+) -->\n```rego\n([\s\S]*?)```\n/g)].map(([, path = '', text = '']) => ({
  path,
  text,
}));
const configs = [...page.matchAll(/```yaml\n([\s\S]*?)```\n/g)].map(([, text = '']) => text);

/** Lets every workload do everything. */
const RULE = { id: 'r', effect: 'allow', subjects: [{ kind: 'workload' }], targets: ['*'], actions: ['*'] };

const folder = mkdtempSync(join(tmpdir(), 'lapse-policies-'));
let engine: PolicyEngine;

beforeAll(async () => {
  for (const { path, text } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  writeFileSync(join(folder, 'lapse.yaml'), configs[0] ?? '');
  engine = await createPolicyEngine({
    custom: await loadPolicySources(join(folder, 'policies'), { name: 'policies' }),
    data: {
      ...(await loadConfig({ cwd: folder, text: configs[1] ?? '' })).policy.data,
      access: { rules: [RULE], groups: {} },
    },
  });
});
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true });
});

describe('docs/policies.md', () => {
  it('shows policies that pass check, fmt and their own tests', async () => {
    expect(files).toHaveLength(3);
    for (const argv of [
      ['policy', 'check'],
      ['policy', 'fmt', '--check'],
      ['policy', 'test', 'policies/key-in-production', '--threshold', '100'],
    ]) {
      const { code, stdout, stderr } = await runCli(argv, { cwd: folder });
      expect(code, `${argv.join(' ')}: ${stdout}${stderr}`).toBe(0);
    }
  });

  it('shows a finding that is reported beside ours, and data that changes ours', async () => {
    const findings = await engine.findings(subject());
    expect(findings.map(({ id, severity }) => [id, severity]).sort()).toEqual([
      ['can-become-admin', 'critical'],
      ['key-in-production', undefined],
      ['key-too-old', 'critical'],
      ['static-key-exists', undefined],
    ]);
    expect(findings.find(({ id }) => id === 'key-in-production')).toEqual({
      id: 'key-in-production',
      subject: 'aws:access-key:AKIAEXAMPLEEXAMPLE01',
      detail: { principal: 'ci', credential: 'AKIA…LE01' },
      evidence: [{ fact: 'status', value: 'active', location: { path: 'keys.json', line: 7 } }],
    });
    expect(engine.rules.get('key-in-production')).toMatchObject({
      severity: 'high',
      title: 'Static key in production',
    });
  });

  it('shows what is other for some environments, and an exception that ends', async () => {
    const shown = configs.filter((text) => /overrides:|expires:/.test(text));
    expect(shown).toHaveLength(2);
    const read = await Promise.all(shown.map((text) => loadConfig({ cwd: folder, text })));
    const data = Object.assign({}, ...read.map(({ policy }) => policy.data)) as JsonObject;
    const strict = await createPolicyEngine({ data });
    try {
      const about = (environment: string) =>
        strict.findings({ ...subject(), principal: { ...(subject().principal as JsonObject), environment } });
      const days = async (environment: string) =>
        (await about(environment)).filter(({ id }) => id === 'key-too-old').map(({ detail }) => detail.days);
      expect(await days('prd')).toEqual([59]);
      expect(await days('blue')).toEqual([]);
    } finally {
      await strict.close();
    }
  });

  it.each([
    ['2026-03-01T12:00:00Z', 'allow', []],
    ['2026-03-01T22:00:00Z', 'escalate', [{ from: 'on-call', count: 1 }]],
  ])('shows an access policy that makes ours stricter: at %s %s', async (now, effect, approvals) => {
    expect(await engine.decide(request(now))).toMatchObject({ effect, approvals });
  });

  it('names every reason that a decision can have', () => {
    const policy = readFileSync(assetPath('rego', 'access', 'decision.rego'), 'utf8');
    const reasons = [...policy.matchAll(/^_(?:refusals|grounds_to_ask|remarks) contains "([a-z-]+)"/gm)].map(
      ([, reason]) => reason,
    );
    expect(reasons.length).toBeGreaterThan(15);
    expect(reasons.filter((reason) => reason !== 'approval-required' && !page.includes(`\`${reason}\``))).toEqual([]);
  });
});

/** A principal that can become admin, with an active key that is 59 days old. */
function subject(): JsonObject {
  const to = 'aws:role:arn:aws:iam::111122223333:role/admin';
  const id = 'aws:user:arn:aws:iam::111122223333:user/ci';
  return {
    now: '2026-03-01T00:00:00Z',
    type: 'principal',
    principal: {
      id,
      platform: 'aws',
      kind: 'user',
      nativeId: 'arn:aws:iam::111122223333:user/ci',
      name: 'ci',
      scope: ['111122223333'],
      seen: 'listed',
      environment: 'production',
      locations: [],
    },
    credentials: [
      {
        id: 'aws:access-key:AKIAEXAMPLEEXAMPLE01',
        platform: 'aws',
        kind: 'access-key',
        nativeId: 'AKIAEXAMPLEEXAMPLE01',
        principal: id,
        status: 'active',
        createdAt: '2026-01-01T00:00:00Z',
        locations: [{ path: 'keys.json', line: 7 }],
      },
    ],
    secrets: [],
    grants: [],
    trusts_in: [],
    trusts_out: [],
    workloads: [],
    environments: {},
    effective: null,
    paths: [{ to, answer: 'yes', steps: [{ from: id, to, id: 'assume-role', uses: [], answer: 'yes' }] }],
  };
}

function request(now: string): JsonObject {
  return {
    now,
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
