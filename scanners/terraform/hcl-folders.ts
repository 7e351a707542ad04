import { append } from '../../src/model/group-by.ts';
import { type HclFile, parseHcl, parseHclTemplate } from '../../src/scan/formats/hcl/parse-hcl.ts';
import type { HclBlock, HclExpression, HclProblem } from '../../src/scan/formats/hcl/syntax.ts';
import { jsonPieces } from '../../src/scan/formats/json.ts';
import type { Node, Place } from '../../src/scan/formats/node.ts';
import { textChunks } from '../../src/scan/formats/text-chunks.ts';
import type { GatheredFile, SourceFile } from '../../src/scan/scanner.ts';
import { readHclJson } from './hcl-json.ts';
import { sourceOf } from './hcl-module.ts';
import { mergeOverrides } from './hcl-overrides.ts';
import { folderOf } from './hcl-paths.ts';

/** All that the files of a folder say, each place with its file. */
export interface ModuleSource {
  readonly folder: string;
  readonly blocks: readonly HclBlock[];
}

/** A value that a file of values gives, which is a literal or made of such. */
export type Given = HclExpression | Node;

/** Bytes. What a scan of changes leaves out is larger, and no policy is. */
const MAX_NAMED = 65_536;
/** Files that the configurations of one scan name. */
const MAX_NAMED_FILES = 5_000;

const SOURCE = /\.(?:tf|tofu)(?:\.json)?$/;
const VALUES = /^(?:terraform\.tfvars|.*\.auto\.tfvars)(?:\.json)?$/;
/** What policies, users and texts of configurations are kept in. */
const NAMED = /\.(?:json|tpl|tftpl|tmpl|txt|ya?ml|policy)$/;

/** By its name; values count where Terraform loads them by itself. */
export function gathered(path: string): 'read' | 'named' | undefined {
  if (SOURCE.test(path) || VALUES.test(path.slice(path.lastIndexOf('/') + 1))) return 'read';
  return NAMED.test(path) ? 'named' : undefined;
}

/** The folders of a scan and what stands in them, read when it is asked for and told of once. */
export class HclFolders {
  readonly #files: ReadonlyMap<string, GatheredFile>;
  readonly #byFolder = new Map<string, GatheredFile[]>();
  readonly #read = new Map<string, ModuleSource>();
  readonly #texts = new Map<string, { readonly text: string; template?: HclExpression }>();
  readonly #wanted = new Set<string>();
  readonly #problem: (error: unknown, path: string) => void;
  readonly #wrong: (problem: HclProblem, path: string) => void;

  /**
   * @param problem - is told of a file that cannot be read.
   * @param wrong - is told what is wrong in a file.
   */
  constructor(
    files: readonly GatheredFile[],
    problem: (error: unknown, path: string) => void,
    wrong: (problem: HclProblem, path: string) => void,
  ) {
    this.#files = new Map(files.map((file) => [file.path, file]));
    this.#problem = problem;
    this.#wrong = wrong;
    for (const file of files) if (gathered(file.path) === 'read') append(this.#byFolder, folderOf(file.path), file);
  }

  /** Folders with files to read, in the order of the scan. */
  paths(): readonly string[] {
    return [...this.#byFolder].flatMap(([folder, files]) =>
      files.some(({ path }) => SOURCE.test(path)) ? [folder] : [],
    );
  }

  /** The sources of a folder, one after the other. */
  async *texts(folder: string): AsyncGenerator<{ readonly text: string; readonly isJson: boolean }> {
    for (const file of this.#byFolder.get(folder) ?? []) {
      if (!SOURCE.test(file.path)) continue;
      const text = (await this.#use(file, (open) => open.readText())) ?? '';
      yield { text, isJson: file.path.endsWith('.json') };
    }
  }

  /** Reads a folder and, where it was not read before, all that it calls. */
  async open(folder: string): Promise<ModuleSource> {
    const known = this.#read.get(folder);
    if (known !== undefined) return known;
    const blocks: HclBlock[] = [];
    const overrides: HclBlock[] = [];
    const files = (this.#byFolder.get(folder) ?? []).filter(({ path }) => SOURCE.test(path));
    for (const file of files) {
      const read = await this.#use(file, (open) => parsed(open));
      for (const problem of read?.problems ?? []) this.#wrong(problem, file.path);
      const isOverride = /(?:^|\/|_)override\.[^/]*$/.test(file.path);
      (isOverride ? overrides : blocks).push(...placedIn(read?.body.blocks ?? [], file.path));
    }
    const source = { folder, blocks: mergeOverrides(blocks, overrides) };
    this.#read.set(folder, source);
    for (const called of this.calledBy(source)) await this.open(called);
    return source;
  }

  /** The folders that the calls of a module name and that have sources. */
  calledBy({ folder, blocks }: ModuleSource): readonly string[] {
    return blocks.flatMap((block) => {
      const called = block.type === 'module' ? sourceOf(block, folder) : undefined;
      return called === undefined || !this.#byFolder.has(called) ? [] : [called];
    });
  }

  /** A folder that was opened. */
  folder(path: string): ModuleSource | undefined {
    return this.#read.get(path);
  }

  /** Frees a folder that nobody asks for any more. */
  forget(folder: string): void {
    this.#read.delete(folder);
  }

  /** What the files of values in a folder give, as Terraform loads them: what comes later wins. */
  async given(folder: string): Promise<ReadonlyMap<string, Given>> {
    const files = (this.#byFolder.get(folder) ?? []).filter(({ path }) => !SOURCE.test(path));
    const rank = (path: string) =>
      /(?:^|\/)terraform\.tfvars$/.test(path) ? 0 : /terraform\.tfvars\.json$/.test(path) ? 1 : 2;
    const given = new Map<string, Given>();
    for (const file of files.toSorted((a, b) => rank(a.path) - rank(b.path) || (a.path < b.path ? -1 : 1))) {
      const read = await this.#use(file, async (open) => {
        if (!file.path.endsWith('.json')) {
          const { body, problems } = await parseHcl(await open.readText(), file.path);
          for (const problem of problems) this.#wrong(problem, file.path);
          return placedIn(body.attributes, file.path).map(({ name, value }): [string, Given] => [name, value]);
        }
        const all: [string, Given][] = [];
        for await (const { node } of jsonPieces(textChunks(open.stream()), file.path))
          if (node.kind === 'map')
            for (const [name, { value }] of node.entries) all.push([name, placedIn(value, file.path)]);
        return all;
      });
      for (const [name, value] of read ?? []) given.set(name, value);
    }
    return given;
  }

  /** What a file holds; undefined where it is not among what was scanned, or was not loaded yet. */
  text(path: string | undefined): { readonly text: string; readonly path: string } | undefined {
    if (path === undefined || !this.#files.has(path)) return undefined;
    const known = this.#texts.get(path);
    if (known === undefined) this.#wanted.add(path);
    return known === undefined ? undefined : { text: known.text, path };
  }

  template(path: string | undefined): HclExpression | undefined {
    return path === undefined ? undefined : this.#texts.get(path)?.template;
  }

  /** Undefined for a path that leads out of the scan, where there may be anything. */
  isThere(path: string | undefined): boolean | undefined {
    return path === undefined || !this.#files.has(path) ? undefined : true;
  }

  /** Loads what was asked for and not there. False when nothing was. */
  async load(): Promise<boolean> {
    const wanted = [...this.#wanted].filter((path) => !this.#texts.has(path));
    this.#wanted.clear();
    let loaded = false;
    for (const path of wanted) {
      const file = this.#files.get(path);
      if (file === undefined || this.#texts.size >= MAX_NAMED_FILES) continue;
      const text = await this.#use(file, async (open) =>
        open.size < MAX_NAMED && !open.binary ? open.readText() : undefined,
      );
      if (text === undefined) continue;
      loaded = true;
      const template = await parseHclTemplate(text, path).catch(() => undefined);
      const isWhole = template !== undefined && template.problems.length === 0;
      this.#texts.set(path, { text, ...(isWhole ? { template: placedIn(template.expression, path) } : {}) });
    }
    return loaded;
  }

  async #use<Result>(file: GatheredFile, read: (file: SourceFile) => Promise<Result>): Promise<Result | undefined> {
    try {
      return await file.use(read);
    } catch (error) {
      this.#problem(error, file.path);
      return undefined;
    }
  }
}

async function parsed(file: SourceFile): Promise<HclFile> {
  return file.path.endsWith('.json') ? await readHclJson(file) : await parseHcl(await file.readText(), file.path);
}

/** Says of all places which file they are in. */
function placedIn<Syntax>(syntax: Syntax, path: string): Syntax {
  const stack: unknown[] = [syntax];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    if (typeof at !== 'object' || at === null) continue;
    if (at instanceof Map) {
      stack.push(...at.values());
      continue;
    }
    for (const [name, inner] of Object.entries(at)) {
      if (name === 'place' || name === 'block') Object.assign(inner as Place, { path });
      else if (name !== 'end') stack.push(inner);
    }
  }
  return syntax;
}
