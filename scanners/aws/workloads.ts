import { principalId } from '../../src/model/id.ts';
import { isObject, type JsonObject } from '../../src/model/json.ts';
import type { Location } from '../../src/model/location.ts';
import type { Principal } from '../../src/model/principal.ts';
import { member, objects, text } from '../../src/scan/formats/json-members.ts';
import type { ScanContext, SourceFile } from '../../src/scan/scanner.ts';
import { namedPrincipal } from './arn.ts';
import { readReplies } from './replies.ts';
import { environmentOf, ownerOf, readTags } from './tags.ts';
import { referencedPrincipal, relation } from './trusts.ts';

/** Lists of something that runs as a role, and where each has its ARN and its role. */
const LISTS: readonly { readonly list: string; readonly kind: string; readonly arn: string; readonly role: string }[] =
  [
    { list: 'Functions', kind: 'function', arn: 'FunctionArn', role: 'Role' },
    { list: 'Configuration', kind: 'function', arn: 'FunctionArn', role: 'Role' },
    { list: 'taskDefinition', kind: 'task-definition', arn: 'taskDefinitionArn', role: 'taskRoleArn' },
    { list: 'projects', kind: 'build-project', arn: 'arn', role: 'serviceRole' },
    { list: 'Stacks', kind: 'stack', arn: 'StackId', role: 'RoleARN' },
  ];

/**
 * Reads what runs as which role: `lambda list-functions`, `ecs describe-task-definition`, `codebuild batch-get-projects`,
 * `cloudformation describe-stacks`, `ec2 describe-instances` and `iam list-instance-profiles`. Of a function's environment,
 * of user data and of definitions nothing is kept: secrets in them are for the secrets scanner, which reads the same file.
 *
 * An instance names its profile and the profile its role, mostly in different files: the profile is a row between them.
 */
export async function readWorkloads(file: SourceFile, context: ScanContext): Promise<void> {
  await readReplies(file, context, (reply) => {
    for (const { list, kind, arn, role } of LISTS) {
      for (const { value, location } of reply.objects(list)) {
        const nativeId = text(value, arn);
        const roleArn = text(value, role);
        // A stack without a role of its own, and a task without one, act as nobody else.
        if (nativeId !== undefined && roleArn !== undefined)
          runs(workload(kind, nativeId, value, location), roleArn, location, context);
      }
    }
    for (const { value, location } of reply.objects('Reservations')) {
      for (const instance of objects(value, 'Instances'))
        readInstance(instance, text(value, 'OwnerId') ?? '', location, context);
    }
    for (const { value, location } of reply.objects('InstanceProfiles')) readInstanceProfile(value, location, context);
  });
}

function runs(body: Principal, roleArn: string, location: Location, context: ScanContext): void {
  const role = namedPrincipal(roleArn);
  if (role === undefined) {
    context.problem({ message: `${body.name} runs as ${roleArn}, which is no ARN of a role`, location });
    return;
  }
  context.emit({ kind: 'principal', body });
  context.emit({ kind: 'principal', body: referencedPrincipal(role.kind, role.nativeId, role.account, location) });
  context.emit({ kind: 'trust', body: relation(role.id, body.id, 'runs-as', location) });
}

function readInstance(value: JsonObject, owner: string, location: Location, context: ScanContext): void {
  const id = text(value, 'InstanceId');
  const profile = member(value, 'IamInstanceProfile');
  const profileArn = isObject(profile) ? text(profile, 'Arn') : undefined;
  if (id === undefined || profileArn === undefined) return;
  const [, partition = 'aws', , , account = owner] = profileArn.split(':');
  const placement = member(value, 'Placement');
  const zone = isObject(placement) ? text(placement, 'AvailabilityZone') : undefined;
  const region = zone?.replace(/[a-z]$/, '') ?? '';
  const instance = workload('instance', `arn:${partition}:ec2:${region}:${account}:instance/${id}`, value, location);
  const state = member(value, 'State');
  const running = isObject(state) ? text(state, 'Name') : undefined;
  context.emit({
    kind: 'principal',
    body: running === undefined ? instance : { ...instance, attributes: { ...instance.attributes, state: running } },
  });
  context.emit({ kind: 'principal', body: referencedPrincipal('instance-profile', profileArn, account, location) });
  const profileId = principalId('aws', 'instance-profile', profileArn);
  context.emit({ kind: 'trust', body: relation(profileId, instance.id, 'runs-as', location) });
}

/**
 * A profile and the role that it hands to the instances that have it.
 *
 * @param holder id of the role in whose record it stands
 */
export function readInstanceProfile(
  value: JsonObject,
  location: Location,
  context: ScanContext,
  holder?: string,
): void {
  const arn = text(value, 'Arn');
  if (arn === undefined) return;
  const account = arn.split(':')[4];
  const body = referencedPrincipal('instance-profile', arn, account, location);
  context.emit({ kind: 'principal', body: { ...body, seen: 'listed' } });
  const roles = objects(value, 'Roles').flatMap((role) => namedPrincipal(text(role, 'Arn') ?? '')?.id ?? []);
  for (const role of new Set([...roles, ...(holder === undefined ? [] : [holder])]))
    context.emit({ kind: 'trust', body: relation(role, body.id, 'profile-of', location) });
}

const SHORT = /[^/:]+$/;

function workload(kind: string, nativeId: string, value: JsonObject, location: Location): Principal {
  const [, , , , account = ''] = nativeId.split(':');
  const tags = readTags(value);
  const owner = ownerOf(tags);
  const environment = environmentOf(tags);
  return {
    id: principalId('aws', kind, nativeId),
    platform: 'aws',
    kind,
    nativeId,
    name: SHORT.exec(nativeId)?.[0] ?? nativeId,
    scope: [account],
    seen: 'listed',
    ...(owner === undefined ? {} : { owner: { ...owner, location } }),
    ...(environment === undefined ? {} : { environment }),
    attributes: { region: nativeId.split(':')[3] ?? '' },
    locations: [location],
  };
}
