/**
 * One way in AWS from what a principal may do to more than that, as data. All `target`, `policy` and `anywhere` actions must
 * hold together, over all policies of the principal.
 */
export interface EscalationRow {
  readonly id: string;
  /** Number of the path in the public catalogue at pathfinding.cloud, where it has one. */
  readonly path?: string;
  /** Only users (or only roles) can do this. */
  readonly actor?: 'user' | 'role';
  /** What the way leads over: itself, its groups, another user, role or group of the account, a role that trusts `services`. */
  readonly over: 'self' | 'own-groups' | 'user' | 'role' | 'group' | 'assumable-roles' | 'service-roles' | 'nothing';
  /** `target`: it becomes what it leads over. `self`: it can give itself any permission, up to its boundary. */
  readonly result: 'target' | 'self';
  /** Needed on what the way leads over; `iam:PassRole` is asked for the service it is passed to. */
  readonly target?: readonly string[];
  /** Needed on a customer-managed policy that is attached to what the way leads over. */
  readonly policy?: readonly string[];
  /** Needed on some resource of the service. */
  readonly anywhere?: readonly string[];
  /** It must also be able to assume the role that the way leads over. */
  readonly assume?: true;
  /** Services whose roles can be used, by their principal name without `.amazonaws.com`. */
  readonly services?: readonly string[];
  /** What else must be so, of the target or of the actor; see `gates.ts`. */
  readonly gate?: Gate;
  /** What no export of the identity side shows, and what the answer therefore depends on. */
  readonly provided?: string;
}

export type Gate =
  | 'spare-access-key-slot'
  | 'two-access-keys'
  | 'no-console-password'
  | 'console-password'
  | 'bounded'
  | 'held-back-by-deny';

const SELF = { over: 'self', result: 'self' } as const;
const PASS = { over: 'service-roles', result: 'target', target: ['iam:PassRole'] } as const;
const EXISTING = { over: 'service-roles', result: 'target' } as const;

/** Sources: the catalogue of pathfinding.cloud (`path`), and for the rest the sources named in `docs/sources/aws.md`. */
export const ESCALATIONS: readonly EscalationRow[] = [
  // Its own rights widened.
  { id: 'iam-create-policy-version', path: 'iam-001', ...SELF, policy: ['iam:CreatePolicyVersion'] },
  { id: 'iam-put-role-policy', path: 'iam-005', actor: 'role', ...SELF, target: ['iam:PutRolePolicy'] },
  { id: 'iam-put-user-policy', path: 'iam-007', actor: 'user', ...SELF, target: ['iam:PutUserPolicy'] },
  { id: 'iam-attach-user-policy', path: 'iam-008', actor: 'user', ...SELF, target: ['iam:AttachUserPolicy'] },
  { id: 'iam-attach-role-policy', path: 'iam-009', actor: 'role', ...SELF, target: ['iam:AttachRolePolicy'] },
  {
    id: 'iam-attach-group-policy',
    path: 'iam-010',
    actor: 'user',
    over: 'own-groups',
    result: 'self',
    target: ['iam:AttachGroupPolicy'],
  },
  {
    id: 'iam-put-group-policy',
    path: 'iam-011',
    actor: 'user',
    over: 'own-groups',
    result: 'self',
    target: ['iam:PutGroupPolicy'],
  },
  {
    id: 'iam-add-user-to-group',
    path: 'iam-013',
    actor: 'user',
    over: 'group',
    result: 'target',
    target: ['iam:AddUserToGroup'],
  },
  {
    id: 'iam-set-default-policy-version',
    ...SELF,
    policy: ['iam:SetDefaultPolicyVersion'],
    provided: 'another version of the policy allows more',
  },
  {
    id: 'iam-delete-user-boundary',
    actor: 'user',
    ...SELF,
    target: ['iam:DeleteUserPermissionsBoundary'],
    gate: 'bounded',
  },
  {
    id: 'iam-delete-role-boundary',
    actor: 'role',
    ...SELF,
    target: ['iam:DeleteRolePermissionsBoundary'],
    gate: 'bounded',
  },
  { id: 'iam-put-user-boundary', actor: 'user', ...SELF, target: ['iam:PutUserPermissionsBoundary'], gate: 'bounded' },
  { id: 'iam-put-role-boundary', actor: 'role', ...SELF, target: ['iam:PutRolePermissionsBoundary'], gate: 'bounded' },
  { id: 'iam-delete-user-policy', actor: 'user', ...SELF, target: ['iam:DeleteUserPolicy'], gate: 'held-back-by-deny' },
  { id: 'iam-detach-user-policy', actor: 'user', ...SELF, target: ['iam:DetachUserPolicy'], gate: 'held-back-by-deny' },
  { id: 'iam-delete-role-policy', actor: 'role', ...SELF, target: ['iam:DeleteRolePolicy'], gate: 'held-back-by-deny' },
  { id: 'iam-detach-role-policy', actor: 'role', ...SELF, target: ['iam:DetachRolePolicy'], gate: 'held-back-by-deny' },
  {
    id: 'iam-delete-group-policy',
    actor: 'user',
    over: 'own-groups',
    result: 'self',
    target: ['iam:DeleteGroupPolicy'],
    gate: 'held-back-by-deny',
  },
  {
    id: 'iam-detach-group-policy',
    actor: 'user',
    over: 'own-groups',
    result: 'self',
    target: ['iam:DetachGroupPolicy'],
    gate: 'held-back-by-deny',
  },
  {
    id: 'iam-remove-user-from-group',
    actor: 'user',
    over: 'own-groups',
    result: 'self',
    target: ['iam:RemoveUserFromGroup'],
    gate: 'held-back-by-deny',
  },

  // Another principal become, or made its tool.
  {
    id: 'iam-create-access-key',
    path: 'iam-002',
    over: 'user',
    result: 'target',
    target: ['iam:CreateAccessKey'],
    gate: 'spare-access-key-slot',
  },
  {
    id: 'iam-replace-access-key',
    path: 'iam-003',
    over: 'user',
    result: 'target',
    target: ['iam:CreateAccessKey', 'iam:DeleteAccessKey'],
    gate: 'two-access-keys',
  },
  {
    id: 'iam-create-login-profile',
    path: 'iam-004',
    over: 'user',
    result: 'target',
    target: ['iam:CreateLoginProfile'],
    gate: 'no-console-password',
  },
  {
    id: 'iam-update-login-profile',
    path: 'iam-006',
    over: 'user',
    result: 'target',
    target: ['iam:UpdateLoginProfile'],
    gate: 'console-password',
  },
  {
    id: 'iam-update-assume-role-policy',
    path: 'iam-012',
    over: 'role',
    result: 'target',
    target: ['iam:UpdateAssumeRolePolicy'],
  },
  {
    id: 'iam-attach-role-policy-and-assume',
    path: 'iam-014',
    over: 'role',
    result: 'self',
    target: ['iam:AttachRolePolicy'],
    assume: true,
  },
  {
    id: 'iam-attach-user-policy-and-create-key',
    path: 'iam-015',
    over: 'user',
    result: 'self',
    target: ['iam:AttachUserPolicy', 'iam:CreateAccessKey'],
    gate: 'spare-access-key-slot',
  },
  {
    id: 'iam-create-policy-version-and-assume',
    path: 'iam-016',
    over: 'role',
    result: 'self',
    policy: ['iam:CreatePolicyVersion'],
    assume: true,
  },
  {
    id: 'iam-put-role-policy-and-assume',
    path: 'iam-017',
    over: 'role',
    result: 'self',
    target: ['iam:PutRolePolicy'],
    assume: true,
  },
  {
    id: 'iam-put-user-policy-and-create-key',
    path: 'iam-018',
    over: 'user',
    result: 'self',
    target: ['iam:PutUserPolicy', 'iam:CreateAccessKey'],
    gate: 'spare-access-key-slot',
  },
  {
    id: 'iam-attach-role-policy-and-rewrite-trust',
    path: 'iam-019',
    over: 'role',
    result: 'self',
    target: ['iam:AttachRolePolicy', 'iam:UpdateAssumeRolePolicy'],
  },
  {
    id: 'iam-create-policy-version-and-rewrite-trust',
    path: 'iam-020',
    over: 'role',
    result: 'self',
    target: ['iam:UpdateAssumeRolePolicy'],
    policy: ['iam:CreatePolicyVersion'],
  },
  {
    id: 'iam-put-role-policy-and-rewrite-trust',
    path: 'iam-021',
    over: 'role',
    result: 'self',
    target: ['iam:PutRolePolicy', 'iam:UpdateAssumeRolePolicy'],
  },
  { id: 'assume-role', path: 'sts-001', over: 'assumable-roles', result: 'target', assume: true },

  // A role passed to something new.
  {
    id: 'passrole-apprunner',
    path: 'apprunner-001',
    ...PASS,
    services: ['tasks.apprunner'],
    anywhere: ['apprunner:CreateService'],
  },
  {
    id: 'passrole-agentcore-interpreter',
    path: 'bedrock-001',
    ...PASS,
    services: ['bedrock-agentcore'],
    anywhere: [
      'bedrock-agentcore:CreateCodeInterpreter',
      'bedrock-agentcore:StartCodeInterpreterSession',
      'bedrock-agentcore:InvokeCodeInterpreter',
    ],
  },
  {
    id: 'passrole-cloudformation',
    path: 'cloudformation-001',
    ...PASS,
    services: ['cloudformation'],
    anywhere: ['cloudformation:CreateStack'],
  },
  {
    id: 'passrole-cloudformation-stackset',
    path: 'cloudformation-003',
    ...PASS,
    services: ['cloudformation'],
    anywhere: ['cloudformation:CreateStackSet', 'cloudformation:CreateStackInstances'],
  },
  {
    id: 'passrole-cloudformation-update-stackset',
    path: 'cloudformation-004',
    ...PASS,
    services: ['cloudformation'],
    anywhere: ['cloudformation:UpdateStackSet'],
    provided: 'there is a stack set with an instance',
  },
  {
    id: 'passrole-codebuild',
    path: 'codebuild-001',
    ...PASS,
    services: ['codebuild'],
    anywhere: ['codebuild:CreateProject', 'codebuild:StartBuild'],
  },
  {
    id: 'passrole-codebuild-batch',
    path: 'codebuild-004',
    ...PASS,
    services: ['codebuild'],
    anywhere: ['codebuild:CreateProject', 'codebuild:StartBuildBatch'],
  },
  {
    id: 'passrole-datapipeline',
    path: 'datapipeline-001',
    ...PASS,
    services: ['datapipeline', 'elasticmapreduce'],
    anywhere: ['datapipeline:CreatePipeline', 'datapipeline:PutPipelineDefinition', 'datapipeline:ActivatePipeline'],
  },
  { id: 'passrole-ec2', path: 'ec2-001', ...PASS, services: ['ec2'], anywhere: ['ec2:RunInstances'] },
  { id: 'passrole-ec2-spot', path: 'ec2-003', ...PASS, services: ['ec2'], anywhere: ['ec2:RequestSpotInstances'] },
  {
    id: 'passrole-ecs-cluster-service',
    path: 'ecs-001',
    ...PASS,
    services: ['ecs-tasks'],
    anywhere: ['ecs:CreateCluster', 'ecs:RegisterTaskDefinition', 'ecs:CreateService'],
  },
  {
    id: 'passrole-ecs-cluster-task',
    path: 'ecs-002',
    ...PASS,
    services: ['ecs-tasks'],
    anywhere: ['ecs:CreateCluster', 'ecs:RegisterTaskDefinition', 'ecs:RunTask'],
  },
  {
    id: 'passrole-ecs-service',
    path: 'ecs-003',
    ...PASS,
    services: ['ecs-tasks'],
    anywhere: ['ecs:RegisterTaskDefinition', 'ecs:CreateService'],
    provided: 'there is a cluster',
  },
  {
    id: 'passrole-ecs-task',
    path: 'ecs-004',
    ...PASS,
    services: ['ecs-tasks'],
    anywhere: ['ecs:RegisterTaskDefinition', 'ecs:RunTask'],
    provided: 'there is a cluster',
  },
  {
    id: 'passrole-ecs-start-task',
    path: 'ecs-005',
    ...PASS,
    services: ['ecs-tasks'],
    anywhere: ['ecs:RegisterTaskDefinition', 'ecs:StartTask'],
    provided: 'there is a cluster with an instance',
  },
  {
    id: 'passrole-ecs-override',
    ...PASS,
    services: ['ecs-tasks'],
    anywhere: ['ecs:RunTask'],
    provided: 'there is a task definition to override',
  },
  { id: 'passrole-glue-endpoint', path: 'glue-001', ...PASS, services: ['glue'], anywhere: ['glue:CreateDevEndpoint'] },
  {
    id: 'passrole-glue-job',
    path: 'glue-003',
    ...PASS,
    services: ['glue'],
    anywhere: ['glue:CreateJob', 'glue:StartJobRun'],
  },
  {
    id: 'passrole-glue-trigger',
    path: 'glue-004',
    ...PASS,
    services: ['glue'],
    anywhere: ['glue:CreateJob', 'glue:CreateTrigger'],
  },
  {
    id: 'passrole-glue-update-job',
    path: 'glue-005',
    ...PASS,
    services: ['glue'],
    anywhere: ['glue:UpdateJob', 'glue:StartJobRun'],
    provided: 'there is a job',
  },
  {
    id: 'passrole-glue-update-job-trigger',
    path: 'glue-006',
    ...PASS,
    services: ['glue'],
    anywhere: ['glue:UpdateJob', 'glue:CreateTrigger'],
    provided: 'there is a job',
  },
  { id: 'passrole-glue-session', ...PASS, services: ['glue'], anywhere: ['glue:CreateSession', 'glue:RunStatement'] },
  {
    id: 'passrole-lambda',
    path: 'lambda-001',
    ...PASS,
    services: ['lambda'],
    anywhere: ['lambda:CreateFunction', 'lambda:InvokeFunction'],
  },
  {
    id: 'passrole-lambda-event-source',
    path: 'lambda-002',
    ...PASS,
    services: ['lambda'],
    anywhere: ['lambda:CreateFunction', 'lambda:CreateEventSourceMapping'],
  },
  {
    id: 'passrole-lambda-permission',
    path: 'lambda-006',
    ...PASS,
    services: ['lambda'],
    anywhere: ['lambda:CreateFunction', 'lambda:AddPermission'],
  },
  {
    id: 'passrole-sagemaker-notebook',
    path: 'sagemaker-001',
    ...PASS,
    services: ['sagemaker'],
    anywhere: ['sagemaker:CreateNotebookInstance'],
  },
  {
    id: 'passrole-sagemaker-training',
    path: 'sagemaker-002',
    ...PASS,
    services: ['sagemaker'],
    anywhere: ['sagemaker:CreateTrainingJob'],
  },
  {
    id: 'passrole-sagemaker-processing',
    path: 'sagemaker-003',
    ...PASS,
    services: ['sagemaker'],
    anywhere: ['sagemaker:CreateProcessingJob'],
  },
  {
    id: 'passrole-autoscaling-create',
    ...PASS,
    services: ['ec2'],
    anywhere: ['autoscaling:CreateLaunchConfiguration', 'autoscaling:CreateAutoScalingGroup'],
  },
  {
    id: 'passrole-autoscaling-update',
    ...PASS,
    services: ['ec2'],
    anywhere: ['autoscaling:CreateLaunchConfiguration', 'autoscaling:UpdateAutoScalingGroup'],
    provided: 'there is an auto scaling group',
  },
  {
    id: 'passrole-batch',
    ...PASS,
    services: ['ecs-tasks'],
    anywhere: ['batch:RegisterJobDefinition', 'batch:SubmitJob'],
    provided: 'there is a job queue',
  },
  { id: 'passrole-braket', ...PASS, services: ['braket'], anywhere: ['braket:CreateJob'] },
  { id: 'passrole-emr', ...PASS, services: ['ec2', 'elasticmapreduce'], anywhere: ['elasticmapreduce:RunJobFlow'] },
  {
    id: 'passrole-emr-serverless',
    ...PASS,
    services: ['emr-serverless'],
    anywhere: ['emr-serverless:CreateApplication', 'emr-serverless:StartJobRun'],
  },
  {
    id: 'passrole-gamelift',
    ...PASS,
    services: ['gamelift'],
    anywhere: ['gamelift:CreateBuild', 'gamelift:CreateFleet', 'gamelift:RequestUploadCredentials'],
  },
  {
    id: 'passrole-imagebuilder',
    ...PASS,
    services: ['ec2'],
    anywhere: [
      'imagebuilder:CreateComponent',
      'imagebuilder:CreateImageRecipe',
      'imagebuilder:CreateInfrastructureConfiguration',
      'imagebuilder:CreateImage',
    ],
  },
  {
    id: 'passrole-kinesis-analytics',
    ...PASS,
    services: ['kinesisanalytics'],
    anywhere: ['kinesisanalytics:CreateApplication', 'kinesisanalytics:StartApplication'],
  },
  {
    id: 'passrole-omics',
    ...PASS,
    services: ['omics'],
    anywhere: ['omics:CreateWorkflow', 'omics:StartRun', 's3:GetObject'],
  },
  { id: 'passrole-scheduler', ...PASS, services: ['scheduler'], anywhere: ['scheduler:CreateSchedule'] },
  {
    id: 'passrole-ssm-automation',
    ...PASS,
    services: ['ssm'],
    anywhere: ['ssm:CreateDocument', 'ssm:StartAutomationExecution'],
  },
  {
    id: 'passrole-step-functions',
    ...PASS,
    services: ['states'],
    anywhere: ['states:CreateStateMachine', 'states:StartExecution'],
  },

  // Something that runs as a role already, and obeys.
  {
    id: 'apprunner-update-service',
    path: 'apprunner-002',
    ...EXISTING,
    services: ['tasks.apprunner'],
    anywhere: ['apprunner:UpdateService'],
    provided: 'an App Runner service runs as it',
  },
  {
    id: 'agentcore-interpreter',
    path: 'bedrock-002',
    ...EXISTING,
    services: ['bedrock-agentcore'],
    anywhere: ['bedrock-agentcore:StartCodeInterpreterSession', 'bedrock-agentcore:InvokeCodeInterpreter'],
    provided: 'a code interpreter runs as it',
  },
  {
    id: 'cloudformation-update-stack',
    path: 'cloudformation-002',
    ...EXISTING,
    services: ['cloudformation'],
    anywhere: ['cloudformation:UpdateStack'],
    provided: 'a stack has it as its service role',
  },
  {
    id: 'cloudformation-change-set',
    path: 'cloudformation-005',
    ...EXISTING,
    services: ['cloudformation'],
    anywhere: ['cloudformation:CreateChangeSet', 'cloudformation:ExecuteChangeSet'],
    provided: 'a stack has it as its service role',
  },
  {
    id: 'codebuild-start-build',
    path: 'codebuild-002',
    ...EXISTING,
    services: ['codebuild'],
    anywhere: ['codebuild:StartBuild'],
    provided: 'a build project runs as it',
  },
  {
    id: 'codebuild-start-batch',
    path: 'codebuild-003',
    ...EXISTING,
    services: ['codebuild'],
    anywhere: ['codebuild:StartBuildBatch'],
    provided: 'a build project runs as it',
  },
  {
    id: 'ec2-modify-user-data',
    path: 'ec2-002',
    ...EXISTING,
    services: ['ec2'],
    anywhere: ['ec2:ModifyInstanceAttribute', 'ec2:StopInstances', 'ec2:StartInstances'],
    provided: 'an instance runs as it',
  },
  {
    id: 'ec2-launch-template',
    path: 'ec2-004',
    ...EXISTING,
    services: ['ec2'],
    anywhere: ['ec2:CreateLaunchTemplateVersion', 'ec2:ModifyLaunchTemplate'],
    provided: 'a launch template that is in use names it',
  },
  {
    id: 'ec2-instance-connect',
    path: 'ec2instanceconnect-003',
    ...EXISTING,
    services: ['ec2'],
    anywhere: ['ec2-instance-connect:SendSSHPublicKey'],
    provided: 'an instance that SSH reaches runs as it',
  },
  {
    id: 'ecs-execute-command',
    ...EXISTING,
    services: ['ecs-tasks'],
    anywhere: ['ecs:ExecuteCommand', 'ecs:DescribeTasks'],
    provided: 'a task with command execution runs as it',
  },
  {
    id: 'glue-update-endpoint',
    path: 'glue-002',
    ...EXISTING,
    services: ['glue'],
    anywhere: ['glue:UpdateDevEndpoint'],
    provided: 'a development endpoint runs as it',
  },
  {
    id: 'lambda-update-code',
    path: 'lambda-003',
    ...EXISTING,
    services: ['lambda'],
    anywhere: ['lambda:UpdateFunctionCode'],
    provided: 'a function that something invokes runs as it',
  },
  {
    id: 'lambda-update-code-and-invoke',
    path: 'lambda-004',
    ...EXISTING,
    services: ['lambda'],
    anywhere: ['lambda:UpdateFunctionCode', 'lambda:InvokeFunction'],
    provided: 'a function runs as it',
  },
  {
    id: 'lambda-update-code-and-permit',
    path: 'lambda-005',
    ...EXISTING,
    services: ['lambda'],
    anywhere: ['lambda:UpdateFunctionCode', 'lambda:AddPermission'],
    provided: 'a function runs as it',
  },
  {
    id: 'lambda-update-configuration',
    ...EXISTING,
    services: ['lambda'],
    anywhere: ['lambda:UpdateFunctionConfiguration'],
    provided: 'a function that something invokes runs as it',
  },
  {
    id: 'sagemaker-presigned-url',
    path: 'sagemaker-004',
    ...EXISTING,
    services: ['sagemaker'],
    anywhere: ['sagemaker:CreatePresignedNotebookInstanceUrl'],
    provided: 'a notebook runs as it',
  },
  {
    id: 'sagemaker-lifecycle-config',
    path: 'sagemaker-005',
    ...EXISTING,
    services: ['sagemaker'],
    anywhere: [
      'sagemaker:CreateNotebookInstanceLifecycleConfig',
      'sagemaker:StopNotebookInstance',
      'sagemaker:UpdateNotebookInstance',
      'sagemaker:StartNotebookInstance',
    ],
    provided: 'a notebook runs as it',
  },
  {
    id: 'ssm-start-session',
    path: 'ssm-001',
    ...EXISTING,
    services: ['ec2'],
    anywhere: ['ssm:StartSession'],
    provided: 'a managed instance runs as it',
  },
  {
    id: 'ssm-send-command',
    path: 'ssm-002',
    ...EXISTING,
    services: ['ec2'],
    anywhere: ['ssm:SendCommand'],
    provided: 'a managed instance runs as it',
  },
  {
    id: 'batch-submit-job',
    ...EXISTING,
    services: ['ecs-tasks'],
    anywhere: ['batch:SubmitJob'],
    provided: 'a job definition names it',
  },
  {
    id: 'step-functions-update',
    ...EXISTING,
    services: ['states'],
    anywhere: ['states:UpdateStateMachine', 'states:StartExecution'],
    provided: 'a state machine runs as it',
  },

  // Access for people, handed out elsewhere.
  {
    id: 'identity-center-permission-set',
    over: 'nothing',
    result: 'self',
    anywhere: ['sso:CreatePermissionSet', 'sso:AttachManagedPolicyToPermissionSet', 'sso:CreateAccountAssignment'],
    provided: 'this account manages the identity center',
  },
  {
    id: 'identity-center-attach-policy',
    over: 'nothing',
    result: 'self',
    anywhere: ['sso:AttachManagedPolicyToPermissionSet'],
    provided: 'this account manages the identity center, and the principal has a permission set',
  },
  {
    id: 'identity-center-inline-policy',
    over: 'nothing',
    result: 'self',
    anywhere: ['sso:PutInlinePolicyToPermissionSet'],
    provided: 'this account manages the identity center, and the principal has a permission set',
  },
];

/** Kinds of resources that an action works on, where the ARN's service is not the action's. */
export const RESOURCE_SERVICES: Readonly<Record<string, readonly string[]>> = {
  'ec2-instance-connect': ['ec2'],
  sso: ['sso'],
  ssm: ['ssm', 'ec2'],
};
