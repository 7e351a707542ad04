import type { Builtin } from './builtin.ts';
import { LeftToOpa } from './builtin.ts';
import { integerAt, stringAt, stringsAt } from './operands.ts';

/** Builtins over strings that OPA's WASM runtime lacks. */
export const STRING_BUILTINS: Readonly<Record<string, Builtin>> = {
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
