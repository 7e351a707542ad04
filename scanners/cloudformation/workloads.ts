/** Something that runs with the rights of a role. */
export interface TemplateWorkload {
  /** As `scanners/aws` calls it, where it knows it. */
  readonly kind: string;
  /** Property with its name. */
  readonly name: string;
  /** Path to the property with the role. */
  readonly role?: readonly string[];
  /** Path to the property with the instance profile. */
  readonly profile?: readonly string[];
}

/** By the type of the resource. Source: CloudFormation template reference, one page per resource. */
export const TEMPLATE_WORKLOADS: ReadonlyMap<string, TemplateWorkload> = new Map(
  Object.entries({
    'AWS::AppRunner::Service': {
      kind: 'workload',
      name: 'ServiceName',
      role: ['InstanceConfiguration', 'InstanceRoleArn'],
    },
    'AWS::CodeBuild::Project': { kind: 'build-project', name: 'Name', role: ['ServiceRole'] },
    'AWS::CodePipeline::Pipeline': { kind: 'workload', name: 'Name', role: ['RoleArn'] },
    'AWS::EC2::Instance': { kind: 'instance', name: 'InstanceId', profile: ['IamInstanceProfile'] },
    'AWS::EC2::LaunchTemplate': {
      kind: 'workload',
      name: 'LaunchTemplateName',
      profile: ['LaunchTemplateData', 'IamInstanceProfile'],
    },
    'AWS::ECS::TaskDefinition': { kind: 'task-definition', name: 'Family', role: ['TaskRoleArn'] },
    'AWS::EKS::Cluster': { kind: 'workload', name: 'Name', role: ['RoleArn'] },
    'AWS::EKS::Nodegroup': { kind: 'workload', name: 'NodegroupName', role: ['NodeRole'] },
    'AWS::Glue::Job': { kind: 'workload', name: 'Name', role: ['Role'] },
    'AWS::Lambda::Function': { kind: 'function', name: 'FunctionName', role: ['Role'] },
    'AWS::SageMaker::NotebookInstance': { kind: 'workload', name: 'NotebookInstanceName', role: ['RoleArn'] },
    'AWS::Serverless::Function': { kind: 'function', name: 'FunctionName', role: ['Role'] },
    'AWS::Serverless::StateMachine': { kind: 'workload', name: 'Name', role: ['Role'] },
    'AWS::StepFunctions::StateMachine': { kind: 'workload', name: 'StateMachineName', role: ['RoleArn'] },
  } satisfies Record<string, TemplateWorkload>),
);

/** Properties that are secret, by the type of the resource. */
export const SECRET_PROPERTIES: ReadonlyMap<string, readonly string[]> = new Map([
  ['AWS::DirectoryService::MicrosoftAD', ['Password']],
  ['AWS::DirectoryService::SimpleAD', ['Password']],
  ['AWS::DMS::Endpoint', ['Password']],
  ['AWS::DocDB::DBCluster', ['MasterUserPassword']],
  ['AWS::ElastiCache::ReplicationGroup', ['AuthToken']],
  ['AWS::RDS::DBCluster', ['MasterUserPassword']],
  ['AWS::RDS::DBInstance', ['MasterUserPassword']],
  ['AWS::Redshift::Cluster', ['MasterUserPassword']],
  ['AWS::SecretsManager::Secret', ['SecretString']],
]);
