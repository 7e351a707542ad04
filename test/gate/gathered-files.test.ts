import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TestRepository, testRepository } from '../support/repository.ts';
import { runCli } from '../support/run-cli.ts';

const FILES = {
  'infra/variables.tf': 'variable "actions" {\n  default = ["s3:GetObject"]\n}\n',
  'infra/roles.tf': 'resource "aws_iam_user" "ci" {\n  name = "ci"\n}\n',
  'infra/policies.tf':
    'resource "aws_iam_user_policy" "p" {\n  name = "p"\n  user = aws_iam_user.ci.name\n  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = var.actions, Resource = "*" }] })\n}\n',
  'other/broken.tf': 'resource "aws_iam_user" "x" {\n  name = = "x"\n}\n',
};

let repository: TestRepository;
beforeEach(() => {
  repository = testRepository(FILES);
  repository.commit('base');
  repository.git('checkout', '--quiet', '-b', 'change');
});
afterEach(() => repository.close());

async function check(files: Readonly<Record<string, string>>) {
  repository.write(files);
  repository.commit('change');
  const { code, stdout } = await runCli(['check', '--format', 'json'], { cwd: repository.path });
  const { findings } = JSON.parse(stdout) as {
    readonly findings: readonly { readonly id: string; readonly location: { readonly path: string } }[];
  };
  return { code, findings: findings.map(({ id, location }) => `${id} ${location.path}`) };
}

describe('a change of a file that others are read with', () => {
  it('adds what the others say by it', async () => {
    const wide = await check({ 'infra/terraform.tfvars': 'actions = ["*"]\n' });
    expect(wide.findings.some((finding) => finding.endsWith(' infra/policies.tf'))).toBe(true);
    expect(wide.code).toBe(1);
  });

  it('adds nothing where they say the same', async () => {
    expect(await check({ 'infra/terraform.tfvars': 'actions = ["s3:GetObject"]\n' })).toEqual({
      code: 0,
      findings: [],
    });
  });

  it('is not to blame for what could not be read before', async () => {
    expect((await check({ 'infra/outputs.tf': 'output "x" {\n  value = 1\n}\n' })).code).toBe(0);
    expect((await check({ 'infra/broken.tf': 'resource = = {\n' })).code).toBe(3);
  });
});
