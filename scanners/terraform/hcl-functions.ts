import type { Json } from '../../src/model/json.ts';
import type { Place } from '../../src/scan/formats/node.ts';
import {
  isKnown,
  jsonOfValue,
  type ListValue,
  type MapValue,
  NAMELESS,
  referencesIn,
  scalar,
  textOfValue,
  unknown,
  type Value,
  valueOfJson,
} from './hcl-value.ts';

type Called = (args: readonly Value[], place: Place) => Value | undefined;

/**
 * Functions whose result shows in what a file says of permissions; undefined where the result is not known. Any other is
 * unknown, above all those that read files or the clock.
 *
 * Source: Terraform language documentation, "Built-in Functions".
 */
export const FUNCTIONS: Readonly<Record<string, Called | undefined>> = {
  jsonencode: ([value], place) => {
    if (value === undefined) return undefined;
    const statements = value.kind === 'map' ? value.entries.get('Statement')?.value : undefined;
    const written = {
      statements:
        statements?.kind === 'list' ? statements.items.map((item) => item.place) : statements ? [statements.place] : [],
    };
    const text = JSON.stringify(jsonOfValue(value));
    return isKnown(value)
      ? { ...scalar(text, place), written }
      : { kind: 'unknown', text, references: referencesIn(value), place, written };
  },
  jsondecode: ([value], place) => {
    if (value?.kind !== 'scalar' || typeof value.value !== 'string') return undefined;
    try {
      return valueOfJson(JSON.parse(value.value) as Json, place);
    } catch {
      return undefined;
    }
  },
  concat: (args, place) => listOf(args.map(itemsOf), place),
  flatten: ([value], place) => {
    const flat = (inner: Value): readonly Value[] => (isList(inner) ? inner.items.flatMap(flat) : [inner]);
    return value !== undefined && isList(value) ? { kind: 'list', items: flat(value), place } : undefined;
  },
  compact: ([value], place) =>
    value !== undefined && isList(value)
      ? { kind: 'list', items: value.items.filter((item) => item.kind === 'unknown' || textOfValue(item)), place }
      : undefined,
  distinct: ([value], place) => (value !== undefined && isList(value) ? distinct(value, place) : undefined),
  toset: ([value], place) => (value !== undefined && isList(value) ? distinct(value, place) : undefined),
  tolist: ([value]) => value,
  tomap: ([value]) => value,
  tostring: ([value], place) => {
    const text = value?.kind === 'scalar' ? textOfValue(value) : undefined;
    return text === undefined ? value : scalar(text, place);
  },
  sort: ([value], place) =>
    value !== undefined && isList(value) && isKnown(value)
      ? { kind: 'list', items: value.items.toSorted((a, b) => compare(textOfValue(a), textOfValue(b))), place }
      : value,
  sensitive: ([value]) => value,
  nonsensitive: ([value]) => value,
  one: ([value], place) => {
    if (value === undefined || !isList(value)) return undefined;
    return value.items.length > 1 ? undefined : (value.items[0] ?? scalar(null, place));
  },
  element: ([value, index]) => {
    if (value === undefined || !isList(value) || index?.kind !== 'scalar') return undefined;
    return value.items[Number(index.value) % Math.max(1, value.items.length)];
  },
  coalesce: (args) => args.find((value) => value.kind === 'unknown' || Boolean(textOfValue(value))),
  coalescelist: (args) => args.find((value) => value.kind === 'unknown' || itemsOf(value)?.length !== 0),
  // What is not known before an apply does not fail; what is not there at all has no name.
  try: (args) => args.find((value) => value.kind !== 'unknown' || value.text !== NAMELESS),
  merge: (args, place) => {
    const maps = args.filter(isMap);
    if (maps.length < args.length) return undefined;
    return { kind: 'map', entries: new Map(maps.flatMap(({ entries }) => [...entries])), place };
  },
  lookup: ([value, key, fallback]) => {
    const name = key?.kind === 'scalar' ? textOfValue(key) : undefined;
    return value !== undefined && isMap(value) && name !== undefined
      ? (value.entries.get(name)?.value ?? fallback)
      : undefined;
  },
  keys: ([value], place) =>
    value !== undefined && isMap(value)
      ? { kind: 'list', items: [...value.entries.keys()].sort().map((key) => scalar(key, place)), place }
      : undefined,
  values: ([value], place) =>
    value !== undefined && isMap(value)
      ? {
          kind: 'list',
          items: [...value.entries].sort(([a], [b]) => compare(a, b)).map(([, entry]) => entry.value),
          place,
        }
      : undefined,
  length: ([value], place) => {
    if (value === undefined || !isKnown(value)) return undefined;
    if (isList(value)) return scalar(value.items.length, place);
    return isMap(value) ? scalar(value.entries.size, place) : undefined;
  },
  join: ([separator, list], place) => {
    if (separator?.kind !== 'scalar' || list === undefined || !isList(list)) return undefined;
    const texts = list.items.map(textOfValue);
    if (texts.includes(undefined)) return undefined;
    // A list of one is how a resource that may be missing is written.
    const [only, second] = list.items;
    if (only !== undefined && second === undefined) return only;
    return textValue(texts.join(String(separator.value)), [list], place);
  },
  split: ([separator, text], place) =>
    text?.kind === 'scalar' && separator?.kind === 'scalar'
      ? {
          kind: 'list',
          items: String(text.value)
            .split(String(separator.value))
            .map((part) => scalar(part, place)),
          place,
        }
      : undefined,
  lower: ([value], place) => onText(value, place, (text) => text.toLowerCase()),
  upper: ([value], place) => onText(value, place, (text) => text.toUpperCase()),
  trimspace: ([value], place) => onText(value, place, (text) => text.trim()),
  trimprefix: ([value, affix], place) =>
    onText(value, place, (text) => (text.startsWith(known(affix)) ? text.slice(known(affix).length) : text)),
  trimsuffix: ([value, affix], place) =>
    onText(value, place, (text) =>
      known(affix) !== '' && text.endsWith(known(affix)) ? text.slice(0, -known(affix).length) : text,
    ),
  replace: ([value, from, to], place) => {
    if (from?.kind !== 'scalar' || to?.kind !== 'scalar') return undefined;
    // Between slashes it is a regular expression of another engine.
    if (/^\/.*\/$/s.test(known(from))) return undefined;
    return onText(value, place, (text) => text.replaceAll(known(from), () => known(to)));
  },
  format: ([pattern, ...args], place) => {
    if (pattern?.kind !== 'scalar') return undefined;
    const texts = args.map(textOfValue);
    let next = 0;
    const plain = String(pattern.value).replaceAll(/%(.)/g, (_, verb: string) => {
      if (verb === '%') return '%';
      return verb === 's' || verb === 'v' || verb === 'd' ? (texts[next++] ?? FAULT) : FAULT;
    });
    return plain.includes(FAULT) ? undefined : textValue(plain, args, place);
  },
  formatlist: ([pattern, list], place) => {
    if (pattern === undefined || list === undefined || !isList(list)) return undefined;
    const items = list.items.map((item) => FUNCTIONS.format?.([pattern, item], place));
    return items.every((item) => item !== undefined) ? { kind: 'list', items, place } : undefined;
  },
  contains: ([list, wanted], place) =>
    list !== undefined && isList(list) && wanted !== undefined && isKnown(list) && isKnown(wanted)
      ? scalar(list.items.map(textOfValue).includes(textOfValue(wanted)), place)
      : undefined,
};

const FAULT = '\0';

/** Text that was put together from values: unknown as soon as one of them is. */
export function textValue(text: string, from: readonly Value[], place: Place): Value {
  return from.every(isKnown)
    ? scalar(text, place)
    : { kind: 'unknown', text, references: referencesIn(...from), place };
}

function isList(value: Value): value is ListValue {
  return value.kind === 'list';
}

function isMap(value: Value): value is MapValue {
  return value.kind === 'map';
}

/** The elements; what is not known is one element that is not known. */
function itemsOf(value: Value): readonly Value[] | undefined {
  if (value.kind === 'unknown') return [value];
  return isList(value) ? value.items : undefined;
}

function listOf(parts: readonly (readonly Value[] | undefined)[], place: Place): Value {
  const items = parts.filter((part) => part !== undefined);
  return items.length < parts.length ? unknown(place) : { kind: 'list', items: items.flat(), place };
}

function distinct({ items }: ListValue, place: Place): Value {
  const seen = new Map<string, Value>();
  for (const item of items) {
    const key = JSON.stringify(jsonOfValue(item));
    if (!seen.has(key)) seen.set(key, item);
  }
  return { kind: 'list', items: [...seen.values()], place };
}

function onText(value: Value | undefined, place: Place, change: (text: string) => string): Value | undefined {
  const text = value?.kind === 'scalar' ? textOfValue(value) : undefined;
  return text === undefined ? undefined : scalar(change(text), place);
}

function known(value: Value | undefined): string {
  return value?.kind === 'scalar' ? (textOfValue(value) ?? '') : '';
}

function compare(a = '', b = ''): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
