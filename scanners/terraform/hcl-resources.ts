import type { MapNode, Node, Place } from '../../src/scan/formats/node.ts';
import { bodyOf } from './hcl-body.ts';
import type { Declaration, Instance } from './hcl-declaration.ts';
import { container, members, serviceAccount } from './hcl-google.ts';
import type { HclModule } from './hcl-module.ts';
import { policyText } from './hcl-policy-text.ts';
import {
  hasPlaceholder,
  isKnown,
  knownNode,
  type MapValue,
  referencesIn,
  scalar,
  textOfValue,
  type Value,
} from './hcl-value.ts';
import type { Resource } from './resource.ts';

/** A resource of a source, and what a source alone knows of it. */
export interface HclResource extends Resource {
  /** How many there are of it, and under which names, is not known. */
  readonly counted: boolean;
  /** What names it in documents of the configuration: no ARN of a provider. */
  readonly arn?: string;
  /** Policy documents in it of which something is not known. */
  readonly partial: readonly Place[];
  readonly end: Place;
}

const DOCUMENTS: ReadonlySet<string> = new Set(['policy', 'assume_role_policy', 'inline_policy']);

/** The resources that a declaration stands for: itself, and what it holds that is a resource of its own where not all is known. */
export function resourcesOf(declaration: Declaration, module: HclModule): readonly HclResource[] {
  return module.instances(declaration).flatMap((instance) => one(instance, module));
}

/** An instance by its address in the whole configuration. */
interface Addressed extends Instance {
  /** Of letters that may stand anywhere. */
  readonly plain: string;
  readonly arn?: string | undefined;
}

function one(instance: Instance, module: HclModule): readonly HclResource[] {
  const body = bodyOf(instance.body, module.evaluator, instance.bindings);
  const { prefix, counted } = module.called;
  const arn = module.arnOf(instance);
  const declaration: Addressed = {
    ...instance,
    address: `${prefix}${instance.address}${instance.alone ? '' : instance.key}`,
    plain: module.nameOf(instance),
    counted: counted || instance.counted,
    arn,
  };
  if (arn === undefined)
    return [resource(declaration, { ...body, entries: inGoogle(declaration, body.entries, module) })];
  const entries = new Map(body.entries);
  entries.set('arn', { place: declaration.place, value: scalar(arn, declaration.place) });
  const name = entries.get('name');
  // The name of another whose name is not known either is a name, and not that other.
  if (name?.value.kind === 'unknown') {
    const { stand: _, ...value } = name.value;
    entries.set('name', { ...name, value });
  }
  const holder = declaration.type === 'aws_iam_role' ? scalar(arn, declaration.place) : undefined;
  const inner =
    holder === undefined
      ? []
      : [...inlinePolicies(declaration, entries, holder), ...attachments(declaration, entries, holder)];
  return [resource(declaration, { ...body, entries }), ...inner];
}

/** What Google Cloud files things under, also where it is not known. */
function inGoogle(
  { type, plain, place }: Addressed,
  entries: MapValue['entries'],
  { configuration: { root } }: HclModule,
): MapValue['entries'] {
  if (!type.startsWith('google_')) return entries;
  const all = new Map(entries);
  for (const name of new Set([...entries.keys(), 'project'])) {
    const known = entries.get(name);
    const value = members(name, container(name, known?.value, root, place));
    if (value !== undefined && value !== known?.value) all.set(name, { place: known?.place ?? place, value });
  }
  if (type === 'google_service_account') {
    const email = serviceAccount(plain, 'email', (name) => entries.get(name)?.value, place);
    if (email !== undefined) all.set('email', { place, value: email });
  }
  return all;
}

function resource({ address, type, mode, place, end, counted, arn }: Addressed, value: MapValue): HclResource {
  const attributes = new Map<string, { place: Place; value: Node }>();
  const unknown = new Map<string, { place: Place; value: Node }>();
  const references = new Map<string, readonly string[]>();
  const partial: Place[] = [];
  for (const [name, entry] of value.entries) {
    const said = type.startsWith('aws_') && DOCUMENTS.has(name) ? document(name, entry.value, partial) : entry.value;
    const node = said === undefined ? undefined : knownNode(said);
    if (node !== undefined) attributes.set(name, { place: entry.place, value: node });
    if (isKnown(entry.value)) continue;
    unknown.set(name, {
      place: entry.place,
      value: { kind: 'scalar', value: true, text: 'true', place: entry.value.place },
    });
    references.set(name, referencesIn(entry.value));
  }
  return {
    address,
    type,
    mode,
    place,
    attributes: mapNode(attributes, place),
    unknown: mapNode(unknown, place),
    references,
    counted,
    ...(arn === undefined ? {} : { arn }),
    partial,
    end,
  };
}

/** A document as text where it is one. */
function document(name: string, value: Value, partial: Place[]): Value | undefined {
  if (value.kind === 'list' || value.kind === 'map') return value;
  const said = policyText(value);
  if (said.partial) partial.push(value.place);
  if (said.document !== undefined) return said.document;
  // Whom it trusts is somebody, and not nobody.
  return name === 'assume_role_policy' ? scalar(trusting(textOfValue(value) ?? ''), value.place) : undefined;
}

function trusting(what: string): string {
  const AWS = hasPlaceholder(what) && !what.includes('"') ? what : '\x24{assume_role_policy}';
  const statement = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS } };
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}

type Entries = Map<string, { readonly place: Place; readonly value: Value }>;

/** Inline policies in a role's own block become resources, as whoever reads a role takes only those that are known whole. */
function inlinePolicies(role: Addressed, entries: Entries, holder: Value): readonly HclResource[] {
  const blocks = entries.get('inline_policy')?.value;
  if (blocks?.kind !== 'list') return [];
  entries.delete('inline_policy');
  return blocks.items.flatMap((block, index) => {
    // A block without anything is how a configuration says that there are no inline policies.
    if (block.kind === 'map' && block.entries.size === 0) return [];
    const said = new Map(block.kind === 'map' ? block.entries : []);
    said.set('role', { place: block.place, value: holder });
    if (block.kind !== 'map') said.set('policy', { place: block.place, value: block });
    const address = `${role.address}.inline_policy[${index}]`;
    const type = 'aws_iam_role_policy';
    return [
      resource(
        { ...role, arn: undefined, address, type, place: block.place },
        { kind: 'map', entries: said, place: block.place },
      ),
    ];
  });
}

/** Policies that a role's own list attaches. */
function attachments(role: Addressed, entries: Entries, holder: Value): readonly HclResource[] {
  const list = entries.get('managed_policy_arns');
  if (list === undefined) return [];
  entries.delete('managed_policy_arns');
  const items = list.value.kind === 'list' ? list.value.items : [list.value];
  return items.flatMap((item, index) => {
    if (item.kind === 'scalar' && textOfValue(item) === undefined) return [];
    const said: Entries = new Map([
      ['role', { place: item.place, value: holder }],
      ['policy_arn', { place: item.place, value: item }],
    ]);
    const address = `${role.address}.managed_policy_arns[${index}]`;
    const type = 'aws_iam_role_policy_attachment';
    return [
      resource(
        { ...role, arn: undefined, address, type, place: item.place },
        { kind: 'map', entries: said, place: item.place },
      ),
    ];
  });
}

function mapNode(entries: MapNode['entries'], place: Place): MapNode {
  return { kind: 'map', entries, place };
}
