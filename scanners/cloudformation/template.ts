import { isObject, type Json } from '../../src/model/json.ts';
import type { Location } from '../../src/model/location.ts';
import { entriesAt, itemsAt, type Node, type Place, textAt, valueAt } from '../../src/scan/formats/node.ts';
import type { WrittenPolicy } from '../terraform/aws-facts.ts';

/** Stands for the account of the stack in ARNs until it is known. */
export const OWN_ACCOUNT = 'account-of-the-stack';
/** The same in ARNs that have a logical id in place of a name. */
export const BY_LOGICAL_ID = 'logical-id-of-the-stack';

/** A resource of a template. */
export interface TemplateResource {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Node | undefined;
  readonly place: Place;
}

/** Kinds of the ARNs of what has one in IAM, and the property with its name. */
const NAMED: Readonly<Record<string, { readonly kind: string; readonly name: string } | undefined>> = {
  'AWS::IAM::User': { kind: 'user', name: 'UserName' },
  'AWS::IAM::Role': { kind: 'role', name: 'RoleName' },
  'AWS::IAM::Group': { kind: 'group', name: 'GroupName' },
  'AWS::IAM::ManagedPolicy': { kind: 'policy', name: 'ManagedPolicyName' },
  'AWS::IAM::InstanceProfile': { kind: 'instance-profile', name: 'InstanceProfileName' },
  'AWS::IAM::OIDCProvider': { kind: 'oidc-provider', name: 'Url' },
};
/** Of these `Ref` is the ARN; of the others it is the name. */
const REF_IS_ARN: ReadonlySet<string> = new Set(['AWS::IAM::ManagedPolicy', 'AWS::IAM::OIDCProvider']);

/** Depth of functions in functions. */
const MAX_DEPTH = 40;
const PLACEHOLDER = /\$\{cfn:[^}]*\}/;

/**
 * A template, and what its functions come to as far as they can be known without creating the stack. What cannot is a variable
 * that nobody knows (`${cfn:BucketName}`), so that what a policy says with it is neither everything nor nothing.
 */
export class Template {
  readonly #resources = new Map<string, TemplateResource>();
  readonly #root: Node;
  readonly #account: string | undefined;
  readonly #path: string;
  readonly #names = new Map<string, string | undefined>();
  /** What `AWS::AccountId` comes to at the moment: in a policy's resources it is a variable like any other. */
  #ownAccount = OWN_ACCOUNT;

  constructor(root: Node, path: string, account: string | undefined) {
    this.#root = root;
    this.#path = path;
    this.#account = account;
    for (const [logicalId, { value, place }] of entriesAt(root, 'Resources')) {
      const type = textAt(value, 'Type');
      if (type !== undefined)
        this.#resources.set(logicalId, { logicalId, type, properties: valueAt(value, 'Properties'), place });
    }
    // The role that a function of the serverless transform gets when it names none.
    for (const resource of [...this.#resources.values()]) {
      const id = `${resource.logicalId}Role`;
      if (resource.type !== SERVERLESS || valueAt(resource.properties, 'Role') !== undefined || this.#resources.has(id))
        continue;
      this.#resources.set(id, { logicalId: id, type: 'AWS::IAM::Role', properties: undefined, place: resource.place });
    }
  }

  get resources(): readonly TemplateResource[] {
    return [...this.#resources.values()];
  }

  get root(): Node {
    return this.#root;
  }

  byId(logicalId: string): TemplateResource | undefined {
    return this.#resources.get(logicalId);
  }

  /** The ARN of something that is not in the template, in the account of the stack. */
  ownArn(kind: string, name: string): string {
    return `arn:aws:iam::${this.#account ?? OWN_ACCOUNT}:${kind}/${name}`;
  }

  /** The id of something that has one of its own only when the stack is there. */
  ownId(logicalId: string): string {
    return `arn:aws:iam::${BY_LOGICAL_ID}:resource/${logicalId}`;
  }

  /** The ARN of something of IAM, by its name where the account and the name are known, else by its logical id. */
  arnOf({ logicalId, type, properties, place }: TemplateResource): string | undefined {
    const said = Object.hasOwn(NAMED, type) ? NAMED[type] : undefined;
    if (said === undefined) return undefined;
    const name = this.#nameOf({ logicalId, type, properties, place });
    if (type === 'AWS::IAM::OIDCProvider' && name !== undefined && isKnown(name)) {
      return `arn:aws:iam::${this.#account ?? OWN_ACCOUNT}:oidc-provider/${name.replace(/^https:\/\//, '')}`;
    }
    if (this.#account === undefined || name === undefined || !isKnown(name)) {
      return `arn:aws:iam::${BY_LOGICAL_ID}:${said.kind}/${logicalId}`;
    }
    return `arn:aws:iam::${this.#account}:${said.kind}${this.text(valueAt(properties, 'Path')) ?? '/'}${name}`;
  }

  /** The resource that a value is, by `Ref` or an attribute of it. */
  resourceIn(node: Node | undefined): TemplateResource | undefined {
    const sub = textAt(node, 'Fn::Sub');
    const [, inSub] = /^\$\{(\w+)(?:\.Arn)?\}$/.exec(sub ?? '') ?? [];
    const attribute = valueAt(node, 'Fn::GetAtt');
    const [first] = attribute?.kind === 'list' ? attribute.items : [];
    const id = textAt(node, 'Ref') ?? inSub ?? textAt(first) ?? textAt(attribute)?.split('.')[0];
    return id === undefined ? undefined : this.#resources.get(id);
  }

  /** The text of a value; undefined for no value, and for what is no text. */
  text(node: Node | undefined, depth = 0): string | undefined {
    if (node === undefined || depth > MAX_DEPTH) return undefined;
    if (node.kind === 'scalar') return node.value === null ? undefined : node.text;
    if (node.kind === 'list' || node.entries.size !== 1) return undefined;
    const [[name, { value }] = ['', { value: node }]] = [...node.entries];
    switch (name) {
      case 'Ref':
        return this.#ref(textAt(value) ?? '');
      case 'Fn::GetAtt': {
        const [id = '', ...rest] =
          value.kind === 'list' ? value.items.map((item) => textAt(item) ?? '') : (textAt(value) ?? '').split('.');
        return this.#attribute(id, rest.join('.'));
      }
      case 'Fn::Sub':
        return this.#sub(value, depth);
      case 'Fn::Join': {
        const [delimiter, parts] = itemsAt(value);
        if (parts?.kind !== 'list') return unknown('Fn::Join');
        return bounded(
          parts.items.map((part) => this.text(part, depth + 1) ?? unknown('Fn::Join')).join(textAt(delimiter) ?? ''),
          'Fn::Join',
        );
      }
      default:
        return name.startsWith('Fn::') ? unknown(name) : undefined;
    }
  }

  /** The known texts of a list, and the ARNs of resources of the template in it. */
  texts(node: Node | undefined): readonly { readonly text: string; readonly node: Node }[] {
    const items = node?.kind === 'list' ? node.items : [];
    return items.flatMap((item) => {
      const text = this.text(item);
      return text === undefined ? [] : [{ text, node: item }];
    });
  }

  /** A policy document with what is known of it; statements of which it is not known what they are about are left out, and said to be. */
  policy(kind: 'identity' | 'trust', node: Node | undefined, fallback: Place): WrittenPolicy {
    if (node === undefined) return { value: undefined, place: fallback };
    const places = new Map<Json, Location>();
    this.#ownAccount = kind === 'trust' ? OWN_ACCOUNT : unknown('AWS::AccountId');
    const value = this.#json(node, places, 0);
    this.#ownAccount = OWN_ACCOUNT;
    const placeOf = (of: Json) => places.get(of) ?? { path: this.#path, ...node.place };
    if (!isObject(value)) return { value: undefined, place: node.place };
    const written = member(value, 'Statement');
    const statements = Array.isArray(written) ? written : written === undefined ? [] : [written];
    const known = statements.filter((statement: Json) => !isObject(statement) || isDecided(statement));
    const partial = known.length < statements.length || known.some((statement: Json) => typeof statement === 'string');
    const objects = known.filter((statement: Json) => typeof statement !== 'string');
    if (partial && objects.length === 0) return { value: undefined, place: node.place };
    // In documents of the first version variables are text like any other, also those that stand for what is not known.
    const version = PLACEHOLDER.test(JSON.stringify(value)) ? { Version: '2012-10-17' } : {};
    return { value: { ...value, ...version, Statement: objects }, placeOf, place: node.place, partial };
  }

  #json(node: Node, places: Map<Json, Location>, depth: number): Json | undefined {
    if (node.kind === 'scalar') return node.value;
    if (depth > MAX_DEPTH) return unknown('deep');
    if (node.kind === 'list') return node.items.flatMap((item) => this.#json(item, places, depth + 1) ?? []);
    if (isFunction(node)) return this.text(node, depth);
    const members = [...node.entries].flatMap(([key, entry]): [string, Json][] => {
      const value = this.#json(entry.value, places, depth + 1);
      return value === undefined ? [] : [[key, value]];
    });
    const object = Object.fromEntries(members);
    places.set(object, { path: this.#path, ...node.place });
    return object;
  }

  #ref(name: string): string | undefined {
    if (name === 'AWS::NoValue') return undefined;
    if (name === 'AWS::Partition') return 'aws';
    if (name === 'AWS::URLSuffix') return 'amazonaws.com';
    if (name === 'AWS::AccountId') return this.#account ?? this.#ownAccount;
    const resource = this.#resources.get(name);
    if (resource === undefined) return unknown(name);
    if (REF_IS_ARN.has(resource.type)) return this.arnOf(resource);
    return this.#nameOf(resource) ?? unknown(name);
  }

  /** The name that a resource is given. One that is made of itself is none. */
  #nameOf({ logicalId, type, properties }: TemplateResource): string | undefined {
    if (this.#names.has(logicalId)) return this.#names.get(logicalId);
    this.#names.set(logicalId, undefined);
    const said = Object.hasOwn(NAMED, type) ? NAMED[type] : undefined;
    const before = this.#ownAccount;
    this.#ownAccount = unknown('AWS::AccountId');
    const name = said === undefined ? undefined : this.text(valueAt(properties, said.name));
    this.#ownAccount = before;
    this.#names.set(logicalId, name);
    return name;
  }

  #attribute(id: string, attribute: string): string {
    const resource = this.#resources.get(id);
    const arn = resource === undefined || !/^(?:Arn|PolicyArn)$/.test(attribute) ? undefined : this.arnOf(resource);
    return arn ?? unknown(`${id}.${attribute}`);
  }

  #sub(node: Node, depth: number): string | undefined {
    const [template, variables] = node.kind === 'list' ? node.items : [node];
    // A variable can stand in a text many times, and so on inside of it.
    const known = new Map<string, string>();
    return textAt(template)?.replaceAll(/\$\{([^}]*)\}/g, (_, inner: string) => {
      // This is how a function is told to leave a variable of a policy alone.
      if (inner.startsWith('!')) return `\${${inner.slice(1)}}`;
      const found = known.get(inner) ?? bounded(this.#variable(inner, valueAt(variables, inner), depth), inner);
      known.set(inner, found);
      return found;
    });
  }

  #variable(name: string, own: Node | undefined, depth: number): string {
    if (own !== undefined) return this.text(own, depth + 1) ?? unknown(name);
    const [id = '', ...rest] = name.split('.');
    return (rest.length === 0 ? this.#ref(id) : this.#attribute(id, rest.join('.'))) ?? '';
  }
}

function unknown(name: string): string {
  return `\${cfn:${name}}`;
}

/** Longer than anything that AWS takes as a name or an ARN. */
const MAX_TEXT = 8_192;

function bounded(text: string, name: string): string {
  return text.length > MAX_TEXT ? unknown(name) : text;
}

const SERVERLESS = 'AWS::Serverless::Function';

/** Whether a text has nothing in it that only the stack will say. */
export function isKnown(text: string): boolean {
  return !PLACEHOLDER.test(text);
}

function isFunction(node: Node): boolean {
  if (node.kind !== 'map' || node.entries.size !== 1) return false;
  const [name = ''] = [...node.entries.keys()];
  return name === 'Ref' || (name.startsWith('Fn::') && !name.startsWith('Fn::ForEach'));
}

/** Whether it is known what a statement does; on what, and under which condition, may be left open. */
function isDecided(statement: Readonly<Record<string, Json | undefined>>): boolean {
  return ['Effect', 'Action', 'NotAction'].every((name) => {
    const value = member(statement, name);
    return value === undefined || isKnown(JSON.stringify(value));
  });
}

function member(object: Readonly<Record<string, Json | undefined>>, name: string): Json | undefined {
  return object[name];
}
