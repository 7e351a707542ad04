// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how HCL writes them
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pathBetween, pathFrom } from '../../../scanners/terraform/hcl-paths.ts';
import { scanFolders } from './scan-folders.ts';

const POLICY = '{ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = var.actions, Resource = "*" }] }';
const JSON_POLICY =
  '{"Version": "2012-10-17", "Statement": [\n  {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]}';

/** A configuration in pieces that may each be in a file of its own. */
const PIECES = [
  'variable "team" {\n  default = "core"\n}\n',
  'variable "actions" {\n  default = ["s3:GetObject"]\n}\n',
  'locals {\n  name = "${var.team}-ci"\n}\n',
  'locals {\n  users = { a = "alice", b = "bob" }\n}\n',
  'resource "aws_iam_role" "ci" {\n  name = local.name\n  assume_role_policy = data.aws_iam_policy_document.trust.json\n}\n',
  'data "aws_iam_policy_document" "trust" {\n  statement {\n    actions = ["sts:AssumeRole"]\n    principals {\n      type = "AWS"\n      identifiers = [aws_iam_user.u["a"].arn]\n    }\n  }\n}\n',
  'resource "aws_iam_user" "u" {\n  for_each = local.users\n  name = each.value\n}\n',
  `resource "aws_iam_policy" "p" {\n  name = "p"\n  policy = jsonencode(${POLICY})\n}\n`,
  'resource "aws_iam_user_policy_attachment" "a" {\n  for_each = aws_iam_user.u\n  user = each.value.name\n  policy_arn = aws_iam_policy.p.arn\n}\n',
  'resource "aws_iam_role_policy_attachment" "r" {\n  count = length(local.users)\n  role = aws_iam_role.ci.name\n  policy_arn = aws_iam_policy.p.arn\n}\n',
  'module "m" {\n  source = "./modules/m"\n  holder = aws_iam_role.ci.name\n}\n',
  'resource "aws_iam_user_policy_attachment" "m" {\n  user = module.m.user\n  policy_arn = aws_iam_policy.p.arn\n}\n',
];
const MODULE = {
  'infra/modules/m/main.tf':
    'variable "holder" {}\nresource "aws_iam_user" "m" {\n  name = "${var.holder}-m"\n}\noutput "user" {\n  value = aws_iam_user.m.name\n}\n',
};

describe('a folder', () => {
  it('says the same in one file and in many', async () => {
    const one = await scanFolders({ 'infra/main.tf': PIECES.join(''), ...MODULE });
    expect(one.problems).toEqual([]);
    expect(one.notices).toEqual([]);
    expect(one.principals.map((id) => id.replace('terraform:aws:iam::infra:', '')).sort()).toEqual([
      'aws:role:role/core-ci',
      'aws:user:user/alice',
      'aws:user:user/bob',
      'aws:user:user/core-ci-m',
    ]);
    expect(
      one.said
        .filter((said) => said.startsWith('grant'))
        .map((said) => said.replace(/ in .*/, ''))
        .sort(),
    ).toEqual(
      [
        'role:terraform:aws:iam::infra:role/core-ci',
        'user:terraform:aws:iam::infra:user/alice',
        'user:terraform:aws:iam::infra:user/bob',
        'user:terraform:aws:iam::infra:user/core-ci-m',
      ].map((id) => `grant aws:${id} may s3:GetObject *`),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 9 }), { minLength: PIECES.length, maxLength: PIECES.length }),
        async (where) => {
          const files: Record<string, string> = {};
          for (const [index, piece] of PIECES.entries()) {
            const path = `infra/f${where[index]}.tf`;
            files[path] = (files[path] ?? '') + piece;
          }
          expect((await scanFolders({ ...files, ...MODULE })).ids).toEqual(one.ids);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('files a fact under the file that says it', async () => {
    const { facts } = await scanFolders({
      'infra/roles.tf': 'resource "aws_iam_user" "ci" {\n  name = var.name\n}\n',
      'infra/variables.tf': 'variable "name" {\n  default = "ci"\n}\n',
    });
    expect(facts.map(({ unit, body }) => [unit, body.locations])).toEqual([
      ['infra/roles.tf', [{ path: 'infra/roles.tf', line: 1, column: 1 }]],
    ]);
  });

  it.each([
    ['a default', {}, 'default'],
    ['terraform.tfvars', { 'terraform.tfvars': 'name = "plain"\n' }, 'plain'],
    [
      'its JSON form, later',
      { 'terraform.tfvars': 'name = "plain"\n', 'terraform.tfvars.json': '{"name": "json"}' },
      'json',
    ],
    [
      'what is loaded by itself, last',
      { 'a.auto.tfvars': 'name = "auto"\n', 'terraform.tfvars': 'name = "plain"\n' },
      'auto',
    ],
    ['the last of these by name', { 'b.auto.tfvars.json': '{"name": "b"}', 'a.auto.tfvars': 'name = "a"\n' }, 'b'],
    ['nothing that somebody must name', { 'prod.tfvars': 'name = "prod"\n' }, 'default'],
    ['nothing of another folder', { 'sub/terraform.tfvars': 'name = "sub"\n' }, 'default'],
    ['an override', { 'override.tf': 'resource "aws_iam_user" "u" {\n  name = "other"\n}\n' }, 'other'],
  ])('takes the value of %s', async (_, files, name) => {
    const { principals } = await scanFolders({
      'main.tf': 'variable "name" {\n  default = "default"\n}\nresource "aws_iam_user" "u" {\n  name = var.name\n}\n',
      ...files,
    });
    expect(principals).toEqual([`aws:user:terraform:aws:iam::.:user/${name}`]);
  });

  it.each([
    ['file("policy.json")', 's3:Get*'],
    ['file("${path.module}/policy.json")', 's3:Get*'],
    ['file("${path.root}/files/../policy.json")', 's3:Get*'],
    ['templatefile("policy.tftpl", { what = "sqs:*" })', 'sqs:*'],
    ['jsonencode(jsondecode(file("policy.json")))', 's3:Get*'],
    ['fileexists("policy.json") ? file("policy.json") : ""', 's3:Get*'],
    ['file("../outside.json")', undefined],
    ['file("../../etc/passwd")', undefined],
    ['file("/infra/policy.json")', undefined],
    ['file("large.json")', undefined],
    ['file("missing.json")', undefined],
    ['file(var.path)', undefined],
    ['templatefile("policy.tftpl", { other = "sqs:*" })', undefined],
  ])('reads %s', async (policy, actions) => {
    const { facts, problems, notices } = await scanFolders({
      'infra/main.tf': `resource "aws_iam_role_policy" "p" {\n  role = "ci"\n  name = "p"\n  policy = ${policy}\n}\n`,
      'infra/policy.json': JSON_POLICY,
      'infra/policy.tftpl': JSON_POLICY.replace('s3:Get*', '${what}'),
      'infra/large.json': JSON_POLICY + ' '.repeat(70_000),
    });
    const grants = facts.flatMap((fact) => (fact.kind === 'grant' ? [fact.body] : []));
    expect(problems).toEqual([]);
    expect(grants.map((grant) => (grant.unknownContent ? undefined : grant.actions.join()))).toEqual([actions]);
    expect(notices).toHaveLength(actions === undefined ? 1 : 0);
    // At the statement, and still of the file that declares it.
    if (policy.startsWith('file(') && actions !== undefined)
      expect(grants[0]?.locations).toEqual([{ path: 'infra/policy.json', line: 2, column: 3 }]);
    expect(new Set(facts.map(({ unit }) => unit))).toEqual(new Set(['infra/main.tf']));
  });
});

it('takes a name that is set to nothing for one that the provider gives', async () => {
  const { facts, problems } = await scanFolders({
    'main.tf': `resource "aws_iam_role" "r" {\n  name = null\n  name_prefix = "r-"\n}\nresource "aws_iam_role_policy_attachment" "a" {\n  role = aws_iam_role.r.name\n  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"\n}\n`,
  });
  expect(problems).toEqual([]);
  expect(facts.flatMap((fact) => (fact.kind === 'grant' ? [fact.body.principal] : []))).toEqual([
    'aws:role:terraform:aws:iam::.:role/aws_iam_role.r',
  ]);
});

describe('a module that is called', () => {
  const USER =
    'variable "name" {\n  default = ""\n}\nresource "aws_iam_user" "u" {\n  name = var.name\n}\noutput "arn" {\n  value = aws_iam_user.u.arn\n}\n';
  const call = (more: string, name = 'm', source = './m') => `module "${name}" {\n  source = "${source}"\n${more}}\n`;
  const users = (principals: readonly string[]) =>
    principals.map((id) => id.replace('aws:user:terraform:aws:iam::', ''));

  it.each([
    ['once', call('  name = "a"\n'), ['.:user/a']],
    ['twice', call('  name = "a"\n', 'x') + call('  name = "b"\n', 'y'), ['.:user/a', '.:user/b']],
    ['for each', call('  for_each = toset(["a", "b"])\n  name = each.key\n'), ['.:user/a', '.:user/b']],
    ['by count', call('  count = 2\n  name = "u${count.index}"\n'), ['.:user/u0', '.:user/u1']],
    ['never', call('  count = 0\n  name = "a"\n'), []],
    ['without a name', call(''), ['.:user/module.m.aws_iam_user.u']],
    [
      'without known names',
      call('  count = 2\n  name = var.x\n'),
      ['.:user/module.m.0.aws_iam_user.u', '.:user/module.m.1.aws_iam_user.u'],
    ],
    ['an unknown number of times', call('  count = var.x\n  name = "a"\n'), ['.:user/module.m.aws_iam_user.u']],
  ])('%s', async (_, text, expected) => {
    const { principals, problems } = await scanFolders({ 'main.tf': text, 'm/main.tf': USER });
    expect(problems).toEqual([]);
    expect(users(principals)).toEqual(expected);
  });

  it('says itself what nobody calls', async () => {
    const { principals } = await scanFolders({ 'main.tf': call('', 'm', 'hashicorp/m/aws'), 'm/main.tf': USER });
    expect(users(principals)).toEqual(['m:user/aws_iam_user.u']);
  });

  it('gives what it says to whoever names it', async () => {
    const { facts } = await scanFolders({
      'main.tf': `${call('  for_each = toset(["a", "b"])\n  name = each.key\n')}resource "aws_iam_role" "r" {\n  name = "r"\n  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = [module.m["b"].arn, values(module.m)[0].arn] } }] })\n}\n`,
      'm/main.tf': USER,
    });
    const trusts = facts.flatMap((fact) =>
      fact.kind === 'trust' && fact.body.subject.kind === 'principal' ? [fact.body.subject.id] : [],
    );
    expect(users(trusts).sort()).toEqual(['.:user/a', '.:user/b']);
  });

  it.each([
    ['a module of a registry', 'terraform-aws-modules/iam/aws'],
    ['what leaves the scan', '../../m'],
    ['a folder without sources', './nothing'],
    ['itself', '.'],
  ])('is not known where it is %s', async (_, source) => {
    const { notices, problems } = await scanFolders({
      'main.tf': `${call('', 'm', source)}resource "aws_iam_user" "u" {\n  name = module.m.name\n}\n`,
    });
    expect(problems).toEqual([]);
    expect(notices).toEqual([
      'main.tf:1: not known in full before an apply: 1 module that is not among what was scanned',
    ]);
  });

  it.each([
    ['a ring', { 'a/main.tf': call('', 'b', '../b') + USER, 'b/main.tf': call('', 'a', '../a') + USER }, 2],
    [
      'a deep row',
      Object.fromEntries(
        Array.from({ length: 40 }, (_, n) => [
          `m${String(n).padStart(2, '0')}/main.tf`,
          call('', 'next', `../m${String(n + 1).padStart(2, '0')}`) + USER,
        ]),
      ),
      21,
    ],
    [
      'a tree',
      Object.fromEntries([
        ...Array.from({ length: 12 }, (_, n) => [`m${n}/main.tf`, call('  count = 10\n', 'next', `../m${n + 1}`)]),
        ['m12/main.tf', USER],
      ]),
      undefined,
    ],
    [
      'outputs of each other',
      { 'main.tf': call('  name = module.y.arn\n', 'x') + call('  name = module.x.arn\n', 'y'), 'm/main.tf': USER },
      2,
    ],
  ])('ends: %s', async (_, files, count) => {
    const { principals } = await scanFolders(files);
    if (count !== undefined) expect(principals).toHaveLength(count);
    expect(principals.length).toBeLessThan(600);
  });

  it('tells once what is wrong in a file that is called twice', async () => {
    const { problems } = await scanFolders({
      'main.tf': call('', 'x') + call('', 'y'),
      'm/main.tf': `${USER}resource = = {\n`,
    });
    expect(problems).toEqual(['ERR_SCAN_SYNTAX m/main.tf:10:12: invalid expression']);
  });
});

describe('paths', () => {
  const folder = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 4 }).map((parts) => parts.join('/') || '.');
  it('lead from one folder to another', () => {
    fc.assert(fc.property(folder, folder, (from, to) => pathFrom(from, pathBetween(from, to)) === to));
  });
  it('never leave the scan', () => {
    const path = fc
      .array(fc.constantFrom('a', '..', '.', '/', '//', '\\', '\0'), { maxLength: 8 })
      .map((parts) => parts.join('/'));
    fc.assert(
      fc.property(folder, path, (from, to) => {
        const found = pathFrom(from, to);
        expect(found === undefined || (!found.startsWith('/') && !found.split('/').includes('..'))).toBe(true);
      }),
    );
  });
});
