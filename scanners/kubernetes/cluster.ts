import { principalId } from '../../src/model/id.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { Place } from '../../src/scan/formats/node.ts';
import type { Facts } from './facts.ts';

/** Tells something of the cluster itself, which is a row that never acts. */
export function tellCluster(facts: Facts, attributes: JsonObject, place: Place): void {
  facts.tell({
    kind: 'principal',
    body: {
      id: principalId('kubernetes', 'cluster', facts.cluster),
      platform: 'kubernetes',
      kind: 'cluster',
      nativeId: facts.cluster,
      name: facts.cluster,
      scope: [facts.cluster],
      seen: 'listed',
      attributes,
      locations: [facts.at(place)],
    },
  });
}
