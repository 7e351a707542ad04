import type { Json, JsonObject } from '../../src/model/json.ts';
import type { HclBody } from '../../src/scan/formats/hcl/syntax.ts';
import type { Place } from '../../src/scan/formats/node.ts';
import { bodyOf } from './hcl-body.ts';
import type { Bindings, Evaluator } from './hcl-evaluate.ts';
import { statementPlaces } from './hcl-policy-places.ts';
import { isKnown, jsonOfValue, type MapValue, referencesIn, scalar, textOfValue, type Value } from './hcl-value.ts';

/**
 * The JSON that a data source `aws_iam_policy_document` gives. A statement that is not known is text in it, with the place of
 * what is not known as a placeholder.
 *
 * Source: reference of the provider hashicorp/aws, "Data Source: aws_iam_policy_document".
 */
export function policyDocument(body: HclBody, evaluator: Evaluator, place: Place, bindings: Bindings): Value {
  const said = bodyOf(body, evaluator, bindings);
  const sources = [...documents(said, 'source_policy_documents'), ...documents(said, 'source_json')];
  const overrides = [...documents(said, 'override_policy_documents'), ...documents(said, 'override_json')];
  const own = itemsOf(said.entries.get('statement')?.value).map(
    (value): Placed => ({ json: statement(value), place: value.place }),
  );
  const statements: Placed[] = [...sources.flatMap(statementsOf), ...own];
  for (const override of overrides.flatMap(statementsOf)) {
    const sid = sidOf(override);
    const at = statements.findIndex((one) => sid !== undefined && sidOf(one) === sid);
    if (at < 0) statements.push(override);
    else statements[at] = override;
  }
  const version = textOfValue(said.entries.get('version')?.value ?? scalar('2012-10-17', place)) ?? '2012-10-17';
  const text = JSON.stringify({ Version: version, Statement: statements.map(({ json }) => json) });
  const written = { statements: statements.map((one) => one.place) };
  return isKnown(said)
    ? { ...scalar(text, place), written }
    : { kind: 'unknown', text, references: referencesIn(said), place, written };
}

interface Placed {
  readonly json: Json;
  readonly place: Place;
}

function statement(value: Value): Json {
  if (value.kind !== 'map') return jsonOfValue(value);
  const { entries } = value;
  const sid = textOfValue(entries.get('sid')?.value ?? value);
  const conditions = itemsOf(entries.get('condition')?.value);
  return {
    ...(sid === undefined ? {} : { Sid: sid }),
    Effect: textOfValue(entries.get('effect')?.value ?? value) ?? 'Allow',
    ...texts(value, 'actions', 'Action'),
    ...texts(value, 'not_actions', 'NotAction'),
    ...texts(value, 'resources', 'Resource'),
    ...texts(value, 'not_resources', 'NotResource'),
    ...principals(value, 'principals', 'Principal'),
    ...principals(value, 'not_principals', 'NotPrincipal'),
    ...(conditions.length === 0 ? {} : { Condition: conditionOf(conditions) }),
  };
}

function texts({ entries }: MapValue, from: string, to: string): JsonObject {
  const value = entries.get(from)?.value;
  if (value === undefined || (value.kind === 'scalar' && value.value === null)) return {};
  const json = variables(jsonOfValue(value));
  // An empty list is as none.
  return Array.isArray(json) && json.length === 0 ? {} : { [to]: json };
}

function principals({ entries }: MapValue, from: string, to: string): JsonObject {
  const all = new Map<string, readonly Json[]>();
  for (const block of itemsOf(entries.get(from)?.value)) {
    const type = block.kind === 'map' ? textOfValue(block.entries.get('type')?.value ?? block) : undefined;
    // Of what is not known it is not known either whom it names, and only names of AWS are plain.
    if (block.kind !== 'map' || type === undefined) all.set('AWS', [...(all.get('AWS') ?? []), jsonOfValue(block)]);
    else all.set(type, [...(all.get(type) ?? []), ...values(block.entries.get('identifiers')?.value ?? block)]);
  }
  if (all.size === 0) return {};
  // Everybody is written as a star of its own.
  return { [to]: all.size === 1 && all.has('*') ? '*' : Object.fromEntries(all) };
}

function conditionOf(blocks: readonly Value[]): Json {
  const all = new Map<string, Map<string, readonly Json[]>>();
  for (const block of blocks) {
    const entries = block.kind === 'map' ? block.entries : undefined;
    const test = textOfValue(entries?.get('test')?.value ?? block) ?? 'unknown';
    const variable = textOfValue(entries?.get('variable')?.value ?? block) ?? 'unknown';
    const operator = all.get(test) ?? new Map<string, readonly Json[]>();
    all.set(test, operator);
    operator.set(variable, [...(operator.get(variable) ?? []), ...values(entries?.get('values')?.value ?? block)]);
  }
  return Object.fromEntries([...all].map(([test, operator]) => [test, Object.fromEntries(operator)]));
}

function values(value: Value): readonly Json[] {
  const json = variables(jsonOfValue(value));
  return Array.isArray(json) ? (json as Json[]) : [json];
}

/** The data source writes `&{aws:username}` for what is a variable of the policy, since `${` is one of the file. */
function variables(json: Json): Json {
  if (typeof json === 'string') return json.replaceAll('&{', () => '\x24{');
  return Array.isArray(json) ? json.map((item: Json) => variables(item)) : json;
}

function documents({ entries }: MapValue, name: string): readonly Value[] {
  const value = entries.get(name)?.value;
  if (value === undefined || (value.kind === 'scalar' && value.value === null)) return [];
  return value.kind === 'list' ? value.items : [value];
}

/** The statements of another document; the document itself where it is not known. */
function statementsOf(document: Value): readonly Placed[] {
  const text = textOfValue(document) ?? '';
  if (text.trim() === '') return [];
  try {
    const { Statement = [] } = JSON.parse(text) as { readonly Statement?: Json };
    const all = Array.isArray(Statement) ? (Statement as Json[]) : [Statement];
    const places = statementPlaces(document, all.length);
    return all.map((json, index) => ({ json, place: places[index] ?? document.place }));
  } catch {
    return [{ json: text, place: document.place }];
  }
}

function sidOf({ json }: Placed): string | undefined {
  return typeof json === 'object' && json !== null && 'Sid' in json && typeof json.Sid === 'string'
    ? json.Sid
    : undefined;
}

function itemsOf(value: Value | undefined): readonly Value[] {
  if (value === undefined) return [];
  return value.kind === 'list' ? value.items : [value];
}
