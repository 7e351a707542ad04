/**
 * A Rego value as builtins see it. JSON knows neither sets nor keys that are not strings, hence the two classes; objects
 * are always a `RegoObject`. A `bigint` is an integer that a `number` cannot hold, a `RegoDecimal` any other number that it
 * would round or write in another way.
 */
export type RegoValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly RegoValue[]
  | RegoSet
  | RegoObject
  | RegoDecimal;

export class RegoSet {
  readonly members: readonly RegoValue[];

  constructor(members: readonly RegoValue[]) {
    this.members = members;
  }
}

export class RegoObject {
  readonly entries: readonly (readonly [RegoValue, RegoValue])[];

  constructor(entries: readonly (readonly [RegoValue, RegoValue])[]) {
    this.entries = entries;
  }
}

/** A number as it was written: `1.0`, `1e3`, `0.1000000000000000000001`. */
export class RegoDecimal {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** True for an array; `Array.isArray` alone does not narrow a readonly one. */
export function isArray(value: RegoValue): value is readonly RegoValue[] {
  return Array.isArray(value);
}
