import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { cloudformationScanner } from '../../../scanners/cloudformation/index.ts';
import { pulumiScanner } from '../../../scanners/pulumi/index.ts';
import { terraformScanner } from '../../../scanners/terraform/index.ts';
import { STATIC_KEYS } from '../../../scanners/terraform/static-keys.ts';
import type { Scanner } from '../../../src/scan/scanner.ts';
import { describeFact } from '../describe-fact.ts';
import { scanBytes } from '../scan-bytes.ts';

const FIXTURES = new URL('../../fixtures/scanners/', import.meta.url);
const WHOLE: readonly (readonly [name: string, scanner: Scanner, path: string])[] = [
  ['a state', terraformScanner, 'terraform/state-aws/input/terraform.tfstate'],
  ['a state of Google Cloud', terraformScanner, 'terraform/state-gcp/input/default.tfstate'],
  ['a state of Azure', terraformScanner, 'terraform/state-azure/input/terraform.tfstate'],
  ['a state of others', terraformScanner, 'terraform/state-others/input/terraform.tfstate'],
  ['a plan', terraformScanner, 'terraform/plan/input/plan.json'],
  ['a template', cloudformationScanner, 'cloudformation/stack/input/ci.yaml'],
  ['an answer', cloudformationScanner, 'cloudformation/answer/input/users.json'],
  ['a stack', pulumiScanner, 'pulumi/stack/input/stack.json'],
];

async function scan(scanner: Scanner, content: string | Uint8Array, path = 'x.json', chunk?: number) {
  const options = { fingerprint: () => 'f'.repeat(64), ...(chunk === undefined ? {} : { chunk }) };
  return await scanBytes(scanner, path, content, options);
}

test('a number that is none is one that is not said', async () => {
  const text = readFileSync(new URL('terraform/state-aws/input/terraform.tfstate', FIXTURES), 'utf8');
  const changed = text.replace(/("max_session_duration": )\d+/, '$1"x"');
  expect(changed).not.toBe(text);
  const sessions = async (content: string) =>
    (await scan(terraformScanner, content, 'terraform.tfstate')).facts.flatMap((fact) => {
      describeFact(fact);
      return fact.kind === 'principal' && fact.body.attributes?.max_session !== undefined ? [fact.body.id] : [];
    });
  expect((await sessions(changed)).length).toBe((await sessions(text)).length - 1);
});

describe.each(WHOLE)('%s', (_, scanner, path) => {
  const bytes = readFileSync(new URL(path, FIXTURES));
  const name = path.slice(path.lastIndexOf('/') + 1);

  it('says the same however its stream is cut', async () => {
    const whole = await scan(scanner, bytes, name);
    for (const chunk of [7, 4_096]) expect(await scan(scanner, bytes, name, chunk)).toEqual(whole);
  });

  it('never gives two facts of one id', async () => {
    const ids = (await scan(scanner, bytes, name)).facts.map(({ kind, body }) => `${kind} ${body.id}`);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('cut off anywhere, says so at a place', async () => {
    for (let size = 200; size < bytes.length - 3; size += Math.ceil(bytes.length / 40)) {
      const { format, problems } = await scan(scanner, bytes.subarray(0, size), name);
      if (format === undefined || format === 'template-yaml') continue;
      expect(problems.at(-1)).toMatch(/^ERR_SCAN_SYNTAX \S+:\d+:\d+: /);
    }
  });

  it('with any of its values replaced, never fails but by saying so', async () => {
    const text = bytes.toString();
    const places = [...text.matchAll(/"[^"\n]*"|\b\d+\b|\[|\{/g)].map(({ index, 0: found }) => ({ index, found }));
    const values = [
      'null',
      '[]',
      '{}',
      '7',
      '"x"',
      '[{}]',
      '[[]]',
      '{"Ref": "CiUser"}',
      '"constructor"',
      '"__proto__"',
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(places.length - 1), fc.constantFrom(...values)), { minLength: 1, maxLength: 4 }),
        async (changes) => {
          let changed = text;
          for (const [at, value] of changes.sort(([a], [b]) => b - a)) {
            const { index, found } = places[at] ?? { index: 0, found: '' };
            changed = changed.slice(0, index) + value + changed.slice(index + found.length);
          }
          for (const fact of (await scan(scanner, changed, name)).facts) describeFact(fact);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('whatever there is', () => {
  const beginnings = [
    '{"version": 4, "terraform_version": "1", "serial": 1, "lineage": "x", "resources": [',
    '{"format_version": "1.0", "terraform_version": "1", "values": {"root_module": {"resources": [',
    '{"format_version": "1.0", "terraform_version": "1", "planned_values": 1, "resource_changes": [',
    '{"version": 3, "deployment": {"manifest": {}, "resources": [',
    'AWSTemplateFormatVersion: x\nResources:\n  A:\n    Type: AWS::IAM::Role\n    Properties: ',
    '{"AWSTemplateFormatVersion": "x", "Resources": {"A": {"Type": "AWS::IAM::User", "Properties": ',
    '{"TemplateBody": "Resources: {A: {Type: AWS::IAM::Role, Properties: ',
  ];
  const all = [terraformScanner, cloudformationScanner, pulumiScanner];

  test('bytes never give an untyped error', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...beginnings), fc.string({ unit: 'binary' }), async (begin, rest) => {
        for (const scanner of all) await scan(scanner, `${begin}${rest}`, 'x.yaml');
      }),
      { numRuns: 200 },
    );
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        for (const scanner of all) await scan(scanner, bytes);
      }),
      { numRuns: 100 },
    );
  });

  test('values of any shape in a resource of any type never do', async () => {
    const types = [
      ...Object.keys(STATIC_KEYS),
      'aws_iam_role',
      'aws_iam_policy_attachment',
      'aws_instance',
      'google_project_iam_binding',
      'google_iam_deny_policy',
      'azurerm_role_assignment',
      'kubernetes_role_binding',
      'kubernetes_manifest',
      'constructor',
      '__proto__',
    ];
    const names = [
      'arn',
      'id',
      'name',
      'user',
      'role',
      'policy',
      'members',
      'metadata',
      'rule',
      'identity',
      'tags',
      'value',
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...types),
        fc.dictionary(fc.constantFrom(...names, '__proto__'), fc.jsonValue()),
        async (type, attributes) => {
          const resources = [{ mode: 'managed', type, name: 'x', instances: [{ attributes }] }];
          await scan(
            terraformScanner,
            JSON.stringify({ version: 4, terraform_version: '1', serial: 1, lineage: 'x', resources }),
          );
        },
      ),
      { numRuns: 400 },
    );
  });

  test('names of any kind are only names', async () => {
    const names = ['a\nb', '\u202e', '<b>', '\u0000', 'x'.repeat(10_000), '\u0024{cfn:x}', 'arn:aws:iam::1:user/x'];
    for (const name of names) {
      const resources = ['aws_iam_user', 'aws_iam_role', 'google_service_account', 'github_actions_secret'].map(
        (type) => ({
          mode: 'managed',
          type,
          name,
          module: name,
          instances: [
            {
              index_key: name,
              attributes: { name, account_id: name, project: name, secret_name: name, repository: name },
            },
          ],
        }),
      );
      const { problems } = await scan(
        terraformScanner,
        JSON.stringify({ version: 4, terraform_version: '1', serial: 1, lineage: 'x', resources }),
      );
      expect(problems).toEqual([]);
    }
  });
});

test('functions that name each other in a circle, or grow without end, come to an end', async () => {
  const names = Array.from({ length: 60 }, (_, at) => [
    `R${at}`,
    { Type: 'AWS::IAM::Role', Properties: { RoleName: { 'Fn::Sub': `\${R${(at + 1) % 60}}\${R${(at + 1) % 60}}` } } },
  ]);
  const deep = Array.from({ length: 30 }).reduce(
    (inner: unknown) => ({ 'Fn::Sub': ['\u0024{a}\u0024{a}', { a: inner }] }),
    'x'.repeat(100),
  );
  const Resources = { ...Object.fromEntries(names), U: { Type: 'AWS::IAM::User', Properties: { UserName: deep } } };
  const template = JSON.stringify({ AWSTemplateFormatVersion: 'x', Resources });
  const { facts } = await scan(cloudformationScanner, template);
  expect(facts.filter(({ kind }) => kind === 'principal')).toHaveLength(61);
  expect(JSON.stringify(facts).length).toBeLessThan(1_000_000);
});
