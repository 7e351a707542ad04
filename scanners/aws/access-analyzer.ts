import { credentialId, principalId } from '../../src/model/id.ts';
import { isObject, type JsonObject } from '../../src/model/json.ts';
import type { Location } from '../../src/model/location.ts';
import type { Observation } from '../../src/model/observation.ts';
import { instant } from '../../src/scan/formats/instant.ts';
import { list, member, objects, text, texts } from '../../src/scan/formats/json-members.ts';
import type { ScanContext, SourceFile } from '../../src/scan/scanner.ts';
import { namedPrincipal } from './arn.ts';
import { accountOfKey } from './key-account.ts';
import { readReplies } from './replies.ts';
import { resourcePrincipal } from './resource-policies.ts';
import { referencedPrincipal } from './trusts.ts';

/**
 * Reads findings of IAM Access Analyzer (`list-findings-v2`, `get-finding-v2`, and `list-findings` of the first version) as
 * evidence beside our own rows: of a role or user it goes to that principal, of a key to the key, of anything else to the
 * resource. Their `status` is the provider's view and changes nothing in ours.
 *
 * Source: IAM Access Analyzer API Reference, FindingSummaryV2 and GetFindingV2.
 */
export async function readAccessAnalyzer(file: SourceFile, context: ScanContext): Promise<void> {
  await readReplies(file, context, (reply) => {
    for (const { value, location } of reply.objects('findings')) readFinding(value, [], location, context);
    const whole = {
      ...Object.fromEntries(SCALARS.map((name) => [name, reply.text(name)])),
      ...reply.objects('finding')[0]?.value,
    };
    const details = reply.objects('findingDetails').map(({ value }) => value);
    if (text(whole, 'resource') !== undefined) readFinding(whole, details, reply.location, context);
  });
}

const SOURCE = 'aws-access-analyzer';
const SCALARS = [
  'id',
  'resource',
  'resourceType',
  'resourceOwnerAccount',
  'status',
  'findingType',
  'analyzedAt',
  'createdAt',
  'updatedAt',
];

function readFinding(
  value: JsonObject,
  details: readonly JsonObject[],
  location: Location,
  context: ScanContext,
): void {
  const resource = text(value, 'resource');
  if (resource === undefined) {
    context.problem({ message: 'a finding of Access Analyzer without resource', location });
    return;
  }
  const id = text(value, 'id');
  const status = text(value, 'status');
  const asOf = instant(member(value, 'analyzedAt'));
  const actions = unusedActions(details);
  const observation: Observation = {
    source: SOURCE,
    // The first version has no type, and knows only access from outside.
    kind: text(value, 'findingType') ?? 'ExternalAccess',
    ...(id === undefined ? {} : { id }),
    ...(status === undefined ? {} : { status }),
    ...(asOf === undefined ? {} : { asOf }),
    confidence: 'high',
    ...(Object.keys(actions).length === 0 ? {} : { actions }),
    detail: detailOf(value, details),
    location,
  };
  const named = namedPrincipal(resource);
  const owner = text(value, 'resourceOwnerAccount');
  const body =
    named === undefined
      ? resourcePrincipal(resource, location, owner === undefined ? {} : { account: owner })
      : referencedPrincipal(named.kind, named.nativeId, named.account, location);
  context.emit({ kind: 'principal', body: { ...body, observations: [observation] } });
  for (const key of details.flatMap((detail) => keyDetail(detail) ?? [])) {
    const account = accountOfKey(key.id) ?? named?.account ?? owner;
    if (named?.kind !== 'user' && account === undefined) continue;
    const { lastUsedAt } = key;
    context.emit({
      kind: 'credential',
      body: {
        id: credentialId('aws', 'access-key', key.id),
        platform: 'aws',
        kind: 'access-key',
        nativeId: key.id,
        principal: principalId('aws', 'user', named?.nativeId ?? resource),
        status: 'unknown',
        usage: {
          source: SOURCE,
          confidence: 'medium',
          ...(lastUsedAt === undefined ? {} : { lastUsedAt }),
          ...(asOf === undefined ? {} : { asOf }),
        },
        observations: [observation],
        locations: [location],
      },
    });
  }
}

function keyDetail(detail: JsonObject): { readonly id: string; readonly lastUsedAt: string | undefined } | undefined {
  const key = member(detail, 'unusedIamUserAccessKeyDetails');
  const id = isObject(key) ? text(key, 'accessKeyId') : undefined;
  return !isObject(key) || id === undefined ? undefined : { id, lastUsedAt: instant(member(key, 'lastAccessed')) };
}

/** What an analysis of unused access says of actions: when each was last used, or that it was not. */
function unusedActions(details: readonly JsonObject[]): Readonly<Record<string, string | null>> {
  const found: [string, string | null][] = [];
  for (const detail of details) {
    const unused = member(detail, 'unusedPermissionDetails');
    const namespace = isObject(unused) ? text(unused, 'serviceNamespace') : undefined;
    if (!isObject(unused) || namespace === undefined) continue;
    const actions = objects(unused, 'actions');
    if (actions.length === 0) found.push([`${namespace}:*`, instant(member(unused, 'lastAccessed')) ?? null]);
    for (const action of actions) {
      const name = text(action, 'action');
      if (name !== undefined) found.push([`${namespace}:${name}`, instant(member(action, 'lastAccessed')) ?? null]);
    }
  }
  return Object.fromEntries(found.sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** What of an external access says who can do what, as it stands. */
function detailOf(value: JsonObject, details: readonly JsonObject[]): JsonObject {
  const external = [value, ...details.flatMap((detail) => asObjects(member(detail, 'externalAccessDetails')))];
  const first = <T>(read: (object: JsonObject) => T | undefined) =>
    external.map(read).find((found) => found !== undefined);
  const principal = first((object) => asObjects(member(object, 'principal'))[0]);
  const actions = first((object) => (list(object, 'action').length === 0 ? undefined : texts(object, 'action')));
  const open = first((object) => member(object, 'isPublic'));
  const type = text(value, 'resourceType');
  return {
    ...(type === undefined ? {} : { resource_type: type }),
    ...(principal === undefined ? {} : { principal }),
    ...(actions === undefined ? {} : { action: actions }),
    ...(open === undefined ? {} : { is_public: open }),
  };
}

function asObjects(value: ReturnType<typeof member>): readonly JsonObject[] {
  return isObject(value) ? [value] : [];
}
