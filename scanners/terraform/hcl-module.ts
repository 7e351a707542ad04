import type { HclBlock, HclBody, HclExpression, HclStep } from '../../src/scan/formats/hcl/syntax.ts';
import type { Place } from '../../src/scan/formats/node.ts';
import { bodyOf } from './hcl-body.ts';
import { type Bindings, Evaluator, stepText } from './hcl-evaluate.ts';
import { serviceAccount } from './hcl-google.ts';
import { policyDocument } from './hcl-policy-data.ts';
import { NOT_APPLIED, scalar, textOfValue, type Unknown, unknown, type Value } from './hcl-value.ts';

/** A resource or data source as a file declares it. */
export interface Declaration {
  readonly mode: 'managed' | 'data';
  readonly type: string;
  readonly name: string;
  /** `aws_iam_role.ci`, `data.aws_iam_role.ci`. */
  readonly address: string;
  readonly body: HclBody;
  readonly place: Place;
  readonly end: Place;
}

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

/**
 * The declarations of one file, and what names stand for. A module is all files of a folder, of which this is one: what others
 * declare is unknown here, but has an address, so that two files that speak of it say the same.
 */
export class HclModule {
  readonly evaluator: Evaluator;
  readonly declarations: readonly Declaration[];
  readonly folder: string;
  readonly #locals = new Map<string, HclExpression>();
  readonly #defaults = new Map<string, HclExpression>();
  readonly #byAddress = new Map<string, Declaration>();
  readonly #values = new Map<string, Value>();
  readonly #underWay = new Set<string>();

  /** @param folder - of the file. */
  constructor({ blocks }: HclBody, folder: string) {
    this.folder = folder;
    this.evaluator = new Evaluator((path, place) => this.#lookup(path, place));
    this.declarations = blocks.flatMap((block) => declaration(block) ?? []);
    for (const one of this.declarations) this.#byAddress.set(one.address, one);
    for (const { type, labels, body } of blocks) {
      if (type === 'locals') for (const { name, value } of body.attributes) this.#locals.set(name, value);
      if (type !== 'variable') continue;
      const given = body.attributes.find(({ name }) => name === 'default');
      if (labels[0] !== undefined && given !== undefined) this.#defaults.set(labels[0].text, given.value);
    }
  }

  /** Of an attribute, or of all blocks of a name. */
  attribute({ body, address }: Declaration, name: string): Value | undefined {
    const attribute = body.attributes.find((one) => one.name === name);
    if (attribute === undefined) {
      const blocks = body.blocks.filter(({ type }) => type === name);
      const [first] = blocks;
      if (first === undefined) return undefined;
      const only = { attributes: [], blocks };
      return this.#once(`${address} ${name}`, first.place, () => {
        const { entries } = bodyOf(only, this.evaluator, NONE);
        return entries.get(name)?.value ?? unknown(first.place);
      });
    }
    return this.#once(`${address} ${name}`, attribute.place, () => this.evaluator.evaluate(attribute.value, NONE));
  }

  /** The ARN of what is not made yet. */
  arnOf({ type, address, mode }: Pick<Declaration, 'type' | 'address' | 'mode'>): string | undefined {
    const kind = WITH_ARN.get(type);
    if (kind === undefined) return undefined;
    const declared = this.#byAddress.get(address);
    // Whose tokens they are is what the ARN of a provider is for.
    const url = kind === 'oidc-provider' && declared !== undefined ? this.attribute(declared, 'url') : undefined;
    if (url?.kind === 'scalar') return `${NOT_APPLIED}${kind}/${String(url.value).replace(/^https?:\/\//, '')}`;
    const given = mode === 'data' && declared !== undefined ? this.attribute(declared, 'arn') : undefined;
    return given?.kind === 'scalar' ? textOfValue(given) : `${NOT_APPLIED}${kind}/${address}`;
  }

  #lookup(path: readonly HclStep[], place: Place): Value {
    const [root, name, ...steps] = path.map(stepText);
    switch (root) {
      case 'local':
        return stepsInto(this.#local(name ?? '', place), steps, path, place);
      case 'var':
        return stepsInto(this.#variable(name ?? '', place), steps, path, place);
      case 'module':
      case 'each':
      case 'count':
      case 'path':
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

  /** An empty default is how a module says that the caller gives it. */
  #variable(name: string, place: Place): Value {
    const expression = this.#defaults.get(name);
    if (expression === undefined) return unknown(place, `var.${name}`);
    const value = this.#once(`var.${name}`, place, () => this.evaluator.evaluate(expression, NONE));
    return isEmpty(value) ? unknown(place, `var.${name}`) : value;
  }

  #resource(mode: Declaration['mode'], path: readonly HclStep[], place: Place): Value {
    const [type = '', name = ''] = path.slice(0, 2).map(stepText);
    const address = `${mode === 'data' ? 'data.' : ''}${type}.${name}`;
    // Which instance it is does not matter: there is one row for all that a declaration makes.
    const isInstance = typeof path[2] !== 'string' || path[2] === '*';
    const [attribute = '', ...steps] = path.slice(isInstance ? 3 : 2).map(stepText);
    const missing: Unknown = unknown(
      place,
      [address, attribute, ...steps].filter((step) => step !== '').join('.'),
      mode === 'managed' ? [address] : [],
    );
    if (mode === 'data' && type === 'aws_partition') {
      if (attribute === 'partition') return scalar('aws', place);
      if (attribute === 'dns_suffix') return scalar('amazonaws.com', place);
    }
    const declared = this.#byAddress.get(address);
    if (mode === 'data' && type === 'aws_iam_policy_document') {
      if (declared === undefined || !attribute.endsWith('json')) return missing;
      return this.#once(`${address}.json`, place, () => policyDocument(declared.body, this.evaluator, place));
    }
    if (type === 'google_service_account') {
      const said = (attribute: string) => (declared === undefined ? undefined : this.attribute(declared, attribute));
      const value = serviceAccount(address, attribute, said, place);
      if (value !== undefined) return value;
    }
    const arn = this.arnOf({ type, address, mode });
    const kind = WITH_ARN.get(type);
    if (
      arn !== undefined &&
      (attribute === 'arn' || (attribute === 'id' && kind !== undefined && !NAMED_BY_ID.has(kind)))
    )
      return scalar(arn, place);
    const isName = kind !== undefined && NAMED_BY_ID.has(kind) && ['name', 'id', `${kind}_name`].includes(attribute);
    const value =
      declared === undefined
        ? undefined
        : (this.attribute(declared, isName ? 'name' : attribute) ??
          (isName ? this.attribute(declared, `${kind}_name`) : undefined));
    if (isName && arn !== undefined && value?.kind !== 'scalar') return { ...missing, stand: arn };
    return value === undefined ? missing : stepsInto(value, steps, [address, attribute, ...steps], place, missing);
  }

  /** What is said by name is said once; what is made of itself is unknown. */
  #once(key: string, place: Place, evaluate: () => Value): Value {
    const known = this.#values.get(key);
    if (known !== undefined) return known;
    if (this.#underWay.has(key)) return unknown(place, key);
    this.#underWay.add(key);
    const value = this.evaluator.bounded(evaluate());
    this.#underWay.delete(key);
    this.#values.set(key, value);
    return value;
  }
}

/** Attributes of any resource that make several of it, or none. */
export const COUNTED = ['count', 'for_each'] as const;

function declaration({ type, labels, body, place, end }: HclBlock): Declaration | undefined {
  const [resource, name] = labels;
  if ((type !== 'resource' && type !== 'data') || resource === undefined || name === undefined) return undefined;
  const mode = type === 'data' ? 'data' : 'managed';
  const address = `${mode === 'data' ? 'data.' : ''}${resource.text}.${name.text}`;
  return { mode, type: resource.text, name: name.text, address, body, place, end };
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
