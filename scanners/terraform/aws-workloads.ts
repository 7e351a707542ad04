/** Something of AWS that runs with the rights of a role. */
export interface AwsWorkload {
  readonly kind: string;
  /** Attribute with its name. */
  readonly name: string;
  /** Attribute with its id, where that is not `arn`. */
  readonly id?: string;
  /** Attributes with the ARN or name of a role; `0` is the first block of a list. */
  readonly roles: readonly string[];
  /** Attributes with the name or ARN of an instance profile. */
  readonly profiles?: readonly string[];
}

/** By the type of the resource. Source: the reference of the provider `hashicorp/aws`, one page per resource. */
export const AWS_WORKLOADS: Readonly<Record<string, AwsWorkload | undefined>> = {
  aws_apprunner_service: {
    kind: 'apprunner-service',
    name: 'service_name',
    roles: ['instance_configuration.0.instance_role_arn'],
  },
  aws_bedrockagent_agent: {
    kind: 'bedrock-agent',
    name: 'agent_name',
    id: 'agent_arn',
    roles: ['agent_resource_role_arn'],
  },
  aws_cloudformation_stack: { kind: 'cloudformation-stack', name: 'name', id: 'id', roles: ['iam_role_arn'] },
  aws_codebuild_project: { kind: 'codebuild-project', name: 'name', roles: ['service_role'] },
  aws_codepipeline: { kind: 'codepipeline', name: 'name', roles: ['role_arn'] },
  aws_ecs_task_definition: {
    kind: 'ecs-task',
    name: 'family',
    id: 'arn_without_revision',
    roles: ['task_role_arn', 'execution_role_arn'],
  },
  aws_eks_cluster: { kind: 'eks-cluster', name: 'name', roles: ['role_arn'] },
  aws_eks_fargate_profile: {
    kind: 'eks-fargate-profile',
    name: 'fargate_profile_name',
    roles: ['pod_execution_role_arn'],
  },
  aws_eks_node_group: { kind: 'eks-node-group', name: 'node_group_name', roles: ['node_role_arn'] },
  aws_glue_crawler: { kind: 'glue-crawler', name: 'name', roles: ['role'] },
  aws_glue_job: { kind: 'glue-job', name: 'name', roles: ['role_arn'] },
  aws_instance: { kind: 'ec2-instance', name: 'id', roles: [], profiles: ['iam_instance_profile'] },
  aws_lambda_function: { kind: 'lambda-function', name: 'function_name', roles: ['role'] },
  aws_launch_template: {
    kind: 'launch-template',
    name: 'name',
    roles: [],
    profiles: ['iam_instance_profile.0.arn', 'iam_instance_profile.0.name'],
  },
  aws_sagemaker_domain: {
    kind: 'sagemaker-domain',
    name: 'domain_name',
    roles: ['default_user_settings.0.execution_role'],
  },
  aws_sagemaker_model: { kind: 'sagemaker-model', name: 'name', roles: ['execution_role_arn'] },
  aws_sagemaker_notebook_instance: { kind: 'sagemaker-notebook', name: 'name', roles: ['role_arn'] },
  aws_scheduler_schedule: { kind: 'schedule', name: 'name', roles: ['target.0.role_arn'] },
  aws_sfn_state_machine: { kind: 'state-machine', name: 'name', roles: ['role_arn'] },
  aws_spot_instance_request: { kind: 'ec2-instance', name: 'id', roles: [], profiles: ['iam_instance_profile'] },
};
