// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how HCL writes them
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recogniseHcl } from '../../../scanners/terraform/hcl.ts';
import { scanHcl } from './hcl-scan.ts';

const ALL = 'jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })';

describe('recognising', () => {
  const head = (path: string, text: string, binary = false) =>
    recogniseHcl({ path, text, binary, size: text.length, head: new TextEncoder().encode(text) });

  it.each([
    ['main.tf', '', 'hcl'],
    ['main.tofu', '', 'hcl'],
    ['cdk.tf.json', '{}', 'hcl-json'],
    ['main.hcl', 'resource "aws_iam_role" "ci" {\n', 'hcl'],
    ['vault.hcl', 'path "secret/*" {\n', undefined],
    ['terragrunt.hcl', 'terraform {\n', undefined],
    ['terraform.tfvars', 'a = 1', 'hcl-values'],
    ['ci.auto.tfvars.json', '{}', 'hcl-values'],
    ['prod.tfvars', 'a = 1', undefined],
    ['state.json', '{}', undefined],
    ['notes.txt', 'resource "a" "b" {', undefined],
  ])('%s %j', (path, text, format) => {
    expect(head(path, text)).toBe(format);
  });

  it('leaves binary files alone', () => {
    expect(head('main.tf', '\0', true)).toBeUndefined();
  });
});

describe('what is declared', () => {
  it('has an id of its own, and no ARN', async () => {
    const { principals } = await scanHcl('resource "aws_iam_user" "ci" {\n  name = "ci-${var.stage}"\n}\n');
    expect(principals).toEqual([
      {
        id: 'aws:user:terraform:aws:iam::infra:user/aws_iam_user.ci',
        platform: 'aws',
        kind: 'user',
        nativeId: 'terraform:aws:iam::infra:user/aws_iam_user.ci',
        name: expect.any(String),
        scope: ['infra'],
        seen: 'listed',
        attributes: { path: '/', resource: 'aws_iam_user.ci', planned: 'declared' },
        locations: [{ path: 'infra/main.tf', line: 1, column: 1 }],
      },
    ]);
  });

  it('is itself where its name is that of another, known or not', async () => {
    const { principals, grants } = await scanHcl(
      [
        'resource "aws_iam_user" "a" {\n  name = var.name\n}',
        'resource "aws_iam_user" "b" {\n  name = aws_iam_user.a.name\n}',
        'resource "aws_iam_user" "c" {\n  name = aws_iam_user.d.name\n}',
        'resource "aws_iam_user" "d" {\n  name = aws_iam_user.c.name\n}',
        `resource "aws_iam_user_policy" "p" {\n  name = "p"\n  user = aws_iam_user.b.name\n  policy = ${ALL}\n}`,
      ].join('\n'),
    );
    expect(principals.map(({ nativeId }) => nativeId)).toEqual(
      ['a', 'b', 'c', 'd'].map((name) => `terraform:aws:iam::infra:user/aws_iam_user.${name}`),
    );
    expect(grants.map(({ principal }) => principal)).toEqual(['aws:user:terraform:aws:iam::infra:user/aws_iam_user.b']);
  });

  it('is called by its name where that is known, and has its address as an alias', async () => {
    const { principals } = await scanHcl(
      'variable "team" {\n  default = "core"\n}\nlocals {\n  name = "${var.team}-ci"\n}\nresource "aws_iam_user" "ci" {\n  name = upper(local.name)\n}\n',
    );
    expect(principals).toMatchObject([
      {
        nativeId: 'terraform:aws:iam::infra:user/CORE-CI',
        name: 'CORE-CI',
        aliases: ['terraform:aws:iam::infra:user/aws_iam_user.ci'],
      },
    ]);
  });

  it.each(['count = var.many', 'for_each = var.names', 'count = var.create ? 1 : 0', 'count = 101', 'count = "x"'])(
    'may be several with %s',
    async (meta) => {
      const { principals } = await scanHcl(`resource "aws_iam_user" "ci" {\n  ${meta}\n  name = "ci"\n}\n`);
      expect(principals).toMatchObject([
        { nativeId: 'terraform:aws:iam::infra:user/aws_iam_user.ci', attributes: { instances: 'unknown' } },
      ]);
    },
  );

  it.each([
    ['count = 0', '"ci"', []],
    ['count = 1', '"ci"', ['user/ci']],
    ['count = 2', '"ci-${count.index}"', ['user/ci-0', 'user/ci-1']],
    ['for_each = toset(["a", "b"])', '"ci-${each.key}"', ['user/ci-a', 'user/ci-b']],
    ['for_each = { a = "x", b = var.unknown }', '"ci-${each.key}"', ['user/ci-a', 'user/ci-b']],
    ['for_each = { a = "x", b = var.unknown }', '"${each.value}"', ['user/x', 'user/aws_iam_user.ci.b']],
    ['count = length(["a", "b"])', 'var.name', ['user/aws_iam_user.ci.0', 'user/aws_iam_user.ci.1']],
  ])('is each of those that are known: %s, %s', async (meta, name, expected) => {
    const { principals } = await scanHcl(`resource "aws_iam_user" "ci" {\n  ${meta}\n  name = ${name}\n}\n`);
    expect(principals.map(({ nativeId, attributes }) => [nativeId, attributes?.instances])).toEqual(
      expected.map((name) => [`terraform:aws:iam::infra:${name}`, undefined]),
    );
  });

  it('is of its folder', async () => {
    const text = 'resource "aws_iam_user" "ci" {\n  name = "ci"\n}\n';
    const [one, other] = await Promise.all([scanHcl(text, 'a/main.tf'), scanHcl(text, 'main.tf')]);
    expect(one.principals[0]?.nativeId).toBe('terraform:aws:iam::a:user/ci');
    expect(other.principals[0]?.nativeId).toBe('terraform:aws:iam::.:user/ci');
  });

  it('is the same whichever file of a folder speaks of it', async () => {
    const role = await scanHcl('resource "aws_iam_role" "ci" {\n  name = "ci"\n}\n', 'infra/roles.tf');
    const { grants, problems } = await scanHcl(
      `resource "aws_iam_role_policy" "p" {\n  role = aws_iam_role.ci[0].id\n  name = "p"\n  policy = ${ALL}\n}\n`,
      'infra/policies.tf',
    );
    expect(problems).toEqual([]);
    expect(grants[0]?.principal).toBe('aws:role:terraform:aws:iam::infra:role/aws_iam_role.ci');
    expect(role.principals[0]?.aliases).toContain(grants[0]?.principal.slice('aws:role:'.length));
  });

  it('marks grants, which may be of somebody who is there', async () => {
    const { grants } = await scanHcl(
      `resource "aws_iam_role_policy" "p" {\n  role = "arn:aws:iam::111122223333:role/there"\n  name = "p"\n  policy = ${ALL}\n}\n`,
    );
    expect(grants).toMatchObject([
      { principal: 'aws:role:arn:aws:iam::111122223333:role/there', via: ['declared', 'policy:p'] },
    ]);
  });

  it.each([
    ['count', 'aws_iam_role.ci[0].name'],
    ['a splat', 'one(aws_iam_role.ci[*].name)'],
    ['an old splat', 'join("", aws_iam_role.ci.*.name)'],
    ['a key', 'aws_iam_role.ci["x"].name'],
    ['a key that is not known', 'aws_iam_role.ci[each.key].name'],
    ['try', 'try(aws_iam_role.ci[0].name, "")'],
    ['an element', 'element(concat(aws_iam_role.ci[*].name, [""]), 0)'],
  ])('is found by %s', async (_, reference) => {
    const { grants } = await scanHcl(
      `resource "aws_iam_role" "ci" {\n  count = 1\n}\nresource "aws_iam_role_policy" "p" {\n  role = ${reference}\n  name = "p"\n  policy = ${ALL}\n}\n`,
    );
    expect(grants.map(({ principal }) => principal)).toEqual([
      'aws:role:terraform:aws:iam::infra:role/aws_iam_role.ci',
    ]);
  });

  it('attaches managed policies of the same file, by reference', async () => {
    const { grants } = await scanHcl(`
resource "aws_iam_user" "u" {
  name = "u"
}
resource "aws_iam_policy" "p" {
  name = "p"
  policy = ${ALL}
}
resource "aws_iam_user_policy_attachment" "a" {
  user = aws_iam_user.u.name
  policy_arn = aws_iam_policy.p.arn
}
resource "aws_iam_user_policy_attachment" "b" {
  user = aws_iam_user.u.name
  policy_arn = "arn:\${data.aws_partition.current.partition}:iam::aws:policy/ReadOnlyAccess"
}
resource "aws_iam_user_policy_attachment" "c" {
  user = aws_iam_user.u.name
  policy_arn = var.extra
}
`);
    expect(grants.map(({ actions, unknownContent, via }) => [unknownContent ?? actions, via[1]])).toEqual([
      [['*'], 'policy:terraform:aws:iam::infra:policy/p'],
      [true, 'policy:arn:aws:iam::aws:policy/ReadOnlyAccess'],
      [true, 'policy:aws_iam_user_policy_attachment.c.policy_arn'],
    ]);
  });

  it('attaches each of several policies that are listed', async () => {
    const { grants } = await scanHcl(`
resource "aws_iam_role_policy_attachment" "all" {
  for_each = toset(["ReadOnlyAccess", "IAMFullAccess"])
  role = aws_iam_role.ci[each.key].name
  policy_arn = "arn:aws:iam::aws:policy/\${each.value}"
}
`);
    expect(grants.map(({ principal, via }) => [principal, via[1]])).toEqual(
      ['ReadOnlyAccess', 'IAMFullAccess'].map((name) => [
        'aws:role:terraform:aws:iam::infra:role/aws_iam_role.ci',
        `policy:arn:aws:iam::aws:policy/${name}`,
      ]),
    );
  });

  it('keeps policies in the block of a role that are not known', async () => {
    const { grants } = await scanHcl(`
resource "aws_iam_role" "r" {
  name = "r"
  managed_policy_arns = [var.arn, "arn:aws:iam::aws:policy/ReadOnlyAccess"]
  inline_policy {
    name = "known"
    policy = ${ALL}
  }
  inline_policy {
    name = var.name
    policy = var.policy
  }
  dynamic "inline_policy" {
    for_each = var.more
    content {
      name = "x"
    }
  }
  inline_policy {}
}
`);
    expect(grants.map(({ unknownContent, actions }) => unknownContent ?? actions)).toEqual([
      ['*'],
      true,
      true,
      true,
      true,
    ]);
  });
});

describe('whom a role trusts', () => {
  const role = (trust: string, more = '') =>
    scanHcl(`${more}\nresource "aws_iam_role" "ci" {\n  name = "ci"\n  assume_role_policy = ${trust}\n}\n`);
  const document = (statement: string) => `jsonencode({ Version = "2012-10-17", Statement = [${statement}] })`;
  const to = (principal: string, action = 'sts:AssumeRole') =>
    document(`{ Effect = "Allow", Action = "${action}", Principal = ${principal} }`);

  it('is a provider of tokens that is declared beside it', async () => {
    const { trusts } = await role(
      to('{ Federated = aws_iam_openid_connect_provider.gh.arn }', 'sts:AssumeRoleWithWebIdentity'),
      'resource "aws_iam_openid_connect_provider" "gh" {\n  url = "https://token.actions.githubusercontent.com"\n}\n',
    );
    expect(trusts).toMatchObject([
      {
        how: 'assume-web-identity',
        subject: { kind: 'federated', issuer: 'token.actions.githubusercontent.com' },
      },
    ]);
  });

  it('is the account itself', async () => {
    const { trusts, principals } = await role(
      to('{ AWS = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root" }'),
    );
    expect(trusts).toMatchObject([{ subject: { kind: 'account', value: 'infra' } }]);
    expect(principals.map(({ id }) => id)).toContain('aws:account:terraform:infra');
  });

  it('is another role of the folder, by reference or by name', async () => {
    const { trusts } = await role(
      to('{ AWS = [aws_iam_role.other.arn, "arn:aws:iam::${data.aws_caller_identity.me.account_id}:role/named"] }'),
    );
    expect(trusts.map(({ subject }) => subject.kind === 'principal' && subject.id)).toEqual([
      'aws:role:terraform:aws:iam::infra:role/aws_iam_role.other',
      'aws:role:terraform:aws:iam::infra:role/named',
    ]);
  });

  it.each(['var.trust', 'data.aws_iam_policy_document.elsewhere.json', 'templatefile("trust.json", {})'])(
    'is somebody where it is %s',
    async (trust) => {
      const { trusts, problems } = await role(trust);
      expect(problems).toEqual([]);
      expect(trusts).toHaveLength(1);
      expect(trusts[0]?.subject).toMatchObject({
        kind: 'principal',
        id: expect.stringContaining('terraform:infra:${'),
      });
    },
  );

  it('is a service', async () => {
    const { trusts } = await role(to('{ Service = "ec2.amazonaws.com" }'));
    expect(trusts).toMatchObject([{ subject: { kind: 'service', value: 'ec2.amazonaws.com' } }]);
  });
});

describe('Google Cloud', () => {
  it('files what is not known under its folder, and keeps members as somebody', async () => {
    const { grants, principals, problems } = await scanHcl(`
resource "google_service_account" "ci" {
  account_id = "ci"
}
resource "google_project_iam_member" "a" {
  project = var.project
  role = "roles/editor"
  member = "serviceAccount:\${google_service_account.ci.email}"
}
resource "google_project_iam_binding" "b" {
  project = "acme"
  role = "roles/viewer"
  members = [var.who, google_service_account.fixed.member]
}
resource "google_service_account" "fixed" {
  account_id = "fixed"
  project = "acme"
}
`);
    expect(problems).toEqual([]);
    expect(grants.map(({ principal, scope }) => [principal, scope])).toEqual([
      ['gcp:service-account:terraform:infra:google_service_account.ci', 'projects/terraform.infra.var.project'],
      ['gcp:unknown:terraform:infra:${var.who}', 'projects/acme'],
      ['gcp:service-account:fixed@acme.iam.gserviceaccount.com', 'projects/acme'],
    ]);
    expect(principals.find(({ name }) => name === 'fixed@acme.iam.gserviceaccount.com')?.aliases).toEqual([
      'terraform:infra:google_service_account.fixed',
    ]);
  });
});

describe('the JSON form', () => {
  it('says the same', async () => {
    const json = JSON.stringify({
      '//': 'made by a program',
      variable: { team: { default: 'core' } },
      data: {
        aws_iam_policy_document: {
          p: { statement: [{ actions: ['*'], resources: ['*'] }] },
        },
      },
      resource: {
        aws_iam_role: {
          ci: {
            name: '${var.team}-ci',
            inline_policy: { name: 'p', policy: '${data.aws_iam_policy_document.p.json}' },
          },
        },
      },
    });
    const text = `
variable "team" {
  default = "core"
}
data "aws_iam_policy_document" "p" {
  statement {
    actions = ["*"]
    resources = ["*"]
  }
}
resource "aws_iam_role" "ci" {
  name = "\${var.team}-ci"
  inline_policy {
    name = "p"
    policy = data.aws_iam_policy_document.p.json
  }
}
`;
    const [one, other] = await Promise.all([scanHcl(json, 'infra/main.tf.json'), scanHcl(text)]);
    expect(one.format).toBe('hcl-json');
    const ids = ({ facts }: typeof one) => facts.map(({ body }) => body.id);
    expect(ids(one)).toEqual(ids(other));
    expect(one.grants.map(({ actions }) => actions)).toEqual([['*']]);
  });

  it.each([
    ['[]', 'infra/main.tf.json:1:1: a source of Terraform that is not an object'],
    ['{"resource":', 'infra/main.tf.json:1:13: the file ends inside of a JSON document'],
    ['{"resource":{"aws_iam_role":{"a":{"name":"${"}}}}', /^infra\/main\.tf\.json:1:42: /],
  ])('says what is wrong with %s', async (text, problem) => {
    const { problems } = await scanHcl(text, 'infra/main.tf.json');
    expect(problems).toHaveLength(1);
    expect(problems[0]?.replace(/^ERR_SCAN_\w+ /, '')).toMatch(problem);
  });
});

describe('hostile sources', () => {
  it.each([
    '/* x */ resource "aws_iam_user" "a" {}',
    'resource /* x */ "aws_iam_user" "a" {}',
    'resource "aws_iam\\u005fuser" a {}',
    'resource\taws_iam_user\ta {}',
  ])('hides nothing by the way that it is written: %s', async (text) => {
    expect((await scanHcl(`${text}\n`)).principals).toHaveLength(1);
  });

  it('needs no parser for what says nothing of identities', async () => {
    const { format, problems } = await scanHcl('resource "aws_s3_bucket" "b" {{{\n');
    expect([format, problems]).toEqual(['hcl', []]);
  });

  it.each([
    '<<E\n{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"NumericLessThan": {"a:b": 1e999}}}}\nE',
    'jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "*", Resource = "*", Condition = { NumericLessThan = { "a:b" = 1e308 * 10 } } }] })',
  ])('has no number that is none', async (policy) => {
    const { grants, problems } = await scanHcl(
      `resource "aws_iam_role_policy" "p" {\n  role = "x"\n  policy = ${policy}\n}\n`,
    );
    expect(problems).toEqual([]);
    expect(grants[0]?.condition).toEqual({ NumericLessThan: { 'a:b': 'Infinity' } });
  });

  it('says where the syntax is wrong, and reads the rest', async () => {
    const { problems, principals } = await scanHcl('resource "aws_iam_user" "a" {\n  name = "a"\n}\nresource = = {\n');
    expect(problems).toEqual(['infra/main.tf:4:12: invalid expression']);
    expect(principals).toHaveLength(1);
  });

  it.each([
    ['text', (n: number) => `l${n} = "\${local.l${n - 1}}\${local.l${n - 1}}"`, 'l0 = "0123456789"'],
    ['lists', (n: number) => `l${n} = [local.l${n - 1}, local.l${n - 1}]`, 'l0 = ["x"]'],
    ['sums of lists', (n: number) => `l${n} = concat(local.l${n - 1}, local.l${n - 1})`, 'l0 = ["x"]'],
    [
      'loops',
      (n: number) => `l${n} = flatten([for a in local.l${n - 1} : [for b in local.l${n - 1} : a]])`,
      'l0 = ["x", "y"]',
    ],
  ])('does not grow with %s of themselves', async (_, line, first) => {
    const lines = [first, ...Array.from({ length: 60 }, (_, index) => line(index + 1))];
    const text = `locals {\n${lines.join('\n')}\n}\nresource "aws_iam_user" "a" {\n  name = "a"\n  tags = { x = jsonencode(local.l60) }\n}\n`;
    const started = performance.now();
    const { principals } = await scanHcl(text);
    expect(principals).toHaveLength(1);
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  it('follows a long row of names only so far', async () => {
    const lines = Array.from({ length: 5_000 }, (_, index) => `l${index} = local.l${index + 1}`);
    const text = `locals {\n${lines.join('\n')}\nl5000 = "x"\n}\nresource "aws_iam_user" "a" {\n  name = local.l0\n}\n`;
    const { principals, problems } = await scanHcl(text);
    expect(problems).toEqual([]);
    expect(principals).toMatchObject([{ nativeId: 'terraform:aws:iam::infra:user/aws_iam_user.a' }]);
  });

  it('gives only typed errors', async () => {
    const words = fc.constantFrom(
      ...[
        'resource "aws_iam_role" "a" {\n',
        'data "aws_iam_policy_document" "d" {\n',
        'statement {\n',
        '}\n',
        'locals {\n',
      ],
      ...[
        'name = ',
        'policy = ',
        'assume_role_policy = ',
        'count = ',
        'for_each = ',
        '"a"',
        'local.a',
        'jsonencode(',
        ')',
      ],
      ...[
        'data.aws_iam_policy_document.d.json',
        'aws_iam_role.a',
        '[*]',
        '.arn',
        '${',
        '"',
        '{',
        '[',
        ']',
        'for x in ',
        ' : ',
        '\n',
      ],
      ...[
        '__proto__',
        'constructor',
        'dynamic "statement" {\n',
        'content {\n',
        'each.key',
        'try(',
        'format("%s", ',
        '"{}"',
        ', ',
      ],
    );
    const source = fc
      .array(words, { maxLength: 50 })
      .map((parts) => `resource "aws_iam_user" "u" {\n}\n${parts.join('')}`);
    await fc.assert(
      fc.asyncProperty(source, async (text) => {
        // Anything but an error of lapse's own is thrown on.
        const { facts } = await scanHcl(text);
        expect(JSON.stringify(facts)).not.toContain('arn:aws:iam::unknown');
      }),
      { numRuns: 300 },
    );
  });
});
