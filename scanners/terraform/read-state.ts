import { jsonPieces } from '../../src/scan/formats/json.ts';
import { itemsAt, type MapNode, type Node, textAt, valueAt } from '../../src/scan/formats/node.ts';
import { textChunks } from '../../src/scan/formats/text-chunks.ts';
import type { SourceFile } from '../../src/scan/scanner.ts';
import type { Problem } from './fact-set.ts';
import type { Resource } from './resource.ts';

/** The format of state that is read, since Terraform 0.12 (2019) the only one that is written. */
const VERSION = '4';

/**
 * The resources of a state as Terraform and OpenTofu keep it, one for each instance.
 *
 * Source: `internal/states/statefile/version4.go` of hashicorp/terraform, which has no other documentation.
 *
 * @throws AppError ERR_SCAN_SYNTAX or ERR_SCAN_LIMIT with `path:line:column`; what came before was handed on
 */
export async function readState(file: SourceFile, add: (resource: Resource) => void, problem: Problem): Promise<void> {
  const pieces = jsonPieces(textChunks(file.stream()), file.path, (path) =>
    path.length === 1 && path[0] === 'resources' ? 'items' : undefined,
  );
  for await (const { kind, node } of pieces) {
    if (kind === 'document') {
      const version = textAt(node, 'version');
      if (version !== VERSION) problem(`a state of version ${version}, which is not supported: only 4 is`, node.place);
    } else for (const resource of instances(node, problem)) add(resource);
  }
}

function* instances(node: Node, problem: Problem): Generator<Resource> {
  const [mode, type, name, module, provider] = ['mode', 'type', 'name', 'module', 'provider'].map((key) =>
    textAt(node, key),
  );
  if (type === undefined || name === undefined) {
    problem('a resource without a type or a name', node.place);
    return;
  }
  const own = `${module === undefined ? '' : `${module}.`}${mode === 'data' ? 'data.' : ''}${type}.${name}`;
  for (const instance of itemsAt(node, 'instances')) {
    // Replaced, and not taken away yet: it is there until the next apply.
    const deposed = textAt(instance, 'deposed');
    const attributes = valueAt(instance, 'attributes') ?? flat(instance);
    if (attributes?.kind !== 'map') {
      problem(`an instance of ${type}.${name} without attributes`, instance.place);
      continue;
    }
    yield {
      address: `${own}${keyOf(valueAt(instance, 'index_key'))}${deposed === undefined ? '' : ` (deposed ${deposed})`}`,
      type,
      mode: mode === 'data' ? 'data' : 'managed',
      attributes,
      place: attributes.place,
      ...(provider === undefined ? {} : { provider }),
    };
  }
}

function keyOf(key: Node | undefined): string {
  if (key?.kind !== 'scalar' || key.value === null) return '';
  return typeof key.value === 'number' ? `[${key.value}]` : `[${JSON.stringify(key.text)}]`;
}

/** What was upgraded from an older state and not applied since has flat names: only those without a dot say something here. */
function flat(instance: Node): MapNode | undefined {
  const node = valueAt(instance, 'attributes_flat');
  return node?.kind === 'map' ? node : undefined;
}
