/** Actions on IAM itself that give somebody more than they had, or take a limit away. */
export const IAM_WRITE_ACTIONS: readonly string[] = [
  'iam:AddUserToGroup',
  'iam:AttachGroupPolicy',
  'iam:AttachRolePolicy',
  'iam:AttachUserPolicy',
  'iam:CreateAccessKey',
  'iam:CreateLoginProfile',
  'iam:CreatePolicyVersion',
  'iam:DeleteRolePermissionsBoundary',
  'iam:DeleteUserPermissionsBoundary',
  'iam:PutGroupPolicy',
  'iam:PutRolePermissionsBoundary',
  'iam:PutRolePolicy',
  'iam:PutUserPermissionsBoundary',
  'iam:PutUserPolicy',
  'iam:SetDefaultPolicyVersion',
  'iam:UpdateAssumeRolePolicy',
  'iam:UpdateLoginProfile',
];

/** Actions that hand out the content of a store of secrets, and how the ARN of all that it holds ends. */
export const SECRET_STORES: readonly {
  readonly what: string;
  readonly service: string;
  readonly all: string;
  readonly actions: readonly string[];
}[] = [
  {
    what: 'every secret in Secrets Manager',
    service: 'secretsmanager',
    all: 'secret:*',
    actions: ['secretsmanager:GetSecretValue', 'secretsmanager:BatchGetSecretValue'],
  },
  {
    what: 'every parameter in SSM Parameter Store',
    service: 'ssm',
    all: 'parameter/*',
    actions: ['ssm:GetParameter', 'ssm:GetParameters', 'ssm:GetParametersByPath', 'ssm:GetParameterHistory'],
  },
];

/** Beginnings of actions that change nothing; what does not begin so counts as a write. */
export const READING_VERBS: readonly string[] = [
  'batchget',
  'batchdescribe',
  'check',
  'describe',
  'discover',
  'estimate',
  'filter',
  'get',
  'head',
  'list',
  'lookup',
  'preview',
  'query',
  'read',
  'scan',
  'search',
  'select',
  'simulate',
  'test',
  'validate',
  'view',
];

/**
 * Writes that have no narrower resource to name, or whose narrower form every AWS guide leaves out because nothing hangs on
 * it: telemetry, and the network interfaces of functions. Without capitals; a pattern covers what it covers.
 */
export const HARMLESS_WRITES: readonly string[] = [
  'cloudwatch:putmetricdata',
  'ec2:assignprivateipaddresses',
  'ec2:createnetworkinterface',
  'ec2:deletenetworkinterface',
  'ec2:unassignprivateipaddresses',
  'ec2messages:*',
  'logs:create*',
  'logs:put*',
  'ssm:updateinstanceinformation',
  'ssmmessages:*',
  'sts:decodeauthorizationmessage',
  'xray:put*',
];
