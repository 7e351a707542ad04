import { parseValue } from '../../src/policy/evaluation/parse-value.ts';
import { isArray, RegoObject, RegoSet, type RegoValue } from '../../src/policy/evaluation/value.ts';
import type { CaseValue, ConformanceCase, Expectation } from './conformance-case.ts';
import type { CaseOutcome } from './evaluate-cases.ts';
import { notApplicable } from './not-applicable.ts';

export type Verdict =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly why: string }
  | { readonly kind: 'not applicable'; readonly why: string };

const PASSED: Verdict = { kind: 'passed' };

/** What OPA's WASM runtime says where its evaluator speaks of a conflict. */
const CONFLICT = /(?:var assignment|object insert) conflict/;

/** Where the evaluator was, which WASM does not know. */
const PLACE = /^test-\d+\.rego:\d+: /;

/** Compares what became of a case with what OPA's own evaluator does. */
export function judge(each: ConformanceCase, outcome: CaseOutcome): Verdict {
  const why = notApplicable(each, outcome);
  if (why !== undefined) return { kind: 'not applicable', why };
  if (outcome.kind === 'problems')
    return failed(`does not compile: ${outcome.problems.map(({ code, message }) => `${code}: ${message}`).join('; ')}`);
  if (each.expected.kind === 'error') return judgeError(each.expected, outcome);
  if (outcome.kind === 'fault') return failed(`${outcome.code}: ${outcome.message}`);
  return judgeResult(each.expected, outcome.text);
}

function judgeError(
  { code, message }: Extract<Expectation, { kind: 'error' }>,
  outcome: Exclude<CaseOutcome, { kind: 'problems' }>,
): Verdict {
  const wanted = [code, message].filter((each) => each !== undefined).join(': ');
  if (outcome.kind === 'value') return failed(`${outcome.text} instead of ${wanted}`);
  // WASM has one text for all conflicts, the evaluator several.
  if (CONFLICT.test(outcome.message)) return code === 'eval_conflict_error' ? PASSED : failed(outcome.message);
  const said = `${outcome.code}: ${outcome.message}`;
  const text = message?.replace(PLACE, '');
  const isMeant = (code === undefined || outcome.code === code) && (text === undefined || said.includes(text));
  return isMeant ? PASSED : failed(`${said} instead of ${wanted}`);
}

function judgeResult({ bindings, sort }: Extract<Expectation, { kind: 'result' }>, text: string): Verdict {
  const found = parseValue(markNumbers(text));
  const isEqual = found instanceof RegoSet && found.members.length === bindings.length && isSame(bindings, found, sort);
  return isEqual ? PASSED : failed(`${text} instead of ${show(bindings)}`);
}

/** JSON has arrays for sets; and where the case says so, the order of an array is nobody's. */
function isSame(wanted: CaseValue, found: RegoValue, sort: boolean, depth = 0): boolean {
  if (Array.isArray(wanted)) {
    const items = found instanceof RegoSet ? found.members : found;
    if (!isArray(items) || items.length !== wanted.length) return false;
    // Bindings are members of a set of objects: depth 2 is a value that was bound.
    const isOrdered = isArray(found) && !(sort && depth === 2);
    if (isOrdered) return wanted.every((item, index) => isSame(item, items[index] ?? null, sort, depth + 1));
    const left = [...items];
    return wanted.every((item) => {
      const index = left.findIndex((each) => isSame(item, each, sort, depth + 1));
      if (index >= 0) left.splice(index, 1);
      return index >= 0;
    });
  }
  if (typeof wanted === 'object' && wanted !== null) {
    if (!(found instanceof RegoObject)) return false;
    const members = Object.entries(wanted);
    return (
      members.length === found.entries.length &&
      members.every(([key, member]) => {
        const entry = found.entries.find(([each]) => keyText(each) === key);
        return entry !== undefined && isSame(member, entry[1], sort, depth + 1);
      })
    );
  }
  if (typeof wanted === 'number' || typeof wanted === 'bigint') return found === markNumber(String(wanted));
  return found === (typeof wanted === 'string' ? `${STRING}${wanted}` : wanted);
}

/** JSON has no keys but strings: any other is a string of its JSON. */
function keyText(key: RegoValue): string {
  return typeof key === 'string' && key.startsWith(STRING) ? key.slice(1) : jsonText(key);
}

function jsonText(value: RegoValue): string {
  if (isArray(value)) return `[${value.map(jsonText).join(',')}]`;
  if (value instanceof RegoSet) return jsonText(value.members);
  if (value instanceof RegoObject)
    return `{${value.entries.map(([key, member]) => `${JSON.stringify(keyText(key))}:${jsonText(member)}`).join(',')}}`;
  if (typeof value === 'string') return value.startsWith(STRING) ? JSON.stringify(value.slice(1)) : unmark(value);
  return String(value);
}

// Numbers are compared as they are written, of any size: each is put down as a string of its canonical form, with a mark.
const STRING = '$';
const NUMBER = '#';
const NUMBER_OR_STRING = /"(?:[^"\\]|\\.)*"|-?[0-9][0-9.eE+-]*/g;

function markNumbers(text: string): string {
  return text.replace(NUMBER_OR_STRING, (token) =>
    token.startsWith('"') ? `"${STRING}${token.slice(1)}` : JSON.stringify(markNumber(token)),
  );
}

/** Digits without zeros at either end, and the power of ten. */
function markNumber(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?$/.exec(text) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return `${NUMBER}0e0`;
  return `${NUMBER}${sign}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
}

function unmark(number: string): string {
  return String(Number(number.slice(1)));
}

function failed(why: string): Verdict {
  return { kind: 'failed', why };
}

function show(value: CaseValue): string {
  return JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? Number(each) : each));
}
