import { LeftToOpa } from '../builtins/builtin.ts';
import { isArray, RegoDecimal, RegoObject, RegoSet, type RegoValue } from './value.ts';

/**
 * OPA's order of values: null, booleans, numbers, strings by their bytes, arrays, objects, sets.
 *
 * @throws LeftToOpa for two objects or two sets, whose order is consistent but not defined, and for decimals.
 */
export function compareValues(one: RegoValue, other: RegoValue): number {
  const rank = rankOf(one) - rankOf(other);
  if (rank !== 0) return rank;
  if (typeof one === 'string' && typeof other === 'string') return Buffer.compare(Buffer.from(one), Buffer.from(other));
  if (isArray(one) && isArray(other)) return compareArrays(one, other);
  if (one instanceof RegoSet || one instanceof RegoObject) throw new LeftToOpa('order of objects or sets');
  if (one instanceof RegoDecimal || other instanceof RegoDecimal) throw new LeftToOpa('order of decimals');
  if (one === null || other === null) return 0;
  return one < other ? -1 : one > other ? 1 : 0;
}

/**
 * Whether two values are the same value.
 *
 * @throws LeftToOpa for decimals, which may be written in several ways.
 */
export function equalValues(one: RegoValue, other: RegoValue): boolean {
  if (one instanceof RegoSet)
    return other instanceof RegoSet && one.members.length === other.members.length && isSubset(one, other);
  if (one instanceof RegoObject)
    return (
      other instanceof RegoObject &&
      one.entries.length === other.entries.length &&
      one.entries.every(([key, value]) => {
        const found = getMember(other, key);
        return found !== undefined && equalValues(value, found);
      })
    );
  if (isArray(one))
    return (
      isArray(other) &&
      one.length === other.length &&
      one.every((item, index) => equalValues(item, other[index] ?? null))
    );
  if (one instanceof RegoDecimal || other instanceof RegoDecimal) throw new LeftToOpa('equality of decimals');
  return one === other;
}

export function isMember(value: RegoValue, set: RegoSet): boolean {
  return set.members.some((member) => equalValues(member, value));
}

export function isSubset(one: RegoSet, other: RegoSet): boolean {
  return one.members.every((member) => isMember(member, other));
}

export function getMember(object: RegoObject, key: RegoValue): RegoValue | undefined {
  return object.entries.find(([each]) => equalValues(each, key))?.[1];
}

function compareArrays(one: readonly RegoValue[], other: readonly RegoValue[]): number {
  for (const [index, item] of one.entries()) {
    const counterpart = other[index];
    if (counterpart === undefined) return 1;
    const order = compareValues(item, counterpart);
    if (order !== 0) return order;
  }
  return one.length - other.length;
}

function rankOf(value: RegoValue): number {
  if (value === null) return 0;
  if (value instanceof RegoSet) return 6;
  if (value instanceof RegoObject) return 5;
  if (isArray(value)) return 4;
  if (typeof value === 'string') return 3;
  return typeof value === 'boolean' ? 1 : 2;
}
