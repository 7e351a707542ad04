import { equalValues, getMember, isMember, isSubset } from '../evaluation/compare-values.ts';
import { isArray, RegoObject, RegoSet, type RegoValue } from '../evaluation/value.ts';
import { type Builtin, LeftToOpa } from './builtin.ts';

/** Builtins over objects that OPA's WASM runtime lacks. */
export const OBJECT_BUILTINS: Readonly<Record<string, Builtin>> = {
  'object.subset': ([whole = null, part = null]) => {
    if (isArray(whole) && part instanceof RegoSet) return containsAll(whole, part);
    const answer = contains(whole, part);
    if (answer === undefined) throw new LeftToOpa('operands of different types');
    return answer;
  },
};

/** Objects are compared member by member, into their depth; sets by their members; an array must be a run of the other. */
function contains(whole: RegoValue, part: RegoValue): boolean | undefined {
  if (whole instanceof RegoObject && part instanceof RegoObject)
    return part.entries.every(([key, value]) => {
      const found = getMember(whole, key);
      return found !== undefined && (equalValues(found, value) || contains(found, value) === true);
    });
  if (whole instanceof RegoSet && part instanceof RegoSet) return isSubset(part, whole);
  if (isArray(whole) && isArray(part))
    return (
      part.length === 0 ||
      whole.some((_, start) =>
        part.every((item, index) => start + index < whole.length && equalAt(whole, start + index, item)),
      )
    );
  return undefined;
}

function equalAt(array: readonly RegoValue[], index: number, value: RegoValue): boolean {
  const found = array[index];
  return found !== undefined && equalValues(found, value);
}

function containsAll(array: readonly RegoValue[], set: RegoSet): boolean {
  const found = set.members.filter((member) => isMember(member, new RegoSet(array)));
  return array.length > 0 && found.length === set.members.length;
}
