import type { JsonObject } from '../../src/model/json.ts';
import { entryOf, itemsAt, type Node, textAt, valueAt } from '../../src/scan/formats/node.ts';
import { readApiServer } from './api-server.ts';
import type { Facts } from './facts.ts';
import { POD_SPECS } from './kinds.ts';
import type { ManifestObject } from './manifest-object.ts';
import { ownership } from './ownership.ts';
import { DEFAULT_NAMESPACE, serviceAccount, workload } from './principals.ts';
import { booleanAt } from './service-account.ts';

/** A Pod or what makes pods: the principal, and the service account that it runs as (`default` when it says none). */
export function readWorkload(object: ManifestObject, facts: Facts): void {
  const spec = valueAt(object.node, ...(POD_SPECS[object.kind] ?? []));
  const namespace = object.namespace ?? DEFAULT_NAMESPACE;
  const name = workload(facts.cluster, namespace, object.kind, object.name);
  // `serviceAccount` is the deprecated name of the same field.
  const key = textAt(spec, 'serviceAccountName') ? 'serviceAccountName' : 'serviceAccount';
  const accountName = textAt(spec, key) || 'default';
  const place = entryOf(spec, key)?.place ?? object.place;
  const controller = itemsAt(object.node, 'metadata', 'ownerReferences').find((owner) =>
    booleanAt(owner, 'controller'),
  );
  facts.tell({
    kind: 'principal',
    body: {
      ...name,
      seen: 'listed',
      ...(object.uid === undefined ? {} : { aliases: [object.uid] }),
      ...ownership(object, facts),
      ...(object.createdAt === undefined ? {} : { createdAt: object.createdAt }),
      attributes: {
        kind: object.kind,
        automount: booleanAt(spec, 'automountServiceAccountToken'),
        projected_token: mountsToken(spec),
        ...projectedTokens(spec),
        images: images(spec),
        service_account: accountName,
        ...(controller === undefined
          ? {}
          : { controller: `${textAt(controller, 'kind') ?? ''}/${textAt(controller, 'name') ?? ''}` }),
      },
      locations: [facts.at(object.place)],
    },
  });
  facts.trust({
    principal: facts.reference(serviceAccount(facts.cluster, namespace, accountName), place),
    subject: { kind: 'principal', id: name.id },
    declaredBy: 'subject',
    how: 'runs-as',
    locations: [facts.at(place)],
  });
  readApiServer(object, spec, facts);
}

function images(spec: Node | undefined): readonly string[] {
  const containers = ['initContainers', 'containers', 'ephemeralContainers'].flatMap((key) => itemsAt(spec, key));
  return [...new Set(containers.flatMap((container) => textAt(container, 'image') ?? []))].sort();
}

/** Tokens with a life and an audience of their own: what is asked for where nothing is said is an hour, for the API server. */
function projectedTokens(spec: Node | undefined): JsonObject {
  const tokens = itemsAt(spec, 'volumes').flatMap((volume) =>
    itemsAt(volume, 'projected', 'sources').flatMap((source): JsonObject[] => {
      const token = valueAt(source, 'serviceAccountToken');
      if (token === undefined) return [];
      const seconds = Number(textAt(token, 'expirationSeconds') ?? 3_600);
      return [{ audience: textAt(token, 'audience') ?? null, seconds: Number.isFinite(seconds) ? seconds : null }];
    }),
  );
  return tokens.length === 0 ? {} : { tokens };
}

/** Whether a volume brings a token by itself, automounted or not, and for the API server (no audience of its own). */
function mountsToken(spec: Node | undefined): boolean {
  return itemsAt(spec, 'volumes').some((volume) =>
    itemsAt(volume, 'projected', 'sources').some((source) => {
      const token = valueAt(source, 'serviceAccountToken');
      return token !== undefined && textAt(token, 'audience') === undefined;
    }),
  );
}
