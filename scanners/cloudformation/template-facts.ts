import { entriesAt, itemsAt, type Node, type Place, textAt, valueAt } from '../../src/scan/formats/node.ts';
import { isPlaceholder } from '../../src/scan/secrets/placeholder.ts';
import { named, type PrincipalName } from '../cloud-principals.ts';
import { AwsFacts, type AwsKind } from '../terraform/aws-facts.ts';
import type { FactSet } from '../terraform/fact-set.ts';
import { tellMaterial } from '../terraform/secret-material.ts';
import { isKnown, type Template, type TemplateResource } from './template.ts';
import { SECRET_PROPERTIES, TEMPLATE_WORKLOADS, type TemplateWorkload } from './workloads.ts';

const KINDS: ReadonlyMap<string, AwsKind> = new Map([
  ['AWS::IAM::User', 'user'],
  ['AWS::IAM::Role', 'role'],
  ['AWS::IAM::Group', 'group'],
]);
const LISTS: readonly (readonly [property: string, kind: AwsKind])[] = [
  ['Users', 'user'],
  ['Roles', 'role'],
  ['Groups', 'group'],
];
/** Policies of one holder that are resources of their own. */
const SINGLE: ReadonlyMap<string, readonly [property: string, kind: AwsKind]> = new Map([
  ['AWS::IAM::UserPolicy', ['UserName', 'user']],
  ['AWS::IAM::RolePolicy', ['RoleName', 'role']],
  ['AWS::IAM::GroupPolicy', ['GroupName', 'group']],
]);
const SERVERLESS = 'AWS::Serverless::Function';

/** What a template says of IAM, of what runs as a role, and of secrets in it. */
export class TemplateFacts {
  readonly #template: Template;
  readonly #facts: FactSet;
  readonly #aws: AwsFacts;

  constructor(template: Template, facts: FactSet) {
    this.#template = template;
    this.#facts = facts;
    this.#aws = new AwsFacts(facts);
  }

  tell(): void {
    for (const resource of this.#template.resources) {
      const kind = KINDS.get(resource.type);
      if (kind !== undefined) this.#holder(kind, resource);
      else this.#other(resource);
      for (const property of SECRET_PROPERTIES.get(resource.type) ?? []) {
        this.#secret(valueAt(resource.properties, property), `${resource.logicalId}.${property}`);
      }
    }
    for (const [name, { value }] of entriesAt(this.#template.root, 'Parameters')) {
      // Who is asked for a secret is offered one that everybody can read.
      if (textAt(value, 'NoEcho') === 'true') this.#secret(valueAt(value, 'Default'), `Parameters.${name}.Default`);
    }
    this.#aws.end();
  }

  #holder(kind: AwsKind, resource: TemplateResource): void {
    const { properties, place, logicalId, type } = resource;
    const template = this.#template;
    const name = template.text(valueAt(properties, `${type.slice('AWS::IAM::'.length)}Name`));
    const tags = tagsOf(properties, template);
    const holder = this.#aws.principal(kind, this.#arn(resource), place, {
      name: name !== undefined && isKnown(name) ? name : logicalId,
      tags,
      attributes: { path: template.text(valueAt(properties, 'Path')) ?? '/', resource: logicalId },
    });
    for (const policy of itemsAt(properties, 'Policies')) {
      const policyName = template.text(valueAt(policy, 'PolicyName')) ?? logicalId;
      this.#aws.inlinePolicy(
        holder,
        policyName,
        template.policy('identity', valueAt(policy, 'PolicyDocument'), policy.place),
      );
    }
    this.#managed(holder, valueAt(properties, 'ManagedPolicyArns'));
    const boundary = valueAt(properties, 'PermissionsBoundary');
    const arn = template.text(boundary);
    if (boundary !== undefined && arn !== undefined) this.#aws.attach(holder, arn, boundary.place, 'boundary');
    if (kind === 'user') this.#user(holder, resource);
    if (kind !== 'role') return;
    if (properties === undefined) this.#serverlessRole(holder, resource);
    else
      this.#aws.trustPolicy(holder, template.policy('trust', valueAt(properties, 'AssumeRolePolicyDocument'), place));
  }

  #user(user: PrincipalName, { properties, logicalId }: TemplateResource): void {
    for (const { node } of this.#template.texts(valueAt(properties, 'Groups'))) {
      const group = this.#named('group', node);
      if (group !== undefined) this.#aws.memberOf(user, group, node.place);
    }
    const profile = valueAt(properties, 'LoginProfile');
    if (profile === undefined) return;
    this.#facts.credential(
      {
        platform: 'aws',
        kind: 'console-password',
        nativeId: `${user.nativeId}#console-password`,
        principal: user.id,
        status: 'active',
        attributes: { resource: logicalId },
      },
      profile.place,
    );
    this.#secret(valueAt(profile, 'Password'), `${logicalId}.LoginProfile.Password`);
  }

  /** Any managed policy may be given by a list of functions, of which nothing is known then. */
  #managed(holder: PrincipalName, node: Node | undefined): void {
    if (node !== undefined && node.kind !== 'list') {
      const arn = this.#template.text(node);
      if (arn !== undefined) this.#aws.attach(holder, arn, node.place);
      return;
    }
    for (const { text, node: item } of this.#template.texts(node)) this.#aws.attach(holder, text, item.place);
  }

  #other(resource: TemplateResource): void {
    const { type, properties, place, logicalId } = resource;
    const template = this.#template;
    const single = SINGLE.get(type);
    const workload = TEMPLATE_WORKLOADS.get(type);
    if (type === 'AWS::IAM::ManagedPolicy') {
      const arn = this.#arn(resource);
      this.#aws.managedPolicy(arn, template.policy('identity', valueAt(properties, 'PolicyDocument'), place));
      this.#each(resource, (holder, at) => this.#aws.attach(holder, arn, at));
    } else if (type === 'AWS::IAM::Policy') {
      const written = template.policy('identity', valueAt(properties, 'PolicyDocument'), place);
      const name = template.text(valueAt(properties, 'PolicyName')) ?? logicalId;
      this.#each(resource, (holder) => this.#aws.inlinePolicy(holder, name, written));
    } else if (single !== undefined) {
      const holder = this.#named(single[1], valueAt(properties, single[0]));
      const name = template.text(valueAt(properties, 'PolicyName')) ?? logicalId;
      const written = template.policy('identity', valueAt(properties, 'PolicyDocument'), place);
      if (holder !== undefined) this.#aws.inlinePolicy(holder, name, written);
    } else if (type === 'AWS::IAM::UserToGroupAddition') {
      const group = this.#named('group', valueAt(properties, 'GroupName'));
      for (const node of itemsAt(properties, 'Users')) {
        const user = this.#named('user', node);
        if (user !== undefined && group !== undefined) this.#aws.memberOf(user, group, node.place);
      }
    } else if (type === 'AWS::IAM::AccessKey') this.#accessKey(resource);
    else if (type === 'AWS::IAM::InstanceProfile') {
      const [role] = itemsAt(properties, 'Roles');
      this.#aws.instanceProfile(this.#profile(this.#arn(resource), logicalId), this.#named('role', role), place);
    } else if (type === 'AWS::IAM::OIDCProvider') this.#provider(resource);
    else if (workload !== undefined) this.#workload(resource, workload);
  }

  #each(resource: TemplateResource, tell: (holder: PrincipalName, place: Place) => void): void {
    for (const [property, kind] of LISTS) {
      for (const node of itemsAt(resource.properties, property)) {
        const holder = this.#named(kind, node);
        if (holder !== undefined) tell(holder, node.place);
      }
    }
  }

  /** A user, role or group by a function, by name or by ARN. */
  #named(kind: AwsKind, node: Node | undefined): PrincipalName | undefined {
    if (node === undefined) return undefined;
    const resource = this.#template.resourceIn(node);
    if (resource !== undefined && KINDS.get(resource.type) === kind) {
      return this.#aws.reference(kind, this.#arn(resource), node.place);
    }
    const text = this.#template.text(node);
    if (text === undefined) return undefined;
    return this.#aws.reference(kind, text.startsWith('arn:') ? text : this.#template.ownArn(kind, text), node.place);
  }

  #arn(resource: TemplateResource): string {
    return this.#template.arnOf(resource) ?? resource.logicalId;
  }

  #profile(arn: string, name: string): PrincipalName {
    return named('aws', 'instance-profile', arn, name, [arn.split(':')[4] ?? '']);
  }

  /** What it is the key of is known; its id and its secret half are known when the stack is there. */
  #accessKey({ properties, place, logicalId }: TemplateResource): void {
    const user = this.#named('user', valueAt(properties, 'UserName'));
    if (user === undefined) return;
    const inactive = this.#template.text(valueAt(properties, 'Status')) === 'Inactive';
    this.#facts.credential(
      {
        platform: 'aws',
        kind: 'access-key',
        nativeId: this.#template.ownId(logicalId),
        principal: user.id,
        status: inactive ? 'inactive' : 'active',
        attributes: { resource: logicalId },
      },
      place,
    );
  }

  #provider(resource: TemplateResource): void {
    const { properties, place, logicalId } = resource;
    const arn = this.#arn(resource);
    const url = (this.#template.text(valueAt(properties, 'Url')) ?? '').replace(/^https:\/\//, '');
    const clients = this.#template.texts(valueAt(properties, 'ClientIdList')).map(({ text }) => text);
    const provider = named('aws', 'oidc-provider', arn, url === '' ? logicalId : url, [arn.split(':')[4] ?? '']);
    this.#facts.principal(provider, place, {
      attributes: { issuer: url, client_ids: clients, resource: logicalId },
    });
  }

  #workload(resource: TemplateResource, workload: TemplateWorkload): void {
    const { properties, place, logicalId, type } = resource;
    const template = this.#template;
    const roleNode = workload.role === undefined ? undefined : valueAt(properties, ...workload.role);
    const implicit = type === SERVERLESS && roleNode === undefined ? template.byId(`${logicalId}Role`) : undefined;
    const role =
      implicit === undefined ? this.#named('role', roleNode) : this.#aws.reference('role', this.#arn(implicit), place);
    const profileNode =
      workload.profile === undefined ? undefined : profileIn(valueAt(properties, ...workload.profile));
    const profile = this.#profileAt(profileNode);
    const targets = [role, profile].flatMap((principal) =>
      principal === undefined ? [] : [{ principal, place: (roleNode ?? profileNode)?.place ?? place }],
    );
    const name = template.text(valueAt(properties, workload.name));
    this.#aws.runsAs(
      {
        kind: workload.kind,
        nativeId: template.ownId(logicalId),
        name: name !== undefined && isKnown(name) ? name : logicalId,
        place,
      },
      targets,
      { resource: logicalId, type },
      tagsOf(properties, template),
    );
  }

  #profileAt(node: Node | undefined): PrincipalName | undefined {
    if (node === undefined) return undefined;
    const resource = this.#template.resourceIn(node);
    if (resource?.type === 'AWS::IAM::InstanceProfile') return this.#profile(this.#arn(resource), resource.logicalId);
    const text = this.#template.text(node);
    if (text === undefined) return undefined;
    return this.#profile(text.startsWith('arn:') ? text : this.#template.ownArn('instance-profile', text), text);
  }

  /**
   * The role that the serverless transform makes for a function: what Lambda needs to write logs, and what the function lists.
   *
   * Source: AWS SAM Developer Guide, "AWS::Serverless::Function", Policies.
   */
  #serverlessRole(role: PrincipalName, { logicalId, place }: TemplateResource): void {
    const template = this.#template;
    this.#aws.trustPolicy(role, {
      value: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
      place,
    });
    this.#aws.attach(role, `${AWS_POLICY}service-role/AWSLambdaBasicExecutionRole`, place);
    const own = template.byId(logicalId.slice(0, -'Role'.length));
    const policies = valueAt(own?.properties, 'Policies');
    const items = policies === undefined ? [] : policies.kind === 'list' ? policies.items : [policies];
    for (const [index, item] of items.entries()) {
      const name = `${logicalId}Policy${index}`;
      if (valueAt(item, 'Statement') !== undefined) {
        this.#aws.inlinePolicy(role, name, template.policy('identity', item, item.place));
        continue;
      }
      const text = template.text(item);
      // A template of the transform's, such as S3ReadPolicy: what it gives, the transform says.
      if (text === undefined) this.#aws.inlinePolicy(role, name, { value: undefined, place: item.place });
      else
        this.#aws.attach(role, text.startsWith('arn:') || !isKnown(text) ? text : `${AWS_POLICY}${text}`, item.place);
    }
  }

  #secret(node: Node | undefined, resource: string): void {
    if (node?.kind !== 'scalar' || typeof node.value !== 'string' || node.value.length < MIN_LENGTH) return;
    // A dynamic reference (`{{resolve:…}}`) says where the secret is.
    if (node.value.includes('{{resolve:') || isPlaceholder(node.value)) return;
    tellMaterial(node, { rule: TEMPLATE_VALUE, facts: { resource } }, this.#facts);
  }
}

const MIN_LENGTH = 4;
const AWS_POLICY = 'arn:aws:iam::aws:policy/';
const TEMPLATE_VALUE = {
  rule: 'cloudformation/template-value',
  vendor: 'cloudformation',
  title: 'Secret in a template of CloudFormation',
} as const;

function profileIn(node: Node | undefined): Node | undefined {
  return valueAt(node, 'Arn') ?? valueAt(node, 'Name') ?? node;
}

function tagsOf(properties: Node | undefined, template: Template): Readonly<Record<string, string>> | undefined {
  const node = valueAt(properties, 'Tags');
  if (node === undefined) return undefined;
  if (node.kind === 'map') return texts(entriesAt(node).map(([key, { value }]) => [key, template.text(value)]));
  return texts(itemsAt(node).map((tag) => [textAt(tag, 'Key') ?? '', template.text(valueAt(tag, 'Value'))]));
}

/** A tag that is not known yet is none. */
function texts(pairs: readonly (readonly [string, string | undefined])[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    pairs.flatMap(([key, text]) => (key === '' || text === undefined || !isKnown(text) ? [] : [[key, text]])),
  );
}
