import { isArray, RegoSet, type RegoValue } from '../evaluation/value.ts';
import { LeftToOpa } from './builtin.ts';

/** What a builtin was called with. An operand of another type is for OPA to complain about. */
export type Operands = readonly RegoValue[];

export function stringAt(operands: Operands, index: number): string {
  const operand = operands[index];
  if (typeof operand !== 'string') throw new LeftToOpa(`operand ${index + 1} is not a string`);
  return operand;
}

export function integerAt(operands: Operands, index: number): number {
  const operand = operands[index];
  if (typeof operand !== 'number' || !Number.isSafeInteger(operand))
    throw new LeftToOpa(`operand ${index + 1} is not an integer`);
  return operand;
}

/** A string, or the strings of an array or a set. */
export function stringsAt(operands: Operands, index: number): readonly string[] {
  const operand = operands[index];
  if (typeof operand === 'string') return [operand];
  const members = operand instanceof RegoSet ? operand.members : operand;
  if (members === undefined || members === null || !isArray(members))
    throw new LeftToOpa(`operand ${index + 1} is no collection`);
  return members.map((_, at) => stringAt(members, at));
}
