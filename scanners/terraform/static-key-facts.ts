import type { Credential } from '../../src/model/credential.ts';
import type { Json } from '../../src/model/json.ts';
import type { Node, ScalarNode } from '../../src/scan/formats/node.ts';
import { entriesAt, valueAt } from '../../src/scan/formats/node.ts';
import { isPlaceholder } from '../../src/scan/secrets/placeholder.ts';
import type { PrincipalName } from '../cloud-principals.ts';
import type { FactSet } from './fact-set.ts';
import { jsonOf } from './json-of.ts';
import { placeOf, type Resource, textOf } from './resource.ts';
import { type Material, tellMaterial } from './secret-material.ts';
import { KEY_ATTRIBUTES, type KeyOwner, STATIC_KEYS, type StaticKey } from './static-keys.ts';

/** Finds whom a key authenticates; undefined where the file does not say. */
export type KeyOwners = Readonly<
  Record<KeyOwner, (resource: Resource, attribute: string) => PrincipalName | undefined>
>;

/** Whether something of a resource is, or may be, a static key. */
export function holdsStaticKey({ type, attributes }: Resource): boolean {
  if (STATIC_KEYS[type] !== undefined) return true;
  const pattern = keyAttributes(type);
  return pattern !== undefined && entriesAt(attributes).some(([name]) => pattern.test(name));
}

/** Tells the credential that a resource makes, and the material that stands in it. */
export function tellStaticKey(
  resource: Resource,
  rule: Material['rule'],
  owners: KeyOwners,
  facts: FactSet,
  now: Date,
): void {
  const key = STATIC_KEYS[resource.type];
  const pattern = keyAttributes(resource.type);
  const made = key?.credential === undefined ? undefined : tellCredential(resource, key.credential, owners, facts, now);
  const credential = made ?? belongsTo(resource, key);
  const found = entriesAt(resource.attributes).filter(([name]) => pattern?.test(name) === true);
  for (const name of [...(key?.secrets ?? []), ...found.map(([attribute]) => attribute)]) {
    const node = valueAt(resource.attributes, name);
    if (!isMaterial(node)) continue;
    tellMaterial(
      node,
      {
        rule,
        facts: {
          resource: resource.address,
          attribute: name,
          ...(made?.kind === 'access-key' ? { access_key_id: made.nativeId } : {}),
        },
        ...(credential === undefined ? {} : { platform: credential.platform }),
        // Of a key with several halves only the first is what its id stands for.
        ...(credential === undefined || name !== key?.secrets[0]
          ? {}
          : {
              credentialNativeId: credential.nativeId,
              idLine: valueAt(resource.attributes, key?.credential?.nativeId ?? 'id')?.place.line,
            }),
      },
      facts,
    );
  }
}

function belongsTo(
  resource: Resource,
  key: StaticKey | undefined,
): Pick<Credential, 'platform' | 'nativeId'> | undefined {
  const said = key?.belongsTo;
  if (said === undefined) return undefined;
  return { platform: said.platform, nativeId: (textOf(resource, said.nativeId) ?? resource.address).toLowerCase() };
}

function tellCredential(
  resource: Resource,
  said: NonNullable<StaticKey['credential']>,
  owners: KeyOwners,
  facts: FactSet,
  now: Date,
): Pick<Credential, 'platform' | 'kind' | 'nativeId'> | undefined {
  const { platform, kind } = said;
  const owner = ownerOf(resource, said, owners);
  if (owner === undefined) return undefined;
  facts.reference(owner, resource.place);
  const nativeId = nativeIdOf(resource, said, owner);
  const createdAt = instant(said.createdAt === undefined ? undefined : textOf(resource, said.createdAt));
  const expiresAt = endOf(said.expiresAt === undefined ? undefined : textOf(resource, said.expiresAt));
  const kept = (said.keeps ?? []).flatMap((name): [string, Json][] => {
    const value = valueAt(resource.attributes, name);
    return value === undefined || (value.kind === 'scalar' && !value.text) ? [] : [[name, jsonOf(value)]];
  });
  facts.credential(
    {
      platform,
      kind,
      nativeId,
      principal: owner.id,
      status: statusOf(said.status === undefined ? undefined : textOf(resource, said.status), expiresAt, now),
      ...(createdAt === undefined ? {} : { createdAt }),
      ...(expiresAt === undefined ? {} : { expiresAt }),
      attributes: { ...Object.fromEntries(kept), resource: resource.address },
    },
    placeOf(resource, said.nativeId || 'id'),
  );
  return { platform, kind, nativeId };
}

function ownerOf(
  resource: Resource,
  { owner, of }: NonNullable<StaticKey['credential']>,
  owners: KeyOwners,
): PrincipalName | undefined {
  for (const attribute of of) {
    const found = owners[owner](resource, attribute);
    if (found !== undefined) return found;
  }
  return of.length === 0 ? owners[owner](resource, '') : undefined;
}

function nativeIdOf(
  resource: Resource,
  { nativeId = 'id', tail, kind }: NonNullable<StaticKey['credential']>,
  principal: PrincipalName,
): string {
  if (nativeId === '') return `${principal.nativeId}#${kind}`;
  const id = textOf(resource, nativeId);
  // What is not made yet has no id.
  if (id === undefined) return resource.address;
  return tail === true ? (/[^/:]+$/.exec(id)?.[0] ?? id) : id;
}

function keyAttributes(type: string): RegExp | undefined {
  return Object.entries(KEY_ATTRIBUTES).find(([prefix]) => type.startsWith(prefix))?.[1];
}

/** A text that may be secret: providers write null or nothing for what they were not told, or keep elsewhere. */
function isMaterial(node: Node | undefined): node is ScalarNode {
  if (node?.kind !== 'scalar' || typeof node.value !== 'string') return false;
  return node.value.length >= MIN_LENGTH && !isPlaceholder(node.value);
}

const MIN_LENGTH = 4;

/** What is owned by a configuration is there unless it says otherwise. */
function statusOf(status: string | undefined, expiresAt: string | undefined, now: Date): Credential['status'] {
  const text = status?.toLowerCase();
  if (text === 'inactive' || text === 'expired') return text;
  return expiresAt !== undefined && Date.parse(expiresAt) <= now.getTime() ? 'expired' : 'active';
}

/** ISO 8601 in UTC; undefined for what is no date. */
function instant(text: string | undefined): string | undefined {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

const NEVER = new Set(['infinity', '9999-12-31t23:59:59z']);

function endOf(text: string | undefined): string | undefined {
  return text === undefined || NEVER.has(text.toLowerCase()) ? undefined : instant(text);
}
