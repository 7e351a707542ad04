import { containerPrincipal, nodeOf, projectIn } from '../../src/iam/gcp/resource-name.ts';
import type { Node } from '../../src/scan/formats/node.ts';
import type { Facts } from './facts.ts';
import { textOf, textsOf } from './fields.ts';

/** Where a record stands in the hierarchy: containers, widest first; empty where the record does not say. */
export type Ancestry = readonly string[];

/**
 * The ancestors of an asset. `ancestors` is a list with the nearest first, `ancestry_path` (older, and of tools that imitate the
 * export) has the widest first and singular names; with neither, a name or a parent may still say the project.
 */
export function ancestryOf(asset: Node): Ancestry {
  const listed = textsOf(asset, 'ancestors');
  if (listed.length > 0) return listed.map(nodeOf).toReversed();
  const path = textOf(asset, 'ancestryPath');
  if (path !== undefined) return fromPath(path);
  const parent = textOf(asset, 'resource', 'parent') ?? textOf(asset, 'parentFullResourceName');
  const project = projectIn(textOf(asset, 'name') ?? '');
  const named = project === undefined ? [] : [`projects/${project}`];
  const node = parent === undefined ? undefined : nodeOf(parent);
  return node !== undefined && containerPrincipal(node) !== undefined ? [node] : named;
}

const UNKNOWN = /^(?:unknown|\{\{.*|)$/;

/** `organization/1/folder/2/project/acme`, with or without the plural; a part that is not known ends what is known below it. */
function fromPath(path: string): Ancestry {
  const parts = path.split('/');
  const found: string[] = [];
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const [collection = '', id = ''] = [parts[at], parts[at + 1]];
    const name = /^(organization|folder|project)s?$/.exec(collection)?.[1];
    if (name !== undefined && !UNKNOWN.test(id)) found.push(`${name}s/${id}`);
  }
  return found;
}

/** Tells the containers of a hierarchy, each with what is above it. */
export function tellHierarchy(ancestry: Ancestry, facts: Facts, record: Node): void {
  for (const [index, node] of ancestry.entries()) {
    const principal = containerPrincipal(node);
    if (principal === undefined) continue;
    const above = ancestry.slice(0, index);
    if (above.length === 0) facts.name({ ...principal, scope: [] }, record);
    else
      facts.once(
        `${node} ${above}`,
        { ...principal, seen: 'referenced', scope: above, attributes: { parent: above.at(-1) ?? null } },
        record,
      );
  }
}

/** Tells containers, nearest first, of which each is somewhere below the next: those between them that have no policy are left out. */
export function tellAncestors(nodes: readonly string[], facts: Facts, record: Node): void {
  for (const [index, node] of nodes.entries()) {
    const principal = containerPrincipal(node);
    const ancestor = nodes[index + 1];
    if (principal === undefined) continue;
    if (ancestor === undefined) facts.name({ ...principal, scope: [] }, record);
    else
      facts.once(
        `${node} in ${ancestor}`,
        { ...principal, seen: 'referenced', scope: [], attributes: { ancestor } },
        record,
      );
  }
}

/**
 * Says that a project's number and its id are the same project, where a record shows both: the hierarchy goes by numbers, and names
 * of resources by ids.
 */
export function tellProjectNumber(id: string | undefined, ancestry: Ancestry, facts: Facts, record: Node): void {
  const number = /^projects\/(\d+)$/.exec(ancestry.at(-1) ?? '')?.[1];
  if (number === undefined || id === undefined || /^(?:\d+|-)$/.test(id)) return;
  const above = ancestry.slice(0, -1);
  facts.once(
    `${id} ${number}`,
    {
      kind: 'project',
      nativeId: id,
      name: id,
      scope: above,
      seen: 'referenced',
      aliases: [number],
      ...(above.length === 0 ? {} : { attributes: { parent: above.at(-1) ?? null } }),
    },
    record,
  );
}
