import { expect, it } from 'vitest';
import { testRepository } from '../support/repository.ts';
import { runCli } from '../support/run-cli.ts';

const account = (name: string, more = '') =>
  `apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: ${name}, namespace: shop${more}}\n`;

const FILES = {
  CODEOWNERS: 'k8s/ @acme/shop\n/k8s/secret/\n',
  'k8s/api.yaml': account('api'),
  'k8s/own.yaml': account('own', ', annotations: {example.com/owner: mona}'),
  'k8s/secret/none.yaml': account('none'),
  'lapse.yaml':
    'version: 1\nowners: [{owner: "@platform", names: [api], kinds: [workload]}, {owner: "@ruled", names: [none]}]\nenvironments: [{name: staging, paths: [k8s/secret]}]\n',
};

it('owners of a scan: by its own word, by the configuration, by CODEOWNERS', async () => {
  const repository = testRepository(FILES);
  try {
    await runCli(['scan', '.', '--only', 'kubernetes'], { cwd: repository.path });
    const { stdout } = await runCli(['ls', '--kind', 'service-account', '--format', 'json'], { cwd: repository.path });
    const rows: { name: string; owner?: { value: string; source: string }; environment?: string }[] =
      JSON.parse(stdout).rows;
    expect(rows.map(({ name, owner, environment }) => [name, owner?.value, owner?.source, environment])).toEqual([
      ['api', '@acme/shop', 'codeowners', undefined],
      ['none', '@ruled', 'config', 'staging'],
      ['own', 'mona', 'annotation', undefined],
    ]);
    const mine = await runCli(['ls', '--owner', '@acme/*'], { cwd: repository.path });
    expect(mine.stdout.trimEnd().split('\n')).toHaveLength(1);
  } finally {
    repository.close();
  }
});
