import type { Facts } from './facts.ts';
import type { ManifestObject } from './manifest-object.ts';
import { serviceAccount } from './principals.ts';

/** A Namespace: its `default` service account exists although no manifest says so. */
export function readNamespace(object: ManifestObject, facts: Facts): void {
  facts.reference(serviceAccount(facts.cluster, object.name, 'default'), object.place);
}
