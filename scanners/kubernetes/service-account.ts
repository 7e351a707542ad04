import { type Node, textAt, valueAt } from '../../src/scan/formats/node.ts';
import { cloudIdentities, isCloudIdentityKey } from './cloud-identities.ts';
import type { Facts } from './facts.ts';
import type { ManifestObject } from './manifest-object.ts';
import { isOwnerKey, ownership } from './ownership.ts';
import { DEFAULT_NAMESPACE, serviceAccount } from './principals.ts';

/** A ServiceAccount object: the principal, and the cloud identities that its annotations claim. */
export function readServiceAccount(object: ManifestObject, facts: Facts): void {
  const name = serviceAccount(facts.cluster, object.namespace ?? DEFAULT_NAMESPACE, object.name);
  const annotations = [...object.annotations].flatMap(([key, { value }]) => {
    const text = isCloudIdentityKey(key) || isOwnerKey(key) ? textAt(value) : undefined;
    return text === undefined ? [] : [[key, text] as const];
  });
  facts.tell({
    kind: 'principal',
    body: {
      ...name,
      seen: 'listed',
      ...(object.uid === undefined ? {} : { aliases: [object.uid] }),
      ...ownership(object, facts),
      ...(object.createdAt === undefined ? {} : { createdAt: object.createdAt }),
      attributes: {
        automount: booleanAt(object.node, 'automountServiceAccountToken'),
        annotations: Object.fromEntries(annotations),
        default: object.name === 'default',
      },
      locations: [facts.at(object.place)],
    },
  });
  for (const identity of cloudIdentities(object.annotations)) {
    facts.trust({
      principal: facts.reference(identity.principal, identity.place),
      subject: { kind: 'principal', id: name.id },
      declaredBy: 'subject',
      how: 'annotation',
      locations: [facts.at(identity.place)],
    });
  }
}

/** A truth value as the API server reads it from YAML 1.1 (`no`, `off`), or null where nothing is said. */
export function booleanAt(node: Node | undefined, key: string): boolean | null {
  const value = valueAt(node, key);
  if (value?.kind !== 'scalar') return null;
  if (typeof value.value === 'boolean') return value.value;
  const text = value.text.toLowerCase();
  if (text === 'yes' || text === 'on' || text === 'y') return true;
  return text === 'no' || text === 'off' || text === 'n' ? false : null;
}
