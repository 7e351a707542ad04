import { type JsonSelection, jsonPieces } from '../../src/scan/formats/json.ts';
import { type Node, textAt, valueAt } from '../../src/scan/formats/node.ts';
import { textChunks } from '../../src/scan/formats/text-chunks.ts';
import type { SourceFile } from '../../src/scan/scanner.ts';
import type { Problem } from '../terraform/fact-set.ts';
import { mapNode } from '../terraform/nodes.ts';
import type { Resource } from '../terraform/resource.ts';
import { plainProperties, terraformAttributes } from './properties.ts';
import { terraformType } from './types.ts';

/** Versions of the deployment that are known; the fourth only says which features it uses. */
const VERSIONS: ReadonlySet<string> = new Set(['1', '2', '3', '4']);

const SELECTION: JsonSelection = (path) => {
  const place = path.join('/');
  if (place === 'deployment/resources' || place === 'checkpoint/latest/resources') return 'items';
  return SKIPPED.test(place) ? 'skip' : undefined;
};
const SKIPPED = /\/(?:secrets_providers|pending_operations|metadata|manifest)$/;

/**
 * The resources of a stack, as `pulumi stack export` writes it and as a backend of one's own keeps it, under the types and
 * names that Terraform has for them.
 *
 * Source: developer documentation of Pulumi, "Deployment schema".
 *
 * @throws AppError ERR_SCAN_SYNTAX or ERR_SCAN_LIMIT with `path:line:column`
 */
export async function readStack(file: SourceFile, add: (resource: Resource) => void, problem: Problem): Promise<void> {
  for await (const { kind, node } of jsonPieces(textChunks(file.stream()), file.path, SELECTION)) {
    if (kind === 'document') {
      const version = textAt(node, 'version');
      if (version === undefined || !VERSIONS.has(version)) {
        problem('a deployment of a version that is not supported', node.place);
      }
      continue;
    }
    const [urn, type] = [textAt(node, 'urn'), textAt(node, 'type')];
    if (urn === undefined || type === undefined) {
      problem('a resource without urn or type', node.place);
      continue;
    }
    const resource = resourceOf(node, urn, type);
    if (resource !== undefined) add(resource);
  }
}

function resourceOf(node: Node, address: string, type: string): Resource | undefined {
  const mapped = terraformType(type);
  if (mapped === undefined) return undefined;
  const [inputs, outputs, id] = [valueAt(node, 'inputs'), valueAt(node, 'outputs'), valueAt(node, 'id')];
  const place = (outputs ?? inputs ?? node).place;
  const provider = textAt(node, 'provider');
  // The outputs are what is there; what a provider does not give back is only in the inputs.
  const all = merged(inputs, outputs, node);
  const attributes =
    mapped === 'kubernetes_manifest'
      ? mapNode(place, { manifest: plainProperties(all) })
      : withId(terraformAttributes(all), id);
  return {
    address,
    type: mapped,
    // What was only looked up belongs to somebody else.
    mode: textAt(node, 'external') === 'true' ? 'data' : 'managed',
    attributes,
    place,
    ...(provider === undefined ? {} : { provider }),
  };
}

function merged(inputs: Node | undefined, outputs: Node | undefined, { place }: Node): Node {
  const of = (node: Node | undefined) => (node?.kind === 'map' ? [...node.entries] : []);
  return { kind: 'map', entries: new Map([...of(inputs), ...of(outputs)]), place };
}

function withId(attributes: Node, id: Node | undefined): Node {
  if (attributes.kind !== 'map' || id === undefined || attributes.entries.has('id')) return attributes;
  return { ...attributes, entries: new Map(attributes.entries).set('id', { place: id.place, value: id }) };
}
