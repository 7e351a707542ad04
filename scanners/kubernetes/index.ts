import type { Location } from '../../src/model/location.ts';
import type { Node } from '../../src/scan/formats/node.ts';
import { isUnrendered } from '../../src/scan/formats/template.ts';
import type { ScanContext, Scanner, SourceFile } from '../../src/scan/scanner.ts';
import { readVersion } from './cluster-version.ts';
import { Facts } from './facts.ts';
import { readerFor } from './kinds.ts';
import { type ListDefaults, manifestObject } from './manifest-object.ts';
import { OBJECT_READERS } from './object-readers.ts';
import { readObjects } from './read-objects.ts';
import { recogniseKubernetes } from './recognise.ts';

/** Kubernetes manifests and `kubectl get … -o yaml|json`; docs/sources/kubernetes.md says what is read and what is not. */
export const kubernetesScanner: Scanner = {
  id: 'kubernetes',
  title: 'Kubernetes manifests and kubectl lists',
  recognise: recogniseKubernetes,
  async read(file: SourceFile, context: ScanContext) {
    const format = recogniseKubernetes(file) ?? 'manifest-yaml';
    const facts = new Facts(file, context);
    const broken = (message: string, location: Location) => context.problem({ message, location });
    try {
      for await (const { node, list } of readObjects(file, format, broken)) {
        if (format === 'cluster-version') readVersion(node, facts);
        else readObject(node, list, facts);
      }
    } finally {
      facts.end();
    }
  },
};

function readObject(node: Node, list: ListDefaults, facts: Facts): void {
  const object = manifestObject(node, list);
  const reader = object === undefined ? undefined : readerFor(object.group, object.kind);
  if (object === undefined || reader === undefined) return;
  // A chart's template whose directives all stand inside of quotes is YAML, but names nothing yet.
  if (isUnrendered(object.name) || isUnrendered(object.namespace ?? '')) return;
  if (object.name === '') facts.problem(`a ${object.kind} without a name`, object.place);
  else OBJECT_READERS[reader](object, facts);
}
