import { principalId } from '../../src/model/id.ts';
import { isObject, type JsonObject } from '../../src/model/json.ts';
import type { Location } from '../../src/model/location.ts';
import type { Principal } from '../../src/model/principal.ts';
import type { Usage } from '../../src/model/usage.ts';
import { instant } from '../../src/scan/formats/instant.ts';
import { member, objects, text, texts } from '../../src/scan/formats/json-members.ts';
import { parseIamArn, pathlessArn } from './arn.ts';
import { environmentOf, ownerOf, readTags } from './tags.ts';

const KINDS = {
  user: { name: 'UserName', id: 'UserId' },
  role: { name: 'RoleName', id: 'RoleId' },
  group: { name: 'GroupName', id: 'GroupId' },
} as const;

/** What users, roles and groups have in common; undefined without an ARN of that kind. */
export function listedPrincipal(
  kind: keyof typeof KINDS,
  value: JsonObject,
  location: Location,
): Principal | undefined {
  const arn = text(value, 'Arn');
  const parsed = arn === undefined ? undefined : parseIamArn(arn);
  if (arn === undefined || parsed?.type !== kind) return undefined;
  const uniqueId = text(value, KINDS[kind].id);
  const pathless = pathlessArn(arn);
  const aliases = [...(uniqueId === undefined ? [] : [uniqueId]), ...(pathless === arn ? [] : [pathless])];
  const tags = readTags(value);
  const owner = ownerOf(tags);
  const environment = environmentOf(tags);
  const createdAt = instant(member(value, 'CreateDate'));
  return {
    id: principalId('aws', kind, arn),
    platform: 'aws',
    kind,
    nativeId: arn,
    name: text(value, KINDS[kind].name) ?? pathless.slice(pathless.lastIndexOf('/') + 1),
    scope: [parsed.account],
    seen: 'listed',
    ...(aliases.length === 0 ? {} : { aliases }),
    ...(owner === undefined ? {} : { owner: { ...owner, location } }),
    ...(environment === undefined ? {} : { environment }),
    ...(createdAt === undefined ? {} : { createdAt }),
    attributes: { path: text(value, 'Path') ?? '/', tags, policies_seen: true },
    locations: [location],
  };
}

/** A user of an authorization details export. */
export function readUser(value: JsonObject, location: Location): Principal | undefined {
  const user = listedPrincipal('user', value, location);
  return user === undefined
    ? undefined
    : { ...user, attributes: { ...user.attributes, groups: texts(value, 'GroupList') } };
}

/** A role of an authorization details export. */
export function readRole(value: JsonObject, location: Location): Principal | undefined {
  const role = listedPrincipal('role', value, location);
  if (role === undefined) return undefined;
  const usage = roleUsage(value);
  return {
    ...role,
    ...(usage === undefined ? {} : { usage }),
    attributes: {
      ...role.attributes,
      service_linked: role.nativeId.includes(':role/aws-service-role/'),
      instance_profiles: objects(value, 'InstanceProfileList').flatMap(
        (entry) => text(entry, 'InstanceProfileName') ?? [],
      ),
    },
  };
}

/**
 * `RoleLastUsed` is an empty object when the role was not used in the period that IAM tracks, and not there at all where the
 * listing does not say (`list-roles`). Of one busy quarter of an hour only the first use is kept.
 */
export function roleUsage(value: JsonObject): Usage | undefined {
  const used = member(value, 'RoleLastUsed');
  if (!isObject(used)) return undefined;
  const base = { source: 'aws-role-last-used', confidence: 'medium' } as const;
  const lastUsedAt = instant(member(used, 'LastUsedDate'));
  if (lastUsedAt === undefined) return Object.keys(used).length === 0 ? { ...base, never: true } : base;
  const region = text(used, 'Region');
  return { ...base, lastUsedAt, ...(region === undefined ? {} : { region }) };
}
