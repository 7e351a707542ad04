import { createRequire } from 'node:module';
import type { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRegoCompiler } from '../../../src/policy/compiler/compiler.ts';
import type { EvaluablePolicy } from '../../../src/policy/evaluation/evaluation-worker.ts';
import { createEvaluator, type Evaluator } from '../../../src/policy/evaluation/evaluator.ts';
import { instantiatePolicy, type WasmPolicy } from '../../../src/policy/evaluation/wasm-policy.ts';

const { loadPolicySync }: typeof import('@open-policy-agent/opa-wasm') = createRequire(import.meta.url)(
  '@open-policy-agent/opa-wasm',
);

const REGO = `package p

echo := [input, data.known, {x | some x in input.list}]

nothing if input.never

numbers_to := count(numbers.range(1, input.size))

number := to_number(input.text)

long if count([1 | some i in numbers.range(1, 100000); some j in numbers.range(1, 100000); i == -j]) == 1
`;
const ENTRYPOINTS = ['p/echo', 'p/nothing', 'p/numbers_to', 'p/number', 'p/long'];
const DATA = JSON.stringify({ known: ['ä', 1.5, null] });
const MAX_MEMORY = 256 * 1024 ** 2;

let wasm: Uint8Array;
let policy: EvaluablePolicy;
const evaluators: Evaluator[] = [];

beforeAll(async () => {
  const compiler = createRegoCompiler();
  ({ wasm } = await compiler.compile({ 'p.rego': REGO }, ENTRYPOINTS));
  await compiler.close();
  policy = { module: await WebAssembly.compile(wasm), size: wasm.length, data: DATA };
}, 60_000);
afterAll(() => Promise.all(evaluators.map((each) => each.close())));

function open(workers: number, deadline = 60_000): Evaluator {
  const evaluator = createEvaluator([policy], { deadline, workers, maxMemory: MAX_MEMORY });
  evaluators.push(evaluator);
  return evaluator;
}

const instance = (): WasmPolicy =>
  instantiatePolicy(policy.module, policy.size, DATA, MAX_MEMORY, () => {
    throw new Error('no builtin is expected');
  });

describe('an instance', () => {
  it('answers what opa-wasm itself answers, whatever was asked before', () => {
    const [ours, theirs] = [instance(), loadPolicySync(Buffer.from(wasm), {})];
    theirs.setData(JSON.parse(DATA));
    const input = fc.record({ list: fc.array(fc.string({ unit: 'binary' })), more: fc.jsonValue() });
    fc.assert(
      fc.property(input, (value) => {
        const [answer] = theirs.evaluate(value, 'p/echo');
        expect(ours.evaluate('p/echo', JSON.stringify(value))).toEqual(answer?.result);
      }),
    );
    expect(ours.evaluate('p/nothing', '{}')).toBeUndefined();
  });

  it('grows with an input that needs it, and says so', () => {
    const grown = instance();
    expect(grown.evaluate('p/echo', '{"list": ["a"]}')).toHaveLength(3);
    expect(grown.growth()).toBe(0);
    const large = { list: ['a'], text: 'ä'.repeat(8 * 1024 ** 2) };
    expect(grown.evaluate('p/echo', JSON.stringify(large))).toMatchObject([large, expect.anything(), ['a']]);
    expect(grown.growth()).toBeGreaterThan(16 * 1024 ** 2);
  });

  it('has no entry point that it does not have', () => {
    expect(() => instance().evaluate('p/other', '{}')).toThrow('no entry point p/other');
  });
});

describe('what is asked at once', () => {
  const inputs = Array.from({ length: 300 }, (_, index) => JSON.stringify({ list: [index, `${index}`], size: index }));
  const ask = (evaluator: Evaluator, asked: readonly string[]) =>
    Promise.all(asked.map((input) => evaluator.evaluate(0, 'p/echo', input, 0n)));

  it('is answered alike in any order, by one thread or by several', async () => {
    const alone = instance();
    const expected = inputs.map((input) => alone.evaluate('p/echo', input));
    const [one, three] = [open(1), open(3)];
    expect(await ask(one, inputs)).toEqual(expected);
    expect((await ask(one, inputs.toReversed())).toReversed()).toEqual(expected);
    expect(await ask(three, inputs)).toEqual(expected);
    expect(await ask(three, inputs.slice(0, 3))).toEqual(expected.slice(0, 3));
  });

  it('finds all threads there once they were warmed up', async () => {
    const count = (worker: Worker) => started.push(worker);
    const started: Worker[] = [];
    process.on('worker', count);
    try {
      const three = open(3);
      await three.warm();
      expect(started).toHaveLength(3);
      await ask(three, inputs);
      await three.warm();
      expect(started).toHaveLength(3);
    } finally {
      process.off('worker', count);
    }
  });

  it('is not waited for where no thread can load the policies: whoever asks is told', async () => {
    const evaluator = createEvaluator([{ ...policy, data: '{' }], {
      deadline: 60_000,
      workers: 2,
      maxMemory: MAX_MEMORY,
    });
    evaluators.push(evaluator);
    await evaluator.warm();
    await expect(evaluator.evaluate(0, 'p/echo', '{}', 0n)).rejects.toMatchObject({ code: 'ERR_POLICY_EVALUATION' });
  });

  it('fails alone', async () => {
    const evaluator = open(1);
    const texts = Array.from({ length: 100 }, (_, index) => (index % 10 === 9 ? 'x' : `${index}`));
    const answers = await Promise.allSettled(
      texts.map((text) => evaluator.evaluate(0, 'p/number', JSON.stringify({ text }), 0n)),
    );
    expect(answers.map(({ status }) => status === 'fulfilled')).toEqual(texts.map((text) => text !== 'x'));
    expect(answers[98]).toMatchObject({ value: 98 });
    expect(answers[99]).toMatchObject({ reason: { code: 'ERR_POLICY_EVALUATION' } });
  });

  it('waits for nobody who does not end: the others are answered by another thread', async () => {
    const evaluator = open(1, 3_000);
    await ask(evaluator, inputs.slice(0, 1));
    const before = ask(evaluator, inputs.slice(0, 5));
    const long = evaluator.evaluate(0, 'p/long', '{}', 0n);
    const after = ask(evaluator, inputs.slice(0, 5));
    await expect(long).rejects.toMatchObject({
      code: 'ERR_POLICY_TIMEOUT',
      message: 'p/long: no answer within 3000 ms',
    });
    expect(await before).toHaveLength(5);
    expect(await after).toEqual(await before);
  });

  it('leaves no memory behind', async () => {
    const evaluator = open(1);
    expect(await evaluator.evaluate(0, 'p/numbers_to', '{"size": 500000}', 0n)).toBe(500_000);
    expect(await evaluator.evaluate(0, 'p/numbers_to', '{"size": 5}', 0n)).toBe(5);
  });
});
