/** Something of AWS that runs with the rights of a role. */
export interface AwsWorkload {
  /** As `scanners/aws` calls it, where it knows it. */
  readonly kind: string;
  /** Attribute with its name. */
  readonly name: string;
  /** Attribute with its id, where that is not `arn`. */
  readonly id?: string;
  /** Attributes with the ARN or name of a role; `0` is the first block of a list. */
  readonly roles: readonly string[];
  /** Attributes with the name or ARN of an instance profile, the first that is set counts. */
  readonly profiles?: readonly string[];
  /** Attributes that are kept. */
  readonly keeps?: readonly string[];
}

/** By the type of the resource. Source: the reference of the provider `hashicorp/aws`, one page per resource. */
export const AWS_WORKLOADS: Readonly<Record<string, AwsWorkload | undefined>> = {
  aws_apprunner_service: {
    kind: 'workload',
    name: 'service_name',
    roles: ['instance_configuration.0.instance_role_arn'],
  },
  aws_bedrockagent_agent: {
    kind: 'workload',
    name: 'agent_name',
    id: 'agent_arn',
    roles: ['agent_resource_role_arn'],
  },
  aws_cloudformation_stack: { kind: 'stack', name: 'name', id: 'id', roles: ['iam_role_arn'] },
  aws_codebuild_project: { kind: 'build-project', name: 'name', roles: ['service_role'] },
  aws_codepipeline: { kind: 'workload', name: 'name', roles: ['role_arn'] },
  aws_ecs_task_definition: {
    kind: 'task-definition',
    name: 'family',
    roles: ['task_role_arn'],
    keeps: ['execution_role_arn'],
  },
  aws_eks_cluster: { kind: 'workload', name: 'name', roles: ['role_arn'] },
  aws_eks_fargate_profile: {
    kind: 'workload',
    name: 'fargate_profile_name',
    roles: ['pod_execution_role_arn'],
  },
  aws_eks_node_group: { kind: 'workload', name: 'node_group_name', roles: ['node_role_arn'] },
  aws_glue_crawler: { kind: 'workload', name: 'name', roles: ['role'] },
  aws_glue_job: { kind: 'workload', name: 'name', roles: ['role_arn'] },
  aws_instance: { kind: 'instance', name: 'id', roles: [], profiles: ['iam_instance_profile'] },
  aws_lambda_function: { kind: 'function', name: 'function_name', roles: ['role'] },
  aws_launch_template: {
    kind: 'workload',
    name: 'name',
    roles: [],
    profiles: ['iam_instance_profile.0.arn', 'iam_instance_profile.0.name'],
  },
  aws_sagemaker_domain: {
    kind: 'workload',
    name: 'domain_name',
    roles: ['default_user_settings.0.execution_role'],
  },
  aws_sagemaker_model: { kind: 'workload', name: 'name', roles: ['execution_role_arn'] },
  aws_sagemaker_notebook_instance: { kind: 'workload', name: 'name', roles: ['role_arn'] },
  aws_scheduler_schedule: { kind: 'workload', name: 'name', roles: ['target.0.role_arn'] },
  aws_sfn_state_machine: { kind: 'workload', name: 'name', roles: ['role_arn'] },
  aws_spot_instance_request: { kind: 'instance', name: 'id', roles: [], profiles: ['iam_instance_profile'] },
};
