import type { Grant } from '../../src/model/grant.ts';
import { contentId, principalId } from '../../src/model/id.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';
import type { Location } from '../../src/model/location.ts';
import type { Principal } from '../../src/model/principal.ts';
import { member, text } from '../../src/scan/formats/json-members.ts';
import type { ScanContext, SourceFile } from '../../src/scan/scanner.ts';
import { type PolicyDocument, readPolicyDocument } from './policy-document.ts';
import { baseName, type Reply, readReplies } from './replies.ts';
import { namedBy } from './trusts.ts';

/**
 * Reads policies of resources: `s3api get-bucket-policy`, `kms get-key-policy`, `lambda get-policy`, `sqs
 * get-queue-attributes`, `sns get-topic-attributes`, `secretsmanager get-resource-policy`, `ecr get-repository-policy`.
 *
 * Of a bucket and a function the policy itself says which one it is of, since AWS accepts no other resource in it. The policy of
 * a key names nothing: the ARN stands beside the answer (`Arn`), in the file's name (percent-encoded) or in `--export`.
 */
export async function readResourcePolicies(file: SourceFile, context: ScanContext): Promise<void> {
  await readReplies(file, context, (reply) => {
    const found = policyIn(reply);
    if (found === undefined) return;
    const { location } = reply;
    const document = readPolicyDocument('resource', found.policy, () => location, location);
    const arn = found.arn ?? file.about ?? arnIn(baseName(file)) ?? ofItself(document);
    if (arn === undefined) {
      const message =
        'the policy of a resource that is not named: give it as --export aws-resource-policy=ARN:FILE, or add its Arn';
      context.problem({ message, location });
      return;
    }
    for (const fault of document.faults)
      context.problem({ message: `${fault.message} (policy of ${arn})`, location: fault.location });
    emitPolicy(arn, document, location, context);
  });
}

function policyIn(reply: Reply): { readonly policy: Json; readonly arn: string | undefined } | undefined {
  const [attributes] = reply.objects('Attributes');
  const beside = (...names: string[]) =>
    names.map((name) => reply.text(name)).find((value) => value?.startsWith('arn:'));
  if (attributes !== undefined) {
    const policy = member(attributes.value, 'Policy');
    const arn = text(attributes.value, 'QueueArn') ?? text(attributes.value, 'TopicArn') ?? beside('Arn');
    return policy === undefined ? undefined : { policy, arn };
  }
  const arn = beside('Arn', 'KeyArn', 'KeyId', 'ResourceArn');
  for (const name of ['Policy', 'ResourcePolicy', 'policyText']) {
    const policy: Json | undefined = reply.text(name) ?? reply.objects(name)[0]?.value;
    if (policy === undefined) continue;
    return { policy, arn: arn ?? reply.text('repositoryArn') };
  }
  return undefined;
}

const IN_NAME = /arn:aws[^:]*:[a-z0-9-]+:[^:]*:\d*:.+?(?=\.json|$)/;

function arnIn(name: string): string | undefined {
  return IN_NAME.exec(name)?.[0];
}

/** The bucket or function that a policy is of, when every statement is about it. */
function ofItself({ statements }: PolicyDocument): string | undefined {
  const owners = new Set(
    statements.flatMap(({ resources }) => resources.map((resource) => OWNER.exec(resource)?.[0] ?? '')),
  );
  const [only] = owners;
  return owners.size === 1 && only !== '' ? only : undefined;
}

/** `arn:aws:s3:::bucket`, `arn:aws:lambda:region:account:function:name`; no wildcard, which would be a guess. */
const OWNER = /^arn:[^:]*:(?:s3:::[^/*?]+|lambda:[^:*?]+:\d{12}:function:[^:*?]+)/;

function emitPolicy(arn: string, document: PolicyDocument, location: Location, context: ScanContext): void {
  const account = ACCOUNT.exec(arn)?.[1];
  const resource = resourcePrincipal(arn, location, { policy_seen: true });
  context.emit({ kind: 'principal', body: resource });
  const grants = new Map<string, Grant>();
  const referenced = new Map<string, Principal>();
  const subjectsOf = (element: Json | undefined, place: Location) => {
    const faults: { message: string; location: Location }[] = [];
    const named = namedBy('resource', element, place, faults);
    for (const fault of faults) context.problem(fault);
    for (const { principal } of named) if (principal !== undefined) referenced.set(principal.id, principal);
    return { subjects: named.map(({ subject }) => subject), whole: faults.length === 0 };
  };
  let whole = document.faults.length === 0;
  for (const statement of document.statements) {
    const { sid, effect, actions, notActions, resources, notResources, condition } = statement;
    const inverted = statement.notPrincipal !== undefined;
    const { subjects, whole: understood } = subjectsOf(
      statement.notPrincipal ?? statement.principal,
      statement.location,
    );
    whole &&= understood;
    const about = resources.length === 0 && notResources === undefined ? [arn] : resources;
    const content = {
      platform: 'aws',
      principal: resource.id,
      effect,
      role: 'resource' as const,
      ...(inverted ? { notSubjects: subjects } : { subjects }),
      actions,
      ...(notActions === undefined ? {} : { notActions }),
      resources: about,
      ...(notResources === undefined ? {} : { notResources }),
      ...(condition === undefined ? {} : { condition }),
      scope: account ?? '',
      via: [`policy:${resource.name}`, ...(sid === undefined ? [] : [`statement:${sid}`])],
    };
    const id = contentId('grant', content);
    grants.set(id, { id, ...content, locations: [statement.location] });
  }
  if (!whole) {
    const content = {
      platform: 'aws',
      principal: resource.id,
      effect: 'allow' as const,
      role: 'resource' as const,
      actions: [],
      resources: [],
      scope: account ?? '',
      via: [`policy:${resource.name}`],
      unknownContent: true,
    };
    const id = contentId('grant', content);
    grants.set(id, { id, ...content, locations: [location] });
  }
  for (const body of referenced.values()) context.emit({ kind: 'principal', body });
  for (const body of grants.values()) context.emit({ kind: 'grant', body });
}

const ACCOUNT = /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/;
const SHORT = /[^/:]+$/;

/** Something that has a policy, or that a finding speaks of. */
export function resourcePrincipal(arn: string, location: Location, attributes: JsonObject): Principal {
  const account = ACCOUNT.exec(arn)?.[1];
  return {
    id: principalId('aws', 'resource', arn),
    platform: 'aws',
    kind: 'resource',
    nativeId: arn,
    name: SHORT.exec(arn)?.[0] ?? arn,
    scope: account === undefined ? [] : [account],
    seen: 'listed',
    attributes,
    locations: [location],
  };
}
