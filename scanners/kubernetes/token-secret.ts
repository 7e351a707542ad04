import { credentialId } from '../../src/model/id.ts';
import { textAt } from '../../src/scan/formats/node.ts';
import type { Facts } from './facts.ts';
import type { ManifestObject } from './manifest-object.ts';
import { DEFAULT_NAMESPACE, serviceAccount } from './principals.ts';

const TOKEN_TYPE = 'kubernetes.io/service-account-token';
const ACCOUNT = 'kubernetes.io/service-account.name';

/**
 * A Secret that holds a token of a service account, which never expires. Nothing of its data is looked at, nor of that of
 * any other Secret: material in files is what the secret scanner is for.
 */
export function readSecret(object: ManifestObject, facts: Facts): void {
  if (textAt(object.node, 'type') !== TOKEN_TYPE) return;
  const account = object.annotations.get(ACCOUNT);
  const name = textAt(account?.value);
  if (account === undefined || !name) {
    facts.problem(`Secret "${object.name}" of type ${TOKEN_TYPE} names no service account`, object.place);
    return;
  }
  const namespace = object.namespace ?? DEFAULT_NAMESPACE;
  const nativeId = `${facts.cluster}/${namespace}/${object.name}`;
  facts.tell({
    kind: 'credential',
    body: {
      id: credentialId('kubernetes', 'token-secret', nativeId),
      platform: 'kubernetes',
      kind: 'token-secret',
      nativeId,
      principal: facts.reference(serviceAccount(facts.cluster, namespace, name), account.place),
      // The cluster fills it in as soon as it is there; only an export shows that it is.
      status: object.uid === undefined ? 'unknown' : 'active',
      ...(object.createdAt === undefined ? {} : { createdAt: object.createdAt }),
      locations: [facts.at(object.place)],
    },
  });
}
