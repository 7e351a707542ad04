import { type Node, textAt } from '../../src/scan/formats/node.ts';
import { tellCluster } from './cluster.ts';
import type { Facts } from './facts.ts';

/** `kubectl version -o json`, or what the server says at `/version`: the server's version, kept on a row for the cluster, which decides what some verbs allow. */
export function readVersion(node: Node, facts: Facts): void {
  const version = /^v?(\d+\.\d+)/.exec(
    textAt(node, 'serverVersion', 'gitVersion') ?? textAt(node, 'gitVersion') ?? '',
  )?.[1];
  if (version === undefined) return;
  tellCluster(facts, { version }, node.place);
}
