import { principalId } from '../../src/model/id.ts';
import { type Node, textAt } from '../../src/scan/formats/node.ts';
import type { Facts } from './facts.ts';

/** `kubectl version -o json`, or what the server says at `/version`: the server's version, kept on a row for the cluster, which decides what some verbs allow. */
export function readVersion(node: Node, facts: Facts): void {
  const version = /^v?(\d+\.\d+)/.exec(
    textAt(node, 'serverVersion', 'gitVersion') ?? textAt(node, 'gitVersion') ?? '',
  )?.[1];
  if (version === undefined) return;
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
      attributes: { version },
      locations: [facts.at(node.place)],
    },
  });
}
