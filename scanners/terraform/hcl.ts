import { type HclFile, parseHcl } from '../../src/scan/formats/hcl/parse-hcl.ts';
import { entriesAt, type Place, valueAt } from '../../src/scan/formats/node.ts';
import type { FileHead, ScanContext, SourceFile } from '../../src/scan/scanner.ts';
import { FactSet } from './fact-set.ts';
import { declaredFacts } from './hcl-declared.ts';
import { readHclJson } from './hcl-json.ts';
import { HclModule } from './hcl-module.ts';
import { type HclResource, resourcesOf } from './hcl-resources.ts';
import { isMapped, Resources } from './map-resources.ts';

export type HclFormat = 'hcl' | 'hcl-json';

/** By its name; other files that end in `.hcl` are Packer's, Nomad's or Vault's. */
export function recogniseHcl(head: FileHead): HclFormat | undefined {
  const { path, binary } = head;
  const [, form, json] = NAME.exec(path) ?? [];
  if (form === undefined || binary) return undefined;
  if (form !== 'hcl') return json === undefined ? 'hcl' : 'hcl-json';
  // Most files of a scan are decoded by nobody.
  return json === undefined && RESOURCE.test(head.text) ? 'hcl' : undefined;
}

const NAME = /\.(tf|tofu|hcl)(\.json)?$/;
const RESOURCE = /^[ \t]*resource[ \t]+"?\w+"?[ \t]+"?[\w-]+"?[ \t]*\{/m;
const TYPE = /\b[a-z][a-z0-9]*_\w+/g;

/** What the engine of secrets finds in a source it finds by itself. */
const NO_RULE = {
  rule: 'terraform/source-value',
  vendor: 'terraform',
  title: 'Secret in a source of Terraform',
} as const;

/**
 * Reads one file of a module. What it names and does not declare is in other files, or not known before an apply.
 *
 * @throws AppError ERR_SCAN_LIMIT as `parseHcl` does
 */
export async function readHcl(file: SourceFile, context: ScanContext): Promise<void> {
  const text = await file.readText();
  // Most files of most modules say nothing of identities, and need no parser.
  if (!mayMean(text)) return;
  tell(await parseHcl(text, file.path), file, context);
}

/** Whether a type that says something is named anywhere, or may be: a label can be written with escapes. */
function mayMean(text: string): boolean {
  if (/\\u/i.test(text)) return true;
  for (const [word] of text.matchAll(TYPE)) if (isMapped(word)) return true;
  return false;
}

/** The same in the JSON form. */
export async function readHclJsonFacts(file: SourceFile, context: ScanContext): Promise<void> {
  tell(await readHclJson(file), file, context);
}

function tell({ body, problems }: HclFile, file: SourceFile, context: ScanContext): void {
  for (const { message, place } of problems) context.problem({ message, location: { path: file.path, ...place } });
  const module = new HclModule(body, folderOf(file.path));
  const declared = module.declarations.filter(({ type }) => isMapped(type));
  const resources = declared.flatMap((declaration) => resourcesOf(declaration, module));
  const mapped = new Resources();
  for (const resource of resources) mapped.add(resource);
  const facts = new FactSet(
    file.path,
    () => '',
    (message, place) => {
      // Nothing is wrong with what is only not known.
      if (!resources.some((resource) => isWithin(place, resource) && isNotKnown(resource, place)))
        context.problem({ message, location: { path: file.path, ...onlyPlace(place) } });
    },
  );
  mapped.tell(file.path, facts, context, NO_RULE);
  for (const fact of declaredFacts(facts.all(), resources, module.folder)) context.emit(fact);
  if (module.evaluator.exhausted) {
    const message = 'more to work out than a file that people write: some values count as unknown';
    context.problem({ code: 'ERR_SCAN_LIMIT', message, location: { path: file.path, line: 1, column: 1 } });
  }
  tellUnknown(resources, file, context);
}

/** Once for a file: that something is not known is no mistake of it, but whoever reads the result should know. */
function tellUnknown(resources: readonly HclResource[], file: SourceFile, context: ScanContext): void {
  const places = resources.flatMap(({ partial }) => partial);
  const [first] = places;
  if (first === undefined) return;
  const what = places.length === 1 ? 'a policy is' : `${places.length} policies are`;
  const message = `${what} not known in full before an apply, or said in another file`;
  context.notice?.({ message, location: { path: file.path, ...onlyPlace(first) } });
}

/** A document of which not all is known, or, but for documents, anything of a resource with an attribute of that kind. */
function isNotKnown({ partial, unknown, attributes }: HclResource, { line, column }: Place): boolean {
  if (partial.some((one) => one.line === line && one.column === column)) return true;
  const documents = DOCUMENTS.flatMap((name) => valueAt(attributes, name)?.place ?? []);
  return entriesAt(unknown).length > 0 && !documents.some((one) => one.line === line && one.column === column);
}

const DOCUMENTS = ['policy', 'assume_role_policy'] as const;

function isWithin({ line }: Place, { place, end }: HclResource): boolean {
  return line >= place.line && line <= end.line;
}

/** The folder of a file; `.` for the outermost. */
function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '.';
}

function onlyPlace({ line, column }: Place): Place {
  return { line, column };
}
