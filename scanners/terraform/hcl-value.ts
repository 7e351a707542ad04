import type { Json } from '../../src/model/json.ts';
import type { Node, Place } from '../../src/scan/formats/node.ts';

/** What an expression comes to, as far as its file says. */
export type Value = Scalar | ListValue | MapValue | Unknown;

export interface Scalar {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  readonly place: Place;
  readonly written?: Written;
}

/** Where text stands that is a document: each statement of it, or the first of its lines, which are lines of the file. */
export type Written = { readonly statements: readonly Place[] } | { readonly block: Place };

export interface ListValue {
  readonly kind: 'list';
  readonly items: readonly Value[];
  readonly place: Place;
}

export interface MapValue {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, { readonly place: Place; readonly value: Value }>;
  readonly place: Place;
}

/** Not known before an apply, or said in another file. */
export interface Unknown {
  readonly kind: 'unknown';
  /** What is known of it as text: `arn:aws:s3:::${var.bucket}/*`. */
  readonly text: string;
  /** Addresses of resources that it is made of. */
  readonly references: readonly string[];
  readonly place: Place;
  /** What stands for it where a user, role, group or policy is named. */
  readonly stand?: string;
  readonly written?: Written;
}

/** What an ARN of IAM begins with for as long as a file is read whose account is not known. */
export const NOT_APPLIED = 'arn:aws:iam::unknown:';

export function scalar(value: Scalar['value'], place: Place): Scalar {
  // JSON can write what no number is: `1e999`.
  const said = typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
  return { kind: 'scalar', value: said, place };
}

export function unknown(place: Place, text = 'unknown', references: readonly string[] = []): Unknown {
  return { kind: 'unknown', text: placeholder(text), references, place };
}

/** How text that is not known is written in text that is. Nothing in it is a wildcard or a variable of a policy. */
function placeholder(name: string): string {
  return `\${${name.replaceAll(/[^\w.-]/g, '')}}`;
}

/** The text of what is not known and has no name. */
export const NAMELESS = placeholder('unknown');

/** What `placeholder` has written; variables of policies have a colon, or one sign only. */
const PLACEHOLDER = /\$\{[\w.-]+\}/;

export function hasPlaceholder(text: string): boolean {
  return PLACEHOLDER.test(text);
}

/** The text of text and numbers; that of what is not known as far as it goes. */
export function textOfValue(value: Value): string | undefined {
  if (value.kind === 'unknown') return value.text;
  return value.kind === 'scalar' && value.value !== null ? String(value.value) : undefined;
}

/** All that is not known in a value. */
export function* unknownsIn(value: Value): Generator<Unknown> {
  if (value.kind === 'unknown') yield value;
  else if (value.kind === 'list') for (const item of value.items) yield* unknownsIn(item);
  else if (value.kind === 'map') for (const entry of value.entries.values()) yield* unknownsIn(entry.value);
}

export function isKnown(value: Value): boolean {
  return unknownsIn(value).next().done === true;
}

/** The addresses that what is not known in some values is made of. */
export function referencesIn(...values: readonly Value[]): readonly string[] {
  return [...new Set(values.flatMap((value) => [...unknownsIn(value)].flatMap(({ references }) => references)))];
}

/** As JSON, with placeholders for what is not known. */
export function jsonOfValue(value: Value): Json {
  switch (value.kind) {
    case 'scalar':
      return value.value;
    case 'unknown':
      return value.stand?.startsWith('arn:') === true ? value.stand : value.text;
    case 'list':
      return value.items.map(jsonOfValue);
    case 'map':
      // Also a member that is called `__proto__` stays one.
      return Object.fromEntries([...value.entries].map(([key, entry]) => [key, jsonOfValue(entry.value)]));
  }
}

export function valueOfJson(json: Json | undefined, place: Place): Value {
  if (Array.isArray(json)) return { kind: 'list', items: json.map((item: Json) => valueOfJson(item, place)), place };
  if (typeof json !== 'object' || json === null) return scalar((json ?? null) as Scalar['value'], place);
  const entries = Object.entries(json).map(
    ([key, inner]) => [key, { place, value: valueOfJson(inner, place) }] as const,
  );
  return { kind: 'map', entries: new Map(entries), place };
}

/** The known part as a node; undefined where nothing is known. Of a list the rest keeps its order. */
export function knownNode(value: Value): Node | undefined {
  const { place } = value;
  switch (value.kind) {
    case 'scalar':
      return { kind: 'scalar', value: value.value, text: value.value === null ? '' : String(value.value), place };
    case 'unknown':
      return value.stand === undefined ? undefined : { kind: 'scalar', value: value.stand, text: value.stand, place };
    case 'list':
      return { kind: 'list', items: value.items.flatMap((item) => knownNode(item) ?? []), place };
    case 'map':
      return {
        kind: 'map',
        entries: new Map(
          [...value.entries].flatMap(([key, entry]) => {
            const node = knownNode(entry.value);
            return node === undefined ? [] : [[key, { place: entry.place, value: node }] as const];
          }),
        ),
        place,
      };
  }
}
