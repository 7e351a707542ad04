import type { HclBlock, HclExpression, HclStep } from '../../src/scan/formats/hcl/syntax.ts';
import type { Place } from '../../src/scan/formats/node.ts';
import { bodyOf } from './hcl-body.ts';
import { type Declaration, declarationOf, type Instance, instancesOf, same } from './hcl-declaration.ts';
import { type Bindings, Evaluator, stepText } from './hcl-evaluate.ts';
import type { HclFolders, ModuleSource } from './hcl-folders.ts';
import { serviceAccount } from './hcl-google.ts';
import { pathBetween, pathFrom } from './hcl-paths.ts';
import { policyDocument } from './hcl-policy-data.ts';
import { NOT_APPLIED, scalar, textOfValue, type Unknown, unknown, type Value } from './hcl-value.ts';
import { withoutKeys } from './resource.ts';

/** Types of IAM whose ARN others name, by what stands before the name in it. */
const WITH_ARN: ReadonlyMap<string, string> = new Map([
  ['aws_iam_role', 'role'],
  ['aws_iam_user', 'user'],
  ['aws_iam_group', 'group'],
  ['aws_iam_policy', 'policy'],
  ['aws_iam_openid_connect_provider', 'oidc-provider'],
]);
const NAMED_BY_ID: ReadonlySet<string> = new Set(['role', 'user', 'group']);
const NONE: Bindings = new Map();
/** Calls within calls. */
const MAX_CALLS = 20;

/** What all modules of one configuration have in common: the folder that is applied, and all that it calls. */
export interface Configuration {
  /** The folder that is applied: relative paths are relative to it, and its account is that of all. */
  readonly root: string;
  readonly folders: HclFolders;
  /** How much more may be worked out, in all modules together. */
  readonly effort: { left: number; depth: number };
  /** Modules that may still be called. */
  readonly calls: { left: number };
}

/** How a module comes to be: a configuration's own folder is called by nobody. */
export interface Called {
  /** `module.ci["a"].`; empty for the folder that is applied. */
  readonly prefix: string;
  /** What its variables are given. */
  readonly given: ReadonlyMap<string, () => Value>;
  /** It is called, and how often is not known. */
  readonly counted: boolean;
  /** The folders of those that call it. */
  readonly callers: readonly string[];
}

/** A call of a module: what it gives is known where it is one of what was scanned. */
interface Call {
  readonly instances: readonly { readonly instance: Instance; readonly module: HclModule }[];
  readonly known: boolean;
}

/**
 * What a folder of files declares, and what names stand for in it: variables as they are given or by default, locals, resources of
 * all its files, and what the modules say that it calls.
 */
export class HclModule {
  readonly evaluator: Evaluator;
  readonly declarations: readonly Declaration[];
  readonly configuration: Configuration;
  readonly called: Called;
  readonly #source: ModuleSource;
  readonly #locals = new Map<string, HclExpression>();
  readonly #variables = new Map<string, HclBlock>();
  readonly #outputs = new Map<string, HclExpression>();
  readonly #callBlocks = new Map<string, HclBlock>();
  readonly #calls = new Map<string, Call>();
  readonly #byAddress = new Map<string, Declaration>();
  readonly #instances = new Map<string, readonly Instance[] | undefined>();
  readonly #values = new Map<string, Value>();
  readonly #underWay = new Set<string>();

  constructor(source: ModuleSource, configuration: Configuration, called: Called) {
    this.#source = source;
    this.configuration = configuration;
    this.called = called;
    const { folders, root, effort } = configuration;
    this.evaluator = new Evaluator((path, place) => this.#lookup(path, place), {
      effort,
      text: (path) => folders.text(pathFrom(root, path)),
      template: (path) => folders.template(pathFrom(root, path)),
      isThere: (path) => folders.isThere(pathFrom(root, path)),
    });
    this.declarations = source.blocks.flatMap((block) => declarationOf(block) ?? []);
    for (const one of this.declarations) this.#byAddress.set(one.address, one);
    for (const block of source.blocks) {
      const { type, labels, body } = block;
      const name = labels[0]?.text;
      if (type === 'locals') for (const { name, value } of body.attributes) this.#locals.set(name, value);
      if (name === undefined) continue;
      if (type === 'variable') this.#variables.set(name, block);
      if (type === 'module') this.#callBlocks.set(name, block);
      const value = type === 'output' ? body.attributes.find((one) => one.name === 'value')?.value : undefined;
      if (value !== undefined) this.#outputs.set(name, value);
    }
  }

  /** The modules that it calls and that are among what was scanned, with what is not. */
  calls(): { readonly modules: readonly HclModule[]; readonly notRead: readonly Place[] } {
    const modules: HclModule[] = [];
    const notRead: Place[] = [];
    for (const [name, block] of this.#callBlocks) {
      const { instances, known } = this.#call(name, block);
      if (!known) notRead.push(block.place);
      for (const { module } of instances) modules.push(module);
    }
    return { modules, notRead };
  }

  /** Those that a declaration makes: one that stands for all, `counted`, where it is not known which they are. */
  instances(declaration: Declaration): readonly Instance[] {
    return this.#knownInstances(declaration) ?? [this.#any(declaration)];
  }

  /** Of an attribute, or of all blocks of a name. */
  attribute({ body, address, key, bindings }: Instance, name: string): Value | undefined {
    const attribute = body.attributes.find((one) => one.name === name);
    if (attribute === undefined) {
      const blocks = body.blocks.filter(({ type }) => type === name);
      const [first] = blocks;
      if (first === undefined) return undefined;
      const only = { attributes: [], blocks };
      return this.#once(`${address}${key} ${name}`, first.place, () => {
        const { entries } = bodyOf(only, this.evaluator, bindings);
        return entries.get(name)?.value ?? unknown(first.place);
      });
    }
    return this.#once(`${address}${key} ${name}`, attribute.place, () =>
      this.evaluator.evaluate(attribute.value, bindings),
    );
  }

  /** The ARN of what is not made yet. */
  arnOf(instance: Instance): string | undefined {
    const kind = WITH_ARN.get(instance.type);
    if (kind === undefined) return undefined;
    // Whose tokens they are is what the ARN of a provider is for.
    const url = kind === 'oidc-provider' ? this.attribute(instance, 'url') : undefined;
    if (url?.kind === 'scalar') return `${NOT_APPLIED}${kind}/${String(url.value).replace(/^https?:\/\//, '')}`;
    const given = instance.mode === 'data' ? this.attribute(instance, 'arn') : undefined;
    return given?.kind === 'scalar' ? textOfValue(given) : this.#arn(kind, this.nameOf(instance));
  }

  /** The address of an instance in the configuration, of letters that may stand anywhere. */
  nameOf({ address, key, alone }: Pick<Instance, 'address' | 'key' | 'alone'>): string {
    return plain(`${this.called.prefix}${address}${alone ? '' : key}`);
  }

  /** What an output says. */
  output(name: string, place: Place): Value {
    const expression = this.#outputs.get(name);
    if (expression === undefined) return unknown(place, `${this.called.prefix}${name}`);
    return this.#once(`output.${name}`, place, () => this.evaluator.evaluate(expression, NONE));
  }

  #arn(kind: string, name: string): string {
    return `${NOT_APPLIED}${kind}/${name}`;
  }

  #any(declaration: Declaration): Instance {
    const { counted } = declaration;
    return { ...declaration, key: '', bindings: NONE, alone: true, counted };
  }

  #knownInstances(declaration: Declaration): readonly Instance[] | undefined {
    const { address } = declaration;
    if (this.#instances.has(address)) return this.#instances.get(address);
    if (this.#underWay.has(`${address} instances`)) return undefined;
    this.#underWay.add(`${address} instances`);
    const found = instancesOf(declaration, this.evaluator);
    this.#underWay.delete(`${address} instances`);
    this.#instances.set(address, found);
    return found;
  }

  #lookup(path: readonly HclStep[], place: Place): Value {
    const [root, name = '', ...steps] = path.map(stepText);
    switch (root) {
      case 'local':
        return stepsInto(this.#local(name, place), steps, path, place);
      case 'var':
        return stepsInto(this.#variable(name, place), steps, path, place);
      case 'module':
        return this.#ofCall(path, place);
      case 'path':
        if (name === 'root') return scalar('.', place);
        if (name === 'module') return scalar(pathBetween(this.configuration.root, this.#source.folder), place);
        return unknown(place, path.map(stepText).join('.'));
      case 'each':
      case 'count':
      case 'self':
      case 'terraform':
        return unknown(place, path.map(stepText).join('.'));
      case 'data':
        return this.#resource('data', path.slice(1), place);
      default:
        return this.#resource('managed', path, place);
    }
  }

  #local(name: string, place: Place): Value {
    const expression = this.#locals.get(name);
    if (expression === undefined) return unknown(place, `local.${name}`);
    return this.#once(`local.${name}`, place, () => this.evaluator.evaluate(expression, NONE));
  }

  /** Where nobody calls it, an empty default is how a module says that the caller gives it. */
  #variable(name: string, place: Place): Value {
    const { given, prefix } = this.called;
    const said = given.get(name);
    const attribute = (name: string) =>
      this.#variables.get(variable)?.body.attributes.find((one) => one.name === name)?.value;
    const variable = name;
    if (said !== undefined) {
      const value = this.#once(`var.${name} given`, place, said);
      const isNull = value.kind === 'scalar' && value.value === null;
      const nullable = attribute('nullable');
      if (!isNull || nullable?.kind !== 'literal' || nullable.value !== false) return value;
    }
    const expression = attribute('default');
    if (expression === undefined) return unknown(place, `var.${name}`);
    const value = this.#once(`var.${name}`, place, () => this.evaluator.evaluate(expression, NONE));
    return prefix === '' && isEmpty(value) ? unknown(place, `var.${name}`) : value;
  }

  #call(name: string, block: HclBlock): Call {
    const known = this.#calls.get(name);
    if (known !== undefined) return known;
    const { folders, calls } = this.configuration;
    const { prefix, callers, counted } = this.called;
    const path = sourceOf(block, this.#source.folder);
    const source = path === undefined ? undefined : folders.folder(path);
    const isCycle = path === undefined || path === this.#source.folder || callers.includes(path);
    if (source === undefined || isCycle || callers.length >= MAX_CALLS || calls.left <= 0) return NO_CALL;
    // What comes back to this call by way of a count or key is not known.
    this.#calls.set(name, NO_CALL);
    const declaration = { ...declared(block), address: `module.${name}` };
    const instances = this.#knownInstances(declaration) ?? [this.#any(declaration)];
    const call: Call = {
      known: true,
      instances: instances.map((instance) => {
        calls.left--;
        const given = block.body.attributes.map(({ name, value }): readonly [string, () => Value] => [
          name,
          () => this.evaluator.evaluate(value, instance.bindings),
        ]);
        const module = new HclModule(source, this.configuration, {
          prefix: `${prefix}module.${name}${instance.key}.`,
          given: new Map(given),
          counted: counted || instance.counted,
          callers: [...callers, this.#source.folder],
        });
        return { instance, module };
      }),
    };
    this.#calls.set(name, call);
    return call;
  }

  #ofCall(path: readonly HclStep[], place: Place): Value {
    const name = stepText(path[1]);
    const block = this.#callBlocks.get(name);
    const otherwise = unknown(place, path.map(stepText).join('.'));
    const { instances, known } = block === undefined ? NO_CALL : this.#call(name, block);
    if (!known || instances.length === 0) return otherwise;
    const keyed = path[2] !== undefined && typeof path[2] !== 'string';
    const [output, ...steps] = path.slice(keyed ? 3 : 2).map(stepText);
    const one = keyed
      ? (instances.find(({ instance }) => same(instance, path[2])) ?? only(instances))
      : only(instances);
    if (output === undefined) {
      const of = (module: HclModule): Value => module.#whole(place);
      if (keyed) return one === undefined ? otherwise : of(one.module);
      return collection(
        instances.map(({ instance, module }) => ({ instance, value: of(module) })),
        place,
      );
    }
    return one === undefined ? otherwise : stepsInto(one.module.output(output, place), steps, path, place);
  }

  /** All outputs. */
  #whole(place: Place): Value {
    const entries = [...this.#outputs.keys()].map(
      (name) => [name, { place, value: this.output(name, place) }] as const,
    );
    return { kind: 'map', entries: new Map(entries), place };
  }

  #resource(mode: Declaration['mode'], path: readonly HclStep[], place: Place): Value {
    const [type = '', name = ''] = path.slice(0, 2).map(stepText);
    const address = `${mode === 'data' ? 'data.' : ''}${type}.${name}`;
    const keyed = path[2] !== undefined && (typeof path[2] !== 'string' || path[2] === '*');
    const [attribute = '', ...steps] = path.slice(keyed ? 3 : 2).map(stepText);
    const prefix = withoutKeys(this.called.prefix);
    const missing: Unknown = unknown(
      place,
      [address, attribute, ...steps].filter((step) => step !== '').join('.'),
      mode === 'managed' ? [`${prefix}${address}`] : [],
    );
    if (mode === 'data' && type === 'aws_partition') {
      if (attribute === 'partition') return scalar('aws', place);
      if (attribute === 'dns_suffix') return scalar('amazonaws.com', place);
    }
    const declared = this.#byAddress.get(address);
    const known = declared === undefined ? undefined : this.#knownInstances(declared);
    if (declared !== undefined && path[2] === '*' && known !== undefined) {
      const items = known.map((instance) => this.#ofInstance(instance, attribute, steps, place, missing));
      return { kind: 'list', items, place };
    }
    if (declared !== undefined && attribute === '') {
      if (known === undefined) return missing;
      const whole = (instance: Instance) => ({ instance, value: this.#object(instance, place, missing) });
      const one = keyed ? known.find((instance) => same(instance, path[2])) : undefined;
      return keyed ? (one === undefined ? missing : whole(one).value) : collection(known.map(whole), place);
    }
    const instance =
      known?.find((one) => same(one, path[2])) ??
      (known?.length === 1 ? known[0] : undefined) ??
      this.#any(declared ?? { ...NOT_DECLARED, place, end: place, mode, type, name, address });
    return this.#ofInstance(instance, attribute, steps, place, missing);
  }

  /** What is set to nothing is for the provider to say. */
  #said(instance: Instance, name: string): Value | undefined {
    const value = this.attribute(instance, name);
    return value?.kind === 'scalar' && value.value === null ? undefined : value;
  }

  #ofInstance(instance: Instance, attribute: string, steps: readonly string[], place: Place, missing: Unknown): Value {
    const { mode, type, address } = instance;
    if (mode === 'data' && type === 'aws_iam_policy_document') {
      if (instance.body === NOT_DECLARED.body || !attribute.endsWith('json')) return missing;
      return this.#once(`${address}${instance.key}.json`, place, () =>
        policyDocument(instance.body, this.evaluator, place, instance.bindings),
      );
    }
    if (type === 'google_service_account') {
      const said = (attribute: string) => this.#said(instance, attribute);
      const value = serviceAccount(this.nameOf(instance), attribute, said, place);
      if (value !== undefined) return value;
    }
    const arn = this.arnOf(instance);
    const kind = WITH_ARN.get(type);
    if (
      arn !== undefined &&
      (attribute === 'arn' || (attribute === 'id' && kind !== undefined && !NAMED_BY_ID.has(kind)))
    )
      return scalar(arn, place);
    const isName = kind !== undefined && NAMED_BY_ID.has(kind) && ['name', 'id', `${kind}_name`].includes(attribute);
    const value =
      this.#said(instance, isName ? 'name' : attribute) ?? (isName ? this.#said(instance, `${kind}_name`) : undefined);
    if (isName && arn !== undefined && value?.kind !== 'scalar') return { ...missing, stand: arn };
    return value === undefined ? missing : stepsInto(value, steps, [address, attribute, ...steps], place, missing);
  }

  /** All that is said of an instance, and what others name it by. */
  #object(instance: Instance, place: Place, missing: Unknown): Value {
    return this.#once(`${instance.address}${instance.key}`, place, () => {
      const { body } = instance;
      const names = new Set([
        ...body.attributes.map(({ name }) => name),
        ...body.blocks.map(({ type }) => type),
        ...(WITH_ARN.has(instance.type) || instance.type === 'google_service_account' ? NAMES : []),
      ]);
      const entries = [...names].map((name) => {
        const value = this.#ofInstance(instance, name, [], place, {
          ...missing,
          text: `${missing.text.slice(0, -1)}.${name}}`,
        });
        return [name, { place, value }] as const;
      });
      return { kind: 'map', entries: new Map(entries), place };
    });
  }

  /** What is said by name is said once; what is made of itself is unknown. */
  #once(key: string, place: Place, evaluate: () => Value): Value {
    const known = this.#values.get(key);
    if (known !== undefined) return known;
    if (this.#underWay.has(key)) return unknown(place, key.split(' ')[0]);
    this.#underWay.add(key);
    const value = this.evaluator.bounded(evaluate());
    this.#underWay.delete(key);
    this.#values.set(key, value);
    return value;
  }
}

const NO_CALL: Call = { instances: [], known: false };
const NAMES = ['arn', 'name', 'id', 'email', 'member'] as const;
const NOT_DECLARED = { body: { attributes: [], blocks: [] }, counted: false } as const;

function declared({ body, place, end, labels }: HclBlock): Omit<Declaration, 'address'> {
  const { counted } =
    declarationOf({ type: 'resource', labels: [...labels, ...labels], body, place, end }) ?? NOT_DECLARED;
  return { mode: 'managed', type: 'module', name: labels[0]?.text ?? '', body, place, end, counted };
}

/** The folder of a module that is called by a path; undefined for one of a registry, and for what leaves the scan. */
export function sourceOf({ body }: HclBlock, folder: string): string | undefined {
  const source = body.attributes.find(({ name }) => name === 'source')?.value;
  if (source?.kind !== 'literal' || typeof source.value !== 'string') return undefined;
  return /^\.\.?(?:\/|$)/.test(source.value) ? pathFrom(folder, source.value) : undefined;
}

function only<Item>(items: readonly Item[]): Item | undefined {
  return items.length === 1 ? items[0] : undefined;
}

/** As a configuration has several of something: by position, by key, or as itself. */
function collection(all: readonly { readonly instance: Instance; readonly value: Value }[], place: Place): Value {
  const [first] = all;
  if (first?.instance.key === '' && all.length === 1) return first.value;
  if (first === undefined || first.instance.each === undefined)
    return { kind: 'list', items: all.map(({ value }) => value), place };
  const entries = all.map(({ instance, value }) => [instance.each ?? '', { place, value }] as const);
  return { kind: 'map', entries: new Map(entries), place };
}

/** An address in which a key is one more name: it stands in ARNs, addresses of mail and JSON. */
function plain(address: string): string {
  return address.replaceAll(
    /\[(?:"((?:[^"\\]|\\.)*)"|(\d+))\]/g,
    (_, key: string | undefined, index: string) => `.${(key ?? index).replaceAll(/[^\w-]/g, '_')}`,
  );
}

function isEmpty(value: Value): boolean {
  if (value.kind === 'list') return value.items.length === 0;
  if (value.kind === 'map') return value.entries.size === 0;
  return value.kind === 'scalar' && (value.value === null || value.value === '');
}

function stepsInto(
  value: Value,
  steps: readonly string[],
  path: readonly HclStep[],
  place: Place,
  otherwise: Value = unknown(place, path.map(stepText).join('.')),
): Value {
  let at = value;
  for (const step of steps) {
    const inner =
      at.kind === 'map' ? at.entries.get(step)?.value : at.kind === 'list' ? at.items[Number(step)] : undefined;
    if (inner === undefined) return otherwise;
    at = inner;
  }
  return at;
}
