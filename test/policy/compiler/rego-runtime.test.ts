import { beforeAll, describe, expect, it } from 'vitest';
import { readCompilerArtifact } from '../../../src/policy/compiler/artifact.ts';
import { type RegoRuntime, startRegoRuntime } from '../../../src/policy/compiler/rego-runtime.ts';

let runtime: RegoRuntime;
beforeAll(() => {
  runtime = startRegoRuntime(readCompilerArtifact());
});

describe('the Rego runtime', () => {
  it('turns a panic in OPA into an error', () => {
    expect(() => runtime.call('builtin', { name: 'count', operands: [], now: '0' })).toThrow(
      expect.objectContaining({
        code: 'ERR_POLICY_COMPILER',
        message: expect.stringMatching(/^the rego compiler panicked: .*index out of range/),
      }),
    );
  });

  it('refuses the builtins that no policy may call', () => {
    expect(runtime.call('builtin', { name: 'http.send', operands: ['{}'], now: '0' })).toEqual({
      problems: [{ code: 'eval_internal_error', message: 'unknown builtin "http.send"' }],
    });
  });

  it('keeps sets, large integers and keys of any type', () => {
    const operands = ['{1: {"a", "b"}, "x": 123456789012345678901234567890}', '{[2]: set()}'];
    expect(runtime.call('builtin', { name: 'object.union', operands, now: '0' })).toEqual({
      result: { defined: true, value: '{1:{"a","b"},"x":123456789012345678901234567890,[2]:set()}' },
    });
  });

  it.each([
    ['+1', '1'],
    ['.5', '0.5'],
    ['-1.50', '-1.50'],
    ['5.', '5'],
  ])('writes the number %s as %s', (text, number) => {
    expect(runtime.call('builtin', { name: 'to_number', operands: [JSON.stringify(text)], now: '0' })).toEqual({
      result: { defined: true, value: number },
    });
  });

  it('survives a request that is no request', () => {
    expect(runtime.call('test', { modules: 5 })).toMatchObject({ problems: [{ code: 'lapse_compiler_error' }] });
  });
});
