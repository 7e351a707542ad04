import { isObject, type JsonObject } from '../../src/model/json.ts';
import type { Principal } from '../../src/model/principal.ts';
import { member, text } from '../../src/scan/formats/json-members.ts';
import { environmentOf, ownerOf } from '../aws/tags.ts';
import { flattened, present } from './fields.ts';
import { armPath, isGuid, lastSegment, named, scopeOf } from './names.ts';
import type { Reading } from './reading.ts';

/** A user-assigned managed identity: a service principal that only Azure's own resources sign in as. */
export function readManagedIdentity(element: JsonObject, reading: Reading): void {
  const location = reading.placeOf(element);
  const record = flattened(element);
  const path = armPath(text(record, 'id') ?? '');
  const clientId = text(record, 'clientId');
  const objectId = text(record, 'principalId');
  if (clientId === undefined || objectId === undefined) {
    reading.problem('a managed identity without clientId or principalId', location);
    return;
  }
  reading.tenants.own(text(record, 'tenantId'));
  reading.list({
    ...named('service-principal', clientId, location, {
      name: text(record, 'name') ?? clientId,
      aliases: [objectId, path],
    }),
    seen: 'listed',
    scope: scopeOf(path),
    ...taggedBy(record, location),
    attributes: { managed_identity: 'user-assigned', resource: path, type: 'ManagedIdentity' },
  });
}

/** A resource that has identities: whoever can run something on it acts as them. */
export function readResource(element: JsonObject, reading: Reading): void {
  const location = reading.placeOf(element);
  const record = flattened(element);
  const path = armPath(text(record, 'id') ?? '');
  const identity = member(record, 'identity');
  const type = text(record, 'type') ?? typeOf(path);
  const assigned = isObject(identity) ? identitiesOf(identity, location) : [];
  const kubelet = kubeletOf(record, location);
  const all = [...assigned, ...(kubelet === undefined ? [] : [kubelet])];
  const identityType = isObject(identity) ? text(identity, 'type') : undefined;
  // Some listings leave out which identity it is: then only the list of service principals says so.
  if (all.length === 0 && (identityType === undefined || identityType === 'None')) return;
  const host: Principal = {
    ...named('workload', path, location, { name: text(record, 'name') ?? lastSegment(path) }),
    seen: 'listed',
    ...taggedBy(record, location),
    attributes: present({
      type: type?.toLowerCase(),
      identity: identityType,
    }),
  };
  reading.list(host);
  for (const principal of all) {
    reading.trust(
      { principal: reading.name(principal), subject: { kind: 'principal', id: host.id }, how: 'runs-as' },
      location,
    );
  }
}

function identitiesOf(identity: JsonObject, location: Parameters<typeof named>[2]): readonly Principal[] {
  const system = text(identity, 'principalId');
  const found = system === undefined ? [] : [named('service-principal', system, location)];
  const assigned = member(identity, 'userAssignedIdentities');
  if (!isObject(assigned)) return found;
  for (const [id, value] of Object.entries(assigned)) {
    const clientId = isObject(value) ? text(value, 'clientId') : undefined;
    const objectId = isObject(value) ? text(value, 'principalId') : undefined;
    const path = armPath(id);
    found.push(
      clientId !== undefined && isGuid(clientId)
        ? named('service-principal', clientId, location, {
            name: lastSegment(path),
            aliases: [path, ...(objectId === undefined ? [] : [objectId])],
          })
        : named('service-principal', path, location),
    );
  }
  return found;
}

/** What the nodes of a Kubernetes cluster pull images with: any pod of the cluster can ask for its tokens. */
function kubeletOf(record: JsonObject, location: Parameters<typeof named>[2]): Principal | undefined {
  const profile = member(record, 'identityProfile');
  const kubelet = isObject(profile) ? member(profile, 'kubeletidentity') : undefined;
  const clientId = isObject(kubelet) ? text(kubelet, 'clientId') : undefined;
  if (!isObject(kubelet) || clientId === undefined) return undefined;
  const aliases = [text(kubelet, 'objectId'), text(kubelet, 'resourceId')].flatMap((alias) => alias ?? []);
  return named('service-principal', clientId, location, { aliases });
}

function taggedBy(record: JsonObject, location: Parameters<typeof named>[2]): Pick<Principal, 'owner' | 'environment'> {
  const tags = member(record, 'tags');
  if (!isObject(tags)) return {};
  const texts = Object.fromEntries(Object.entries(tags).filter(([, value]) => typeof value === 'string')) as Record<
    string,
    string
  >;
  const owner = ownerOf(texts);
  const environment = environmentOf(texts);
  return {
    ...(owner === undefined ? {} : { owner: { ...owner, location } }),
    ...(environment === undefined ? {} : { environment }),
  };
}

function typeOf(path: string): string | undefined {
  const [, provider, rest = ''] = /\/providers\/([^/]+)\/([^?]*)$/.exec(path) ?? [];
  if (provider === undefined) return undefined;
  const types = rest.split('/').filter((_, index) => index % 2 === 0);
  return [provider, ...types].join('/');
}
