import { type JsonSelection, jsonPieces } from '../../src/scan/formats/json.ts';
import { entriesAt, type Node, textAt, textsAt, valueAt } from '../../src/scan/formats/node.ts';
import { textChunks } from '../../src/scan/formats/text-chunks.ts';
import type { SourceFile } from '../../src/scan/scanner.ts';
import type { Problem } from './fact-set.ts';
import { type Resource, withoutKeys } from './resource.ts';

/**
 * What `terraform show -json` prints: of a state its resources, of a plan what every resource is and what it will be.
 *
 * Source: developer.hashicorp.com/terraform/internals/json-format. Later minor versions only add members.
 */
export interface ShowVisitor {
  /** A resource as it is. */
  current(resource: Resource): void;
  /** A resource as it will be. One that stays the same is the same object in both. */
  planned(resource: Resource): void;
  problem: Problem;
}

const SUPPORTED = /^[01]\.\d+$/;

/** Modules within modules; of a plan everything else is said again elsewhere. */
const SELECTION: JsonSelection = ([first = '', ...rest]) => {
  if (first === 'resource_changes') return rest.length === 0 ? 'items' : undefined;
  if (first === 'values' || first === 'configuration') return rest.at(-1) === 'resources' ? 'items' : undefined;
  return SKIPPED.has(first) ? 'skip' : undefined;
};
const SKIPPED: ReadonlySet<string> = new Set([
  'planned_values',
  'prior_state',
  'resource_drift',
  'output_changes',
  'relevant_attributes',
  'variables',
  'checks',
]);

/** @throws AppError ERR_SCAN_SYNTAX or ERR_SCAN_LIMIT with `path:line:column` */
export async function readShow(file: SourceFile, visitor: ShowVisitor): Promise<void> {
  const changes: Node[] = [];
  const references = new Map<string, ReadonlyMap<string, readonly string[]>>();
  try {
    for await (const { kind, node, path = [] } of jsonPieces(textChunks(file.stream()), file.path, SELECTION)) {
      if (kind === 'document') {
        const version = textAt(node, 'format_version');
        if (version === undefined || !SUPPORTED.test(version)) {
          visitor.problem(
            'a form of `terraform show -json` that is not supported: format_version is 0 or 1',
            node.place,
          );
        }
      } else if (path[0] === 'configuration') configured(node, path, references);
      else if (path[0] === 'values') {
        const resource = resourceOf(node, valueAt(node, 'values'));
        if (resource === undefined) visitor.problem('a resource without an address or a type', node.place);
        else visitor.current(resource);
      } else changes.push(node);
    }
  } finally {
    for (const node of changes) change(node, references, visitor);
  }
}

function change(
  node: Node,
  references: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>,
  visitor: ShowVisitor,
): void {
  const before = valueAt(node, 'change', 'before');
  const after = valueAt(node, 'change', 'after');
  if (textAt(node, 'address') === undefined || textAt(node, 'type') === undefined) {
    visitor.problem('a change without an address or a type', node.place);
    return;
  }
  const current = before?.kind === 'map' ? resourceOf(node, before) : undefined;
  if (current !== undefined) visitor.current(current);
  if (after?.kind !== 'map') return;
  if (current !== undefined && textsAt(node, 'change', 'actions').join() === 'no-op') {
    visitor.planned(current);
    return;
  }
  const planned = resourceOf(node, after);
  if (planned === undefined) return;
  const unknown = valueAt(node, 'change', 'after_unknown');
  const found = references.get(withoutKeys(planned.address));
  visitor.planned({
    ...planned,
    ...(unknown === undefined ? {} : { unknown }),
    ...(found === undefined ? {} : { references: found }),
  });
}

function resourceOf(node: Node, attributes: Node | undefined): Resource | undefined {
  const [address, type, mode, provider] = ['address', 'type', 'mode', 'provider_name'].map((key) => textAt(node, key));
  if (address === undefined || type === undefined || attributes?.kind !== 'map') return undefined;
  return {
    address,
    type,
    mode: mode === 'data' ? 'data' : 'managed',
    attributes,
    place: attributes.place,
    ...(provider === undefined ? {} : { provider }),
  };
}

/** What the attributes of a resource of the configuration refer to. */
function configured(
  node: Node,
  path: readonly string[],
  references: Map<string, ReadonlyMap<string, readonly string[]>>,
): void {
  const module = path.flatMap((step, at) => (path[at - 1] === 'module_calls' ? [`module.${step}.`] : [])).join('');
  const address = textAt(node, 'address');
  if (address === undefined) return;
  const found = entriesAt(node, 'expressions').flatMap(([attribute, { value }]): [string, readonly string[]][] => {
    const named = textsAt(value, 'references').flatMap((reference) => {
      const resource = /^(?:data\.)?[a-z]\w*\.[\w-]+/.exec(reference)?.[0];
      return resource === undefined || NOT_RESOURCES.test(reference) ? [] : [`${module}${resource}`];
    });
    return named.length === 0 ? [] : [[attribute, [...new Set(named)]]];
  });
  if (found.length > 0) references.set(`${module}${address}`, new Map(found));
}

const NOT_RESOURCES = /^(?:var|local|module|each|count|path|terraform|self)\./;
