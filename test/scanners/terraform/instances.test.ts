import { expect, it } from 'vitest';
import { scanFolders } from './scan-folders.ts';

const state = (profile: string) =>
  JSON.stringify({
    version: 4,
    terraform_version: '1.9.0',
    serial: 1,
    lineage: 'l',
    outputs: {},
    resources: [
      {
        mode: 'managed',
        type: 'aws_instance',
        name: 'vm',
        provider: 'provider["registry.terraform.io/hashicorp/aws"]',
        instances: [
          {
            schema_version: 1,
            attributes: {
              arn: 'arn:aws:ec2:eu-west-1:111122223333:instance/i-0abc',
              id: 'i-0abc',
              iam_instance_profile: profile,
              metadata_options: [{ http_endpoint: 'enabled', http_tokens: 'optional' }],
            },
          },
        ],
      },
    ],
  });

it.each([
  ['runner', 1],
  ['', 0],
])('says how an instance with the profile "%s" hands out credentials, if it has any', async (profile, times) => {
  const { said, problems } = await scanFolders({ 'terraform.tfstate': state(profile) });
  expect(problems).toEqual([]);
  expect(said.filter((line) => line.startsWith('principal aws:instance:'))).toHaveLength(1);
  expect(said.filter((line) => line.includes('"http_tokens":"optional"'))).toHaveLength(times);
});
