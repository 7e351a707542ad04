import { entriesAt, type Node, type Place, valueAt } from '../../src/scan/formats/node.ts';
import { problemOf } from '../../src/scan/problem-of.ts';
import type { GatheredFile, Gathering, ScanContext } from '../../src/scan/scanner.ts';
import { FactSet } from './fact-set.ts';
import { declaredFacts } from './hcl-declared.ts';
import { Evaluator, MAX_EFFORT } from './hcl-evaluate.ts';
import { type Given, gathered, HclFolders } from './hcl-folders.ts';
import { type Configuration, HclModule } from './hcl-module.ts';
import { pathFrom } from './hcl-paths.ts';
import { type HclResource, resourcesOf } from './hcl-resources.ts';
import { scalar, unknown, type Value } from './hcl-value.ts';
import { isMapped, Resources } from './map-resources.ts';

/** Modules that one configuration may call, with those that they call. */
const MAX_CALLS = 500;
/** How often files are loaded that values name: the name of one may stand in another. */
const MAX_LOADS = 4;
const TYPE = /\b[a-z][a-z0-9]*_\w+/g;
const LOCAL = /\bsource"?\s*[=:]\s*"(\.\.?(?:\/[^"\n]*)?)"/g;

/** What the engine of secrets finds in a source it finds by itself. */
const NO_RULE = {
  rule: 'terraform/source-value',
  vendor: 'terraform',
  title: 'Secret in a source of Terraform',
} as const;

type ContextOf = (path: string) => ScanContext;

/** The sources of Terraform of a scan, by folders: each that no other calls is a configuration, with all that it calls. */
export const terraformSources: Gathering = {
  includes: gathered,
  async read(files, contextOf) {
    const folders = new HclFolders(
      files,
      (error, path) => {
        const { code, message, location } = problemOf(error, { path });
        contextOf(path).problem({ code: code === 'ERR_SCAN_LIMIT' ? code : 'ERR_SCAN_SYNTAX', message, location });
      },
      ({ message, place }, path) => contextOf(path).problem({ message, location: { path, ...place } }),
    );
    const calls = new Map<string, readonly string[]>();
    const meaning = new Set<string>();
    for (const folder of folders.paths()) {
      const called = new Set<string>();
      for await (const { text, isJson } of folders.texts(folder)) {
        // The JSON form is what programs write: all of it is read.
        if (isJson || mayMean(text)) meaning.add(folder);
        for (const [, source = ''] of text.matchAll(LOCAL)) called.add(pathFrom(folder, source) ?? folder);
      }
      calls.set(folder, [...called]);
    }
    const isCalled = new Set([...calls.values()].flat());
    const paths = folders.paths();
    const read = new Set<string>();
    // A ring of folders that call each other has no first: whichever comes first is.
    for (const folder of [
      ...paths.filter((path) => !isCalled.has(path)),
      ...paths.filter((path) => isCalled.has(path)),
    ]) {
      if (read.has(folder) || !reaches(folder, calls).some((path) => meaning.has(path))) continue;
      for (const path of await readConfiguration(folder, folders, contextOf)) read.add(path);
      folders.forget(folder);
    }
  },
};

/** One file that stands alone. */
export function readAlone(file: GatheredFile, context: ScanContext): Promise<void> {
  return terraformSources.read([file], () => context);
}

/** Whether a type that says something is named anywhere, or may be: a label can be written with escapes. */
export function mayMean(text: string): boolean {
  if (/\\u/i.test(text)) return true;
  for (const [word] of text.matchAll(TYPE)) if (isMapped(word)) return true;
  return false;
}

/** A folder, and all that it calls and those call. */
function reaches(folder: string, calls: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const reached = new Set([folder]);
  for (const path of reached) for (const called of calls.get(path) ?? []) reached.add(called);
  return [...reached];
}

/** Returns the folders that it is made of. */
async function readConfiguration(
  root: string,
  folders: HclFolders,
  contextOf: ContextOf,
): Promise<ReadonlySet<string>> {
  const source = await folders.open(root);
  const parts = new Set([root]);
  for (const path of parts) {
    const opened = folders.folder(path);
    for (const called of opened === undefined ? [] : folders.calledBy(opened)) parts.add(called);
  }
  const first = source.blocks[0]?.place.path;
  if (first === undefined) return parts;
  const values = await folders.given(root);
  let told = evaluated();
  for (let loads = 0; loads < MAX_LOADS && (await folders.load()); loads++) told = evaluated();
  tell(told, root, first, contextOf);
  return parts;

  function evaluated(): Evaluated {
    const configuration: Configuration = {
      root,
      folders,
      effort: { left: MAX_EFFORT, depth: 0 },
      calls: { left: MAX_CALLS },
    };
    const plain = new Evaluator((_, place) => unknown(place), {
      effort: configuration.effort,
      text: () => undefined,
      template: () => undefined,
      isThere: () => undefined,
    });
    const given = new Map([...values].map(([name, value]) => [name, () => valueGiven(value, plain)] as const));
    const module = new HclModule(source, configuration, { prefix: '', given, counted: false, callers: [] });
    const all: Evaluated = { resources: [], notRead: [], exhausted: false };
    collect(module, all);
    return { ...all, exhausted: configuration.effort.left < 0 };
  }
}

interface Evaluated {
  readonly resources: HclResource[];
  /** Calls of modules that are not among what was scanned. */
  readonly notRead: Place[];
  readonly exhausted: boolean;
}

function collect(module: HclModule, { resources, notRead, exhausted }: Evaluated): void {
  for (const declaration of module.declarations)
    if (isMapped(declaration.type)) resources.push(...resourcesOf(declaration, module));
  const { modules, notRead: calls } = module.calls();
  notRead.push(...calls);
  for (const called of modules) collect(called, { resources, notRead, exhausted });
}

function valueGiven(given: Given, evaluator: Evaluator): Value {
  if (!('text' in given || 'entries' in given || 'items' in given) || 'end' in given)
    return evaluator.evaluate(given as Exclude<Given, Node>, new Map());
  return evaluator.bounded(valueOfNode(given));
}

function valueOfNode(node: Node): Value {
  const { place } = node;
  if (node.kind === 'scalar') return scalar(node.value, place);
  if (node.kind === 'list') return { kind: 'list', items: node.items.map(valueOfNode), place };
  const entries = [...node.entries].map(
    ([key, entry]) => [key, { place: entry.place, value: valueOfNode(entry.value) }] as const,
  );
  return { kind: 'map', entries: new Map(entries), place };
}

function tell({ resources, notRead, exhausted }: Evaluated, root: string, first: string, contextOf: ContextOf): void {
  const mapped = new Resources();
  for (const resource of resources) mapped.add(resource);
  const facts = new FactSet(
    first,
    () => '',
    (message, place) => {
      const { path = first, line, column } = place;
      // Nothing is wrong with what is only not known.
      if (!resources.some((resource) => isWithin(place, resource) && isNotKnown(resource, place)))
        contextOf(path).problem({ message, location: { path, line, column } });
    },
  );
  mapped.tell(first, facts, contextOf(first), NO_RULE);
  for (const fact of declaredFacts(facts.all(), resources, root)) {
    const path = fact.body.locations.find(({ path }) => gathered(path) === 'read')?.path ?? first;
    contextOf(path).emit(fact);
  }
  if (exhausted) {
    const message = 'more to work out than a configuration that people write: some values count as unknown';
    contextOf(first).problem({ code: 'ERR_SCAN_LIMIT', message, location: { path: first, line: 1, column: 1 } });
  }
  tellUnknown({ resources, notRead }, first, contextOf);
}

/** Once for a configuration: that something is not known is no mistake of it, but whoever reads the result should know. */
function tellUnknown({ resources, notRead }: Omit<Evaluated, 'exhausted'>, first: string, contextOf: ContextOf): void {
  const policies = resources.flatMap(({ partial }) => partial);
  const counted = new Map(
    resources.flatMap(({ counted, place }) => (counted ? [[`${place.path}:${place.line}`, place]] : [])),
  );
  const said = [
    several(policies, 'policy', 'policies'),
    several([...counted.values()], 'number of instances', 'numbers of instances'),
    several(notRead, 'module that is not among what was scanned', 'modules that are not among what was scanned'),
  ].filter((part) => part !== undefined);
  const [place] = [...policies, ...counted.values(), ...notRead];
  if (place === undefined) return;
  const { path = first, line, column } = place;
  contextOf(path).notice?.({
    message: `not known in full before an apply: ${said.join(', ')}`,
    location: { path, line, column },
  });
}

function several(places: readonly Place[], one: string, more: string): string | undefined {
  const count = places.length;
  return count === 0 ? undefined : `${count} ${count === 1 ? one : more}`;
}

/** A document of which not all is known, or, but for documents, anything of a resource with an attribute of that kind. */
function isNotKnown({ partial, unknown, attributes }: HclResource, place: Place): boolean {
  if (partial.some((one) => isAt(one, place))) return true;
  const documents = DOCUMENTS.flatMap((name) => valueAt(attributes, name)?.place ?? []);
  return entriesAt(unknown).length > 0 && !documents.some((one) => isAt(one, place));
}

const DOCUMENTS = ['policy', 'assume_role_policy'] as const;

function isAt(one: Place, { line, column, path }: Place): boolean {
  return one.line === line && one.column === column && (one.path === path || path === undefined);
}

function isWithin({ line, path }: Place, { place, end }: HclResource): boolean {
  return line >= place.line && line <= end.line && (path === undefined || path === place.path);
}
