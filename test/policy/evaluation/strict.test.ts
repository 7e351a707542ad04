import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { assetPath } from '../../../src/assets.ts';
import { readCompilerArtifact } from '../../../src/policy/compiler/artifact.ts';
import { type RegoRuntime, startRegoRuntime } from '../../../src/policy/compiler/rego-runtime.ts';
import { PolicyFault } from '../../../src/policy/evaluation/policy-fault.ts';
import { instantiatePolicy } from '../../../src/policy/evaluation/wasm-policy.ts';

/** Builtins that OPA's WASM runtime has in C, as our table has them. */
const NATIVE = [
  ...readFileSync(assetPath('rego/compiler/internal/native/native.go'), 'utf8').matchAll(/^\t"([^"]+)":\s+"/gm),
]
  .map(([, name = '']) => name)
  .sort();

/** Operators have no name that a policy could call. */
const INFIX: Readonly<Record<string, string>> = {
  plus: '+',
  minus: '-',
  mul: '*',
  div: '/',
  rem: '%',
  and: '&',
  or: '|',
};

/** Templates have an operator of their own, and no operand that fails; the others are no part of Rego v1. */
const NOT_CALLABLE = ['all', 'any', 'internal.template_string', 'set_diff'];
const CALLABLE = NATIVE.filter((name) => !NOT_CALLABLE.includes(name));

let opa: RegoRuntime;
let module: WebAssembly.Module;
let size: number;
let arities: ReadonlyMap<string, number>;

function callOf(name: string, arity: number): string {
  const operands = Array.from({ length: arity }, (_, index) => `input[${index}]`);
  const infix = INFIX[name];
  return infix === undefined ? `${name}(${operands.join(', ')})` : operands.join(` ${infix} `);
}

const ruleOf = (name: string) => `r_${name.replace(/\W/g, '_')}`;

const policyOf = (calls: ReadonlyMap<string, number>) =>
  ['package p', ...[...calls].map(([name, arity]) => `${ruleOf(name)} := ${callOf(name, arity)}`)].join('\n');

const compiledSchema = z.object({ wasm: z.base64() });

beforeAll(() => {
  opa = startRegoRuntime(readCompilerArtifact());
  const known = new Map(Object.keys(INFIX).map((name) => [name, 2]));
  for (let arity = 1; arity <= 4; arity++) {
    const open = CALLABLE.filter((name) => !known.has(name));
    for (const name of open) {
      const modules = { 'p.rego': policyOf(new Map([[name, arity]])) };
      if ('result' in opa.call('check', { modules })) known.set(name, arity);
    }
  }
  arities = known;
  const entrypoints = CALLABLE.map((name) => `p/${ruleOf(name)}`);
  const answer = opa.call('compile', { modules: { 'p.rego': policyOf(arities) }, entrypoints });
  if ('problems' in answer) throw new Error(JSON.stringify(answer.problems));
  const wasm = Buffer.from(compiledSchema.parse(answer.result).wasm, 'base64');
  module = new WebAssembly.Module(wasm);
  size = wasm.length;
});

type Outcome = { readonly value: unknown } | { readonly fault: string } | 'nothing';

function callOpa(name: string, operands: readonly string[]): string | undefined {
  const answer = opa.call('builtin', { name, operands, now: '0' });
  if ('problems' in answer) throw new PolicyFault(answer.problems[0]?.message);
  const { defined, value } = z.object({ defined: z.boolean(), value: z.string() }).parse(answer.result);
  return defined ? value : undefined;
}

function inWasm(name: string, operands: readonly unknown[]): Outcome {
  const policy = instantiatePolicy(module, size, '{}', 2 ** 28, callOpa);
  try {
    const value = policy.evaluate(`p/${ruleOf(name)}`, JSON.stringify(operands));
    return value === undefined ? 'nothing' : { value };
  } catch (error) {
    if (error instanceof PolicyFault) return { fault: error.message };
    throw error;
  }
}

function inOpa(name: string, operands: readonly unknown[]): Outcome {
  const texts = operands.map((operand) => JSON.stringify(operand));
  const answer = opa.call('builtin', { name, operands: texts, now: '0' });
  if ('problems' in answer) return { fault: answer.problems[0]?.message ?? '' };
  const { defined, value } = z.object({ defined: z.boolean(), value: z.string() }).parse(answer.result);
  return defined ? { value } : 'nothing';
}

describe('a builtin of the WASM runtime', () => {
  it('is wrapped, whichever it is', () => {
    const [section] = WebAssembly.Module.customSections(module, 'lapse.strict');
    const wrapped = z.array(z.string()).parse(JSON.parse(new TextDecoder().decode(section)));
    expect([...wrapped].sort()).toEqual(CALLABLE);
    expect([...arities.keys()].sort()).toEqual(CALLABLE);
  });

  it.each(CALLABLE)('%s fails where OPA says that it does', (name) => {
    for (const operand of [false, {}, 'x', -1]) {
      const operands = Array.from({ length: arities.get(name) ?? 0 }, () => operand);
      const theirs = inOpa(name, operands);
      // Where OPA has a value, the runtime must too; which one is for OPA's own tests.
      const ours = inWasm(name, operands);
      if (typeof theirs === 'object' && 'value' in theirs)
        expect(ours, `of ${JSON.stringify(operand)}`).toHaveProperty('value');
      else expect(ours, `of ${JSON.stringify(operand)}`).toEqual(theirs);
    }
  });
});

/** Calls that OPA's WASM runtime answers otherwise than OPA, crashes in, or never ends. */
const WRONG_IN_C: readonly (readonly [string, ...(readonly unknown[])])[] = [
  ['replace', 'abc', '', '-'],
  ['strings.replace_n', { '': '-' }, 'abc'],
  ['indexof', 'abc', ''],
  ['concat', ',', ['b', 'a']],
  ['json.unmarshal', '10.0.0.0/8'],
  ['json.unmarshal', '{1: 2}'],
  ['json.is_valid', '1x'],
  ['json.filter', { a: 1 }, ['']],
  ['json.remove', { a: 1 }, [[]]],
  ['base64.decode', 'a|b'],
  ['base64.is_valid', ''],
  ['base64url.decode', '/c/rC'],
  ['net.cidr_contains', '::ffff:10.0.0.0/104', '10.1.2.3'],
  ['net.cidr_intersects', '7:5:a589:dd::9:114.53.254.19/9', '::ffff:10.0.0.0/104'],
  ['glob.match', '{a', ['/'], 'a'],
  ['object.union_n', { a: {} }],
  ['regex.is_valid', '(?<n>x)'],
  ['regex.find_all_string_submatch_n', 'a', 'a', -3],
  ['to_number', '.'],
  ['plus', 0.1, 0.2],
  ['minus', 0.3, 4],
  ['mul', 0.3, 11],
  ['div', 1, 3],
  ['div', 123456789012345, 1000],
  ['sum', [-7, 0.3, 10]],
  ['product', [0.1, 3]],
  ['abs', -0.5],
  ['plus', 9007199254740991, 9007199254740991],
];

describe('where the C of the WASM runtime goes wrong', () => {
  it.each(WRONG_IN_C.map(([name, ...operands]) => ({ name, operands, call: `${name}(${JSON.stringify(operands)})` })))(
    '$call is what OPA says',
    ({ name, operands }) => {
      const theirs = inOpa(name, operands);
      const wanted =
        typeof theirs === 'object' && 'value' in theirs ? { value: JSON.parse(String(theirs.value)) } : theirs;
      expect(inWasm(name, operands)).toEqual(wanted);
    },
  );

  it('joins the members of a set in their order', () => {
    expect(inWasm('concat', [',', ['b', 'a']])).toEqual({ value: 'b,a' });
    const modules = { 'q.rego': 'package q\nr := concat(",", {x | some x in input})' };
    const answer = opa.call('compile', { modules, entrypoints: ['q/r'] });
    if ('problems' in answer) throw new Error(JSON.stringify(answer.problems));
    const wasm = Buffer.from(compiledSchema.parse(answer.result).wasm, 'base64');
    const policy = instantiatePolicy(new WebAssembly.Module(wasm), wasm.length, '{}', 2 ** 28, callOpa);
    expect(policy.evaluate('q/r', '["x", "m", "a", "é", "Z"]')).toBe('Z,a,m,x,é');
  });
});
