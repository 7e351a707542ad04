import { compareValues } from '../evaluation/compare-values.ts';
import { RegoObject, RegoSet } from '../evaluation/value.ts';
import type { Builtin } from './builtin.ts';
import { LeftToOpa } from './builtin.ts';
import { integerAt, stringAt, stringsAt } from './operands.ts';

/** Builtins over strings that OPA's WASM runtime lacks, or gets wrong for some operands. */
export const STRING_BUILTINS: Readonly<Record<string, Builtin>> = {
  // The runtime joins the members of a set in the order of their hashes.
  concat: (operands) => {
    const [delimiter, collection] = [stringAt(operands, 0), operands[1]];
    if (typeof collection === 'string') throw new LeftToOpa('no collection');
    const strings = [...stringsAt(operands, 1)];
    return (collection instanceof RegoSet ? strings.sort(compareValues) : strings).join(delimiter);
  },

  // The runtime has no end to it when there is nothing to replace.
  'strings.replace_n': (operands) => {
    const [patterns, text] = [operands[0], stringAt(operands, 1)];
    if (!(patterns instanceof RegoObject)) throw new LeftToOpa('no object');
    const pairs = patterns.entries.map(([from, to]) => [stringAt([from], 0), stringAt([to], 0)] as const);
    return replaceAll(
      text,
      pairs.sort(([one], [other]) => compareValues(one, other)),
    );
  },

  'strings.any_prefix_match': (operands) => {
    const [strings, prefixes] = [stringsAt(operands, 0), stringsAt(operands, 1)];
    return strings.some((text) => prefixes.some((prefix) => text.startsWith(prefix)));
  },

  'strings.any_suffix_match': (operands) => {
    const [strings, suffixes] = [stringsAt(operands, 0), stringsAt(operands, 1)];
    return strings.some((text) => suffixes.some((suffix) => text.endsWith(suffix)));
  },

  'strings.count': (operands) => {
    const [text, search] = [stringAt(operands, 0), stringAt(operands, 1)];
    return search === '' ? [...text].length + 1 : text.split(search).length - 1;
  },

  'strings.split_n': (operands) => {
    const [text, delimiter, count] = [stringAt(operands, 0), stringAt(operands, 1), integerAt(operands, 2)];
    const parts = delimiter === '' ? [...text] : text.split(delimiter);
    return count >= 0 ? parts.slice(0, count) : parts.slice(count);
  },

  // Offsets count characters, not UTF-16 units.
  indexof_n: (operands) => {
    const [text, search] = [[...stringAt(operands, 0)], [...stringAt(operands, 1)]];
    if (search.length === 0) throw new LeftToOpa('empty search');
    return text.flatMap((_, offset) =>
      search.every((character, at) => text[offset + at] === character) ? [offset] : [],
    );
  },
};

/** At each place the first pattern that stands there is replaced, and what it is replaced by is not looked at again. */
function replaceAll(text: string, pairs: readonly (readonly [string, string])[]): string {
  if (pairs.some(([from]) => from === '')) throw new LeftToOpa('empty pattern');
  let replaced = '';
  for (let at = 0; at < text.length; ) {
    const found = pairs.find(([from]) => text.startsWith(from, at));
    replaced += found === undefined ? text[at] : found[1];
    at += found?.[0].length ?? 1;
  }
  return replaced;
}
