import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { testRepository } from '../support/repository.ts';
import { runCli } from '../support/run-cli.ts';

const schema = JSON.parse(readFileSync(new URL('../../docs/report.schema.json', import.meta.url), 'utf8'));
const validate = new Ajv2020({ strict: false, allErrors: true, validateFormats: false }).compile(schema);

const FILES = {
  'k8s/admin.yaml':
    'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: x}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}\nsubjects: [{kind: ServiceAccount, name: d, namespace: ops}]\n',
  'k8s/broken.yaml': 'apiVersion: v1\nkind: Secret\nmetadata: {name: [\n',
  '.github/workflows/ci.yml':
    'on: push\npermissions: write-all\njobs:\n  ci:\n    runs-on: ubuntu-latest\n    steps: [{run: make}]\n',
};

describe('docs/report.schema.json', () => {
  it.each([
    ['scan', ['scan', '.', '--format', 'json']],
    ['check', ['check', '--all', '--format', 'json']],
  ])('is what %s prints', async (_, argv) => {
    const repository = testRepository(FILES);
    try {
      const { stdout } = await runCli(argv, { cwd: repository.path });
      const report = JSON.parse(stdout);
      validate(report);
      expect(validate.errors ?? []).toEqual([]);
      expect(report.findings.length).toBeGreaterThan(0);
      expect(report.problems.length).toBeGreaterThan(0);
    } finally {
      repository.close();
    }
  });

  it('would notice a report that is none', () => {
    expect(validate({ schema: 'lapse.scan/1' })).toBe(false);
  });
});
