// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how HCL writes them
import { describe, expect, it } from 'vitest';
import { said, scanHcl } from './hcl-scan.ts';

const ROLE = `
resource "aws_iam_role" "ci" {
  name = "ci"
}
`;
const attached = (policy: string, more = '') =>
  `${ROLE}${more}\nresource "aws_iam_role_policy" "p" {\n  role = aws_iam_role.ci.name\n  name = "p"\n  policy = ${policy}\n}\n`;

async function grantsOf(policy: string, more = '') {
  const { grants, problems } = await scanHcl(attached(policy, more));
  expect(problems).toEqual([]);
  return grants.map(said);
}

describe('three ways to write a policy document', () => {
  const expected = [
    {
      effect: 'allow',
      actions: ['s3:GetObject', 's3:ListBucket'],
      resources: ['arn:aws:s3:::acme', 'arn:aws:s3:::acme/*'],
      condition: { Bool: { 'aws:SecureTransport': ['true'] } },
    },
    { effect: 'deny', notActions: ['iam:Get*'], resources: ['*'], actions: [] },
    { effect: 'allow', actions: ['iam:PassRole'], resources: ['terraform:aws:iam::infra:role/ci'] },
    { effect: 'allow', actions: ['iam:*'], resources: ['arn:aws:iam::*:user/${aws:username}'] },
  ];
  const object = `{
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Action = ["s3:GetObject", "s3:ListBucket"]
        Resource = ["arn:aws:s3:::acme", "arn:aws:s3:::acme/*"]
        Condition = { Bool = { "aws:SecureTransport" = ["true"] } }
      },
      { Effect = "Deny", NotAction = "iam:Get*", Resource = "*" },
      { Effect = "Allow", Action = "iam:PassRole", Resource = aws_iam_role.ci.arn },
      { Effect = "Allow", Action = ["iam:*"], Resource = "arn:aws:iam::*:user/$\${aws:username}" },
    ]
  }`;
  const heredoc = `<<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Action": ["s3:GetObject", "s3:ListBucket"],
          "Resource": ["arn:aws:s3:::acme", "arn:aws:s3:::acme/*"],
          "Condition": { "Bool": { "aws:SecureTransport": ["true"] } }
        },
        { "Effect": "Deny", "NotAction": "iam:Get*", "Resource": "*" },
        { "Effect": "Allow", "Action": "iam:PassRole", "Resource": "\${aws_iam_role.ci.arn}" },
        { "Effect": "Allow", "Action": ["iam:*"], "Resource": "arn:aws:iam::*:user/$\${aws:username}" }
      ]
    }
  EOT`;
  const data = `data "aws_iam_policy_document" "p" {
    statement {
      actions = ["s3:GetObject", "s3:ListBucket"]
      resources = ["arn:aws:s3:::acme", "arn:aws:s3:::acme/*"]
      condition {
        test = "Bool"
        variable = "aws:SecureTransport"
        values = ["true"]
      }
    }
    statement {
      effect = "Deny"
      not_actions = ["iam:Get*"]
      resources = ["*"]
    }
    statement {
      actions = ["iam:PassRole"]
      resources = [aws_iam_role.ci.arn]
    }
    statement {
      actions = ["iam:*"]
      resources = ["arn:aws:iam::*:user/&{aws:username}"]
    }
  }`;

  it.each<[string, string, string]>([
    ['jsonencode', `jsonencode(${object})`, ''],
    ['a heredoc', heredoc, ''],
    ['a data source', 'data.aws_iam_policy_document.p.json', data],
    ['a local', 'local.policy', `locals {\n  policy = jsonencode(local.object)\n  object = ${object}\n}`],
  ])('%s', async (_, policy, more) => {
    expect(await grantsOf(policy, more)).toEqual(expected);
  });

  it('give the same grants, to the id', async () => {
    const ids = await Promise.all(
      [
        [`jsonencode(${object})`, ''],
        [heredoc, ''],
        ['data.aws_iam_policy_document.p.json', data],
      ].map(async ([policy = '', more = '']) => (await scanHcl(attached(policy, more))).grants.map(({ id }) => id)),
    );
    expect(ids[1]).toEqual(ids[0]);
    expect(ids[2]).toEqual(ids[0]);
  });
});

describe('the place of a statement', () => {
  const lines = async (policy: string, more = '') => {
    const { grants } = await scanHcl(attached(policy, more));
    return grants.map(({ locations: [at] }) => `${at?.line}:${at?.column}`);
  };

  it('is that of its object', async () => {
    const policy =
      'jsonencode({\n  Version = "2012-10-17"\n  Statement = [\n    { Effect = "Allow", Action = "a:a", Resource = "*" },\n    { Effect = "Allow", Action = var.x, Resource = "*" },\n    { Effect = "Allow", Action = "b:b", Resource = "*" },\n  ]\n})';
    // What is not known stands where the policy is said.
    expect(await lines(policy)).toEqual(['12:5', '14:5', '9:12']);
  });

  it('is that of its lines in a heredoc', async () => {
    const policy =
      '<<-EOT\n    {\n      "Version": "2012-10-17", "Id": "{[",\n      "Statement": [\n        {"Effect": "Allow", "Action": "a:a", "Resource": "*", "Condition": {"Bool": {"a:b": ["true"]}}},\n        {"Effect": "Allow", "Action": "b:b", "Resource": "${var.x}"}\n      ]\n    }\n  EOT';
    expect(await lines(policy)).toEqual(['13:9', '14:9']);
  });

  it('is that of the one that a heredoc has', async () => {
    const policy =
      '<<EOT\n{"Version": "2012-10-17",\n  "Statement": {"Effect": "Allow", "Action": "a:a", "Resource": "*", "Condition": {"Bool": {"a:b": [{}]}}}}\nEOT';
    expect(await lines(policy)).toEqual(['11:16']);
  });

  it('is that of its block, also through another document', async () => {
    const data = (name: string, body: string) => `data "aws_iam_policy_document" "${name}" {\n${body}\n}\n`;
    const more = [
      data('a', '  statement {\n    actions = ["a:a"]\n    resources = ["*"]\n  }'),
      data(
        'b',
        '  source_policy_documents = [data.aws_iam_policy_document.a.json]\n  statement {\n    actions = ["b:b"]\n    resources = ["*"]\n  }',
      ),
    ].join('');
    expect(await lines('data.aws_iam_policy_document.b.json', more)).toEqual(['6:3', '13:3']);
  });
});

describe('a policy of which something is not known', () => {
  const UNKNOWN = { effect: 'allow', actions: [], resources: [], unknownContent: true };

  it('keeps a placeholder in a resource, as a variable without a value', async () => {
    const policy =
      'jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "s3:*", Resource = "arn:aws:s3:::${var.bucket}/*" }] })';
    expect(await grantsOf(policy)).toEqual([
      { effect: 'allow', actions: ['s3:*'], resources: ['arn:aws:s3:::${var.bucket}/*'] },
    ]);
  });

  it('has no wildcard in a placeholder', async () => {
    const policy =
      'jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "s3:*", Resource = aws_s3_bucket.b[*].arn }] })';
    expect(await grantsOf(policy)).toEqual([
      { effect: 'allow', actions: ['s3:*'], resources: ['${aws_s3_bucket.b.arn}'] },
    ]);
  });

  it('keeps the actions that are known, and says that there are others', async () => {
    const policy =
      'jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = ["s3:Get*", var.action], Resource = "*" }] })';
    expect(await grantsOf(policy)).toEqual([{ effect: 'allow', actions: ['s3:Get*'], resources: ['*'] }, UNKNOWN]);
  });

  it.each([
    ['an action', '{ Effect = "Allow", Action = "${var.service}:*", Resource = "*" }'],
    ['an effect', '{ Effect = var.effect, Action = "s3:*", Resource = "*" }'],
    ['what is left out', '{ Effect = "Allow", NotAction = var.actions, Resource = "*" }'],
    ['a statement', 'var.statement'],
  ])('is unknown where %s is', async (_, statement) => {
    const known = '{ Effect = "Allow", Action = "sqs:*", Resource = "*" }';
    const policy = `jsonencode({ Version = "2012-10-17", Statement = [${statement}, ${known}] })`;
    expect(await grantsOf(policy)).toEqual([{ effect: 'allow', actions: ['sqs:*'], resources: ['*'] }, UNKNOWN]);
  });

  it('is unknown where a document of the old version holds a placeholder, which would be plain text in it', async () => {
    const policy =
      'jsonencode({ Statement = [{ Effect = "Allow", Action = "s3:*", Resource = "${var.bucket}" }, { Effect = "Allow", Action = "a:b", Resource = "*" }] })';
    expect(await grantsOf(policy)).toEqual([{ effect: 'allow', actions: ['a:b'], resources: ['*'] }, UNKNOWN]);
  });

  it.each([
    ['a variable', 'var.policy'],
    ['an empty default', 'var.empty'],
    ['a template file', 'templatefile("policy.json", {})'],
    ['a file', 'file("policy.json")'],
    ['a document of another file', 'data.aws_iam_policy_document.elsewhere.json'],
    ['a module', 'module.policy.json'],
    ['text that is no JSON before it is known', '"{ ${var.x} }"'],
    ['itself', 'local.a'],
  ])('is one grant of unknown content where it is %s', async (_, policy) => {
    const more = 'variable "empty" {\n  default = ""\n}\nlocals {\n  a = local.b\n  b = "${local.a}"\n}\n';
    expect(await grantsOf(policy, more)).toEqual([UNKNOWN]);
  });

  it('is told of once, and is no problem', async () => {
    const { problems } = await scanHcl(attached('var.policy'));
    expect(problems).toEqual([]);
  });

  it('is a problem where it is known to be wrong', async () => {
    const { problems } = await scanHcl(attached('"{ not json"'));
    expect(problems).toEqual(['infra/main.tf:9:12: a policy document that is not JSON (p)']);
  });
});

describe('the data source of policy documents', () => {
  const statements = (body: string) =>
    grantsOf('data.aws_iam_policy_document.p.json', `data "aws_iam_policy_document" "p" {\n${body}\n}\n`);

  it('takes statements of others, and replaces those of one name', async () => {
    const more = `
data "aws_iam_policy_document" "base" {
  statement {
    sid = "A"
    actions = ["a:a"]
    resources = ["*"]
  }
  statement {
    sid = "B"
    actions = ["b:b"]
    resources = ["*"]
  }
}
data "aws_iam_policy_document" "over" {
  statement {
    sid = "B"
    actions = ["c:c"]
    resources = ["*"]
  }
}
data "aws_iam_policy_document" "p" {
  source_policy_documents = [data.aws_iam_policy_document.base.json]
  override_policy_documents = [data.aws_iam_policy_document.over.json]
}
`;
    const grants = await grantsOf('data.aws_iam_policy_document.p.json', more);
    expect(grants.map(({ actions }) => actions)).toEqual([['a:a'], ['c:c']]);
  });

  it('is partly unknown with a source that is', async () => {
    const grants = await statements(
      'source_policy_documents = [var.base]\nstatement {\n actions = ["a:a"]\n resources = ["*"]\n}',
    );
    expect(grants.map(({ actions, unknownContent }) => unknownContent ?? actions)).toEqual([['a:a'], true]);
  });

  it('repeats dynamic statements', async () => {
    const grants = await statements(`
  dynamic "statement" {
    for_each = { s3 = "acme", sqs = "queue" }
    content {
      actions = ["\${statement.key}:*"]
      resources = [statement.value]
    }
  }
  dynamic "statement" {
    for_each = ["x:y"]
    iterator = one
    content {
      actions = [one.value]
      resources = ["*"]
    }
  }`);
    expect(grants.map(({ actions, resources }) => [...actions, ...resources])).toEqual([
      ['s3:*', 'acme'],
      ['sqs:*', 'queue'],
      ['x:y', '*'],
    ]);
  });

  it('does not know dynamic statements over what is not known', async () => {
    const grants = await statements(
      'dynamic "statement" {\n for_each = var.all\n content {\n actions = ["a:b"]\n resources = ["*"]\n }\n}',
    );
    expect(grants).toEqual([{ effect: 'allow', actions: [], resources: [], unknownContent: true }]);
  });

  it('is not changed by names that objects have', async () => {
    const grants = await statements(
      'statement {\n actions = ["a:b"]\n resources = ["*"]\n condition {\n test = "__proto__"\n variable = "polluted"\n values = ["x"]\n }\n}',
    );
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(grants[0]?.condition).toEqual(JSON.parse('{"__proto__":{"polluted":["x"]}}'));
  });
});
