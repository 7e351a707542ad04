import { isObject, type Json, type JsonObject } from '../../src/model/json.ts';
import type { Location } from '../../src/model/location.ts';
import { normalName, text } from '../../src/scan/formats/json-members.ts';
import { type PlaceOf, readPositionedJson } from '../../src/scan/formats/positioned-json.ts';
import type { ScanContext, SourceFile } from '../../src/scan/scanner.ts';
import { FileFacts } from '../file-facts.ts';
import { tellDeployKey } from './dump-deploy-keys.ts';
import { tellBranchPolicies, tellEnvironment } from './dump-environments.ts';
import { tellInstallation } from './dump-installations.ts';
import { type DumpKind, elementKind } from './dump-kind.ts';
import { tellRepositoryRecord, tellRunner, tellWorkflowState } from './dump-repositories.ts';
import { type DumpScope, scopeOf } from './dump-scope.ts';
import { tellSecret } from './dump-secrets.ts';
import { settingsIn, tellSettings } from './dump-settings.ts';
import type { DumpElement } from './dump-subject.ts';
import { tellFineGrainedToken, tellSsoCredential } from './dump-tokens.ts';

const TELLERS: Readonly<
  Record<Exclude<DumpKind, 'secret' | 'branch-policy'>, (element: DumpElement, facts: FileFacts) => void>
> = {
  'deploy-key': tellDeployKey,
  environment: tellEnvironment,
  'fine-grained-token': tellFineGrainedToken,
  installation: tellInstallation,
  repository: tellRepositoryRecord,
  runner: tellRunner,
  'sso-credential': tellSsoCredential,
  'workflow-state': tellWorkflowState,
};

/** What says nothing without the repository that it is of. */
const NEEDS_REPOSITORY: ReadonlySet<DumpKind> = new Set(['deploy-key', 'environment', 'workflow-state']);

/** Reads answers of GitHub's API: one or several, pages that follow each other, lists in a list. */
export async function readDump(file: SourceFile, context: ScanContext): Promise<void> {
  const reader = new Reader(file, context);
  await readPositionedJson(file, reader);
  reader.end();
}

type At = Required<Pick<Location, 'line' | 'column'>>;

class Reader {
  readonly #facts: FileFacts;
  readonly #context: ScanContext;
  readonly #named: DumpScope | undefined;
  /** Scalars and lists of scalars of the document, which are settings. */
  #document = new Map<string, Json>();
  #start: At | undefined;
  /** Secrets wait for the one of their page that has an address. */
  #secrets: { readonly list: string; readonly element: DumpElement }[] = [];
  #branches: { readonly name: string; readonly place: At }[] = [];
  #counted = 0;
  #total = 0;
  #documents = 0;
  #bare = 0;

  constructor(file: SourceFile, context: ScanContext) {
    this.#facts = new FileFacts(context, file.path, 'github');
    this.#context = context;
    this.#named = scopeOf(file.path);
  }

  item(name: string, value: Json, placeOf: PlaceOf): void {
    this.#start ??= { line: placeOf(value).line ?? 1, column: 1 };
    if (isList(value) && value.some(isObject)) {
      // A page of those that were slurped.
      for (const element of value) this.item(name, element, placeOf);
    } else if (isObject(value)) {
      if (name === '') this.#bare += 1;
      this.#element(name, value, placeOf);
    } else {
      const known = this.#document.get(name);
      // The elements of a list of texts come one by one.
      const isListed = known !== undefined || LISTS.has(name);
      this.#document.set(name, isListed ? [...(known === undefined ? [] : [known].flat()), value] : value);
    }
  }

  documentEnd(place: Location): void {
    const start = this.#start ?? { line: place.line ?? 1, column: 1 };
    this.#secretsEnd();
    this.#branchesEnd();
    const whole = Object.fromEntries(this.#document);
    if (elementKind(new Set([...this.#document.keys()].map(normalName))) !== undefined) this.#kindOf('', whole, start);
    const settings = settingsIn(this.#document);
    if (settings !== undefined && !tellSettings(settings, this.#named, start, this.#facts)) {
      this.#unnamed('settings', start);
    }
    const refused = this.#document.get('message');
    if (
      typeof refused === 'string' &&
      String(this.#document.get('documentation_url') ?? '').includes('docs.github.com')
    ) {
      const status = this.#document.get('status');
      const code = typeof status === 'string' && /^\d{3}$/.test(status) ? ` with ${status}` : '';
      const message = `GitHub refused the request${code}: what was asked for was not looked at`;
      this.#facts.problem(message, start, message);
    }
    const total = this.#document.get('total_count');
    if (typeof total === 'number') this.#total = Math.max(this.#total, total);
    this.#documents += 1;
    if (this.#documents === 1 && (this.#bare === 30 || this.#bare === 100)) {
      this.#context.notice?.({
        message: `exactly ${this.#bare} entries, which is one page: export with --paginate unless these are all`,
        location: this.#facts.at(start),
      });
    }
    this.#document = new Map();
    this.#start = undefined;
  }

  end(): void {
    if (this.#total > this.#counted) {
      this.#facts.problem(
        `the listing has ${this.#total} entries of which ${this.#counted} are here (total_count): export with --paginate`,
        {
          line: 1,
          column: 1,
        },
      );
    }
    this.#facts.end();
  }

  #element(list: string, value: JsonObject, placeOf: PlaceOf): void {
    this.#counted += 1;
    if (this.#kindOf(list, value, at(placeOf(value)))) return;
    // A map of lists, by the id of what they belong to.
    for (const [name, inner] of Object.entries(value)) {
      if (isList(inner) && inner.some(isObject) && /^\d+$/.test(name)) this.item(name, inner, placeOf);
    }
    // An answer that is one object and no list comes as its members.
    if (list !== '') this.#document.set(list, value);
  }

  /** False for what is none of the kinds. */
  #kindOf(list: string, value: JsonObject, place: At): boolean {
    const names = new Set(Object.keys(value).map(normalName));
    const kind = list === 'branch_policies' ? 'branch-policy' : (elementKind(names) ?? environmentKind(list, value));
    if (kind === undefined) return false;
    const scope = scopeIn(value) ?? this.#named;
    if (kind === 'branch-policy') {
      this.#branches.push({ name: text(value, 'name') ?? '', place });
      return true;
    }
    if (kind === 'secret') {
      this.#secrets.push({ list, element: { value, place, scope } });
      return true;
    }
    if (kind === 'runner' && scope === undefined) {
      this.#unnamed('a runner', place);
      return true;
    }
    if (NEEDS_REPOSITORY.has(kind) && scope?.repository === undefined) {
      // The keys of a person have the same form.
      if (!/\/(?:user|users\/[^/]+)\/keys\//.test(text(value, 'url') ?? '')) this.#unnamed(kind, place);
      return true;
    }
    TELLERS[kind]({ value, place, scope }, this.#facts);
    return true;
  }

  /** One of a page may tell for all, since a page is of one place. */
  #secretsEnd(): void {
    for (const list of new Set(this.#secrets.map((secret) => secret.list))) {
      const elements = this.#secrets.filter((secret) => secret.list === list).map(({ element }) => element);
      const scope = elements.map(({ value }) => scopeIn(value)).find((found) => found !== undefined) ?? this.#named;
      const [first] = elements;
      if (first !== undefined && scope === undefined) this.#unnamed('secrets', first.place);
      else if (scope !== undefined) for (const element of elements) tellSecret(element, scope, this.#facts);
    }
    this.#secrets = [];
  }

  #branchesEnd(): void {
    const [first] = this.#branches;
    if (first === undefined) return;
    const names = this.#branches.map(({ name }) => name).sort();
    if (!tellBranchPolicies(names, this.#named, first.place, this.#facts))
      this.#unnamed('branch policies', first.place);
    this.#branches = [];
  }

  #unnamed(what: string, place: At): void {
    this.#facts.problem(
      `${what} of which repository or organization is not told: name the file after the request (repos/OWNER/NAME/…, orgs/OWNER/…)`,
      place,
      'not told of which repository or organization',
    );
  }
}

const LISTS = new Set(['include_claim_keys', 'events']);

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

function at({ line = 1, column = 1 }: Location): At {
  return { line, column };
}

/** Older answers have neither rules nor a policy: then the list, or the address of the page, tells. */
function environmentKind(list: string, value: JsonObject): DumpKind | undefined {
  if (text(value, 'name') === undefined) return undefined;
  const page = /^https:\/\/[^/]+\/[^/]+\/[^/]+\/settings\/environments\//.test(text(value, 'html_url') ?? '');
  return page || (list === 'environments' && value.html_url !== undefined) ? 'environment' : undefined;
}

/** By the address in the answer; `html_url` is that of the page, without `repos/` in it. */
function scopeIn(value: JsonObject): DumpScope | undefined {
  for (const name of ['url', 'selected_repositories_url', 'selected_actions_url', 'repositories_url']) {
    const scope = scopeOf(text(value, name) ?? '');
    if (scope !== undefined) return scope;
  }
  const page = /^https:\/\/[^/]+\/([\w.-]+)\/([\w.-]+)\/(?:settings|blob|deployments|actions)\//.exec(
    text(value, 'html_url') ?? '',
  );
  const [, owner, repository] = page ?? [];
  return owner === undefined || repository === undefined
    ? undefined
    : { owner, repository: `${owner}/${repository}`, rest: '' };
}
