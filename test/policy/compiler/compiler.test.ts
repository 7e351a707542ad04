import { afterAll, describe, expect, it } from 'vitest';
import { AppError } from '../../../src/errors.ts';
import { createRegoCompiler } from '../../../src/policy/compiler/compiler.ts';

const compiler = createRegoCompiler();
afterAll(() => compiler.close());

const ALLOW = `# METADATA
# title: Who may
# custom:
#   id: may
package app

# METADATA
# entrypoint: true
default allow := false

allow if {
	input.user == data.admins[_]
	regex.replace(input.user, "a", "b") != "x"
}
`;

async function problemOf(run: Promise<unknown>): Promise<AppError> {
  const error = await run.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AppError)) throw new Error(`expected an AppError, got ${String(error)}`);
  return error;
}

describe('compile', () => {
  it('gives WASM, and describes the modules', async () => {
    const { wasm, entrypoints, modules } = await compiler.compile({ 'app.rego': ALLOW }, ['app/allow', 'app/absent']);
    expect([...wasm.subarray(0, 4)]).toEqual([0, 0x61, 0x73, 0x6d]);
    expect(entrypoints).toEqual(['app/allow']);
    expect(modules).toEqual([
      {
        file: 'app.rego',
        package: ['app'],
        line: 5,
        column: 1,
        rules: [['app', 'allow']],
        hostBuiltins: ['regex.replace'],
        annotations: [
          { line: 1, path: ['app'], annotations: { scope: 'package', title: 'Who may', custom: { id: 'may' } } },
          { line: 7, path: ['app', 'allow'], annotations: { scope: 'document', entrypoint: true } },
        ],
      },
    ]);
  });

  it('gives the same bytes whatever the order of the files', async () => {
    const one = { 'a.rego': 'package a\nx := data.b.y', 'b.rego': 'package b\ny := 1' };
    const other = { 'b.rego': one['b.rego'], 'a.rego': one['a.rego'] };
    const [first, second] = [await compiler.compile(one, ['a/x']), await compiler.compile(other, ['a/x'])];
    expect(Buffer.compare(first.wasm, second.wasm)).toBe(0);
  });

  it('refuses to compile no entry point at all', async () => {
    const error = await problemOf(compiler.compile({ 'app.rego': ALLOW }, ['app/absent']));
    expect(error.message).toBe('no module defines any of app/absent');
  });

  const wrong = [
    ['a syntax error', 'package app\nallow if { input.x =', 'bad.rego:2:20: unexpected eof token', 'rego_parse_error'],
    [
      'a wrong type',
      'package app\nallow if startswith(1, "a")',
      'bad.rego:2:10: startswith: invalid argument(s)',
      'rego_type_error',
    ],
    [
      'a wrong number of operands',
      'package app\nx := count(1, 2, 3)',
      'bad.rego:2:6: count: arity mismatch',
      'rego_type_error',
    ],
    ['an unsafe variable', 'package app\nallow if x > 2', 'bad.rego:2:10: var x is unsafe', 'rego_unsafe_var_error'],
    [
      'recursion',
      'package app\nx := y\ny := x',
      'bad.rego:2:1: rule data.app.x is recursive: data.app.x -> data.app.y -> data.app.x',
      'rego_recursion_error',
    ],
    [
      'an unknown function',
      'package app\nx := nonsense(1)',
      'bad.rego:2:6: undefined function nonsense',
      'rego_type_error',
    ],
    ['an empty file', '', 'bad.rego: empty module', 'rego_parse_error'],
    [
      'a column after characters of two units',
      'package app\nallow if "😀😀" == nonsense(1)',
      'bad.rego:2:20: undefined function nonsense',
      'rego_type_error',
    ],
    [
      'http.send',
      'package app\nx := http.send({"method": "get", "url": "u"})',
      'bad.rego:2:6: http.send is refused: it would reach the network',
      'lapse_refused_builtin',
    ],
    [
      'opa.runtime',
      'package app\nx := opa.runtime()',
      'bad.rego:2:6: opa.runtime is refused: it would read the environment',
      'lapse_refused_builtin',
    ],
    [
      'net.lookup_ip_addr',
      'package app\nx := net.lookup_ip_addr("a")',
      'bad.rego:2:6: net.lookup_ip_addr is refused: it would reach the network',
      'lapse_refused_builtin',
    ],
    [
      'a replaced builtin',
      'package app\nx := 1 if count([]) == 0 with count as opa.runtime',
      'bad.rego:2:40: opa.runtime is refused: it would read the environment',
      'lapse_refused_builtin',
    ],
  ] as const;

  it.each(wrong)('names the place of %s', async (_, text, message, code) => {
    const error = await problemOf(compiler.compile({ 'bad.rego': text }, ['app/allow', 'app/x']));
    expect(error.code).toBe('ERR_POLICY_INVALID');
    expect(error.message.split(' (and ')[0]).toBe(message);
    expect(error.details).toMatchObject({ problems: expect.arrayContaining([expect.objectContaining({ code })]) });
  });

  it('lists the problems of every file', async () => {
    const error = await problemOf(compiler.compile({ 'a.rego': 'package', 'b.rego': 'nonsense' }, ['a/x']));
    expect(error.message).toMatch(/^a\.rego:1:7: .* \(and 1 more\)$/);
    expect(error.details).toMatchObject({ problems: [{ file: 'a.rego' }, { file: 'b.rego' }] });
  });
});

describe('check', () => {
  it('passes what compiles, and fails unused variables when strict', async () => {
    const sources = { 'a.rego': 'package a\nallow if {\n\ty := 1\n}' };
    expect(await compiler.check(sources)).toHaveLength(1);
    const error = await problemOf(compiler.check(sources, { strict: true }));
    expect(error.message).toBe('a.rego:3:2: assigned var y unused');
  });

  it('follows schemas: a misspelt field is an error', async () => {
    const sources = {
      'a.rego': '# METADATA\n# schemas:\n#   - input: schema["person"]\npackage a\nallow if input.nmae == "x"',
    };
    const schema = { type: 'object', additionalProperties: false, properties: { name: { type: 'string' } } };
    const error = await problemOf(compiler.check(sources, { schemas: [{ path: ['person'], schema }] }));
    expect(error.message).toBe('a.rego:5:16: undefined ref: input.nmae');
    expect(error.details).toMatchObject({
      problems: [{ details: expect.arrayContaining(['did you mean "name"?', 'known: name']) }],
    });
    expect(await compiler.check(sources)).toHaveLength(1);
  });
});

describe('format', () => {
  it('lays out as opa fmt does', async () => {
    expect(await compiler.format({ 'a.rego': 'package   a\n\n\n\nx:={1,2}\ny if{\nx\nx==1}' })).toEqual({
      'a.rego': 'package a\n\nx := {1, 2}\n\ny if {\n\tx\n\tx == 1\n}\n',
    });
  });

  it('names the place of a syntax error', async () => {
    const error = await problemOf(compiler.format({ 'a.rego': 'package a\nx :=' }));
    expect(error.message).toMatch(/^a\.rego:2:\d+: /);
  });
});

describe('test', () => {
  const tests = `package app_test
import data.app

test_admin if app.allow with input as {"user": "ann"}
test_other if app.allow with input as {"user": "bob"}
test_error if to_number("x") == 1
test_table[name] if some name, number in {"one": 1, "two": 2}; number == 1
test_print if { print("seen", 5); 1 == 2 }
todo_test_later if true
`;

  it('runs tests in OPA, with data, traces and coverage', async () => {
    const unused = 'package unused\nnever := 1 if input.never';
    const report = await compiler.test(
      {
        'app.rego': ALLOW,
        'unused.rego': unused,
        'app_test.rego': tests.replace(' if some name', ' if {some name').replace('number == 1', 'number == 1}'),
      },
      { data: { admins: ['ann'] }, coverage: true },
    );
    expect(report.tests.map(({ name, outcome }) => [name, outcome])).toEqual([
      ['data.app_test.test_admin', 'pass'],
      ['data.app_test.test_other', 'fail'],
      ['data.app_test.test_error', 'error'],
      ['data.app_test.test_table', 'fail'],
      ['data.app_test.test_print', 'fail'],
      ['data.app_test.todo_test_later', 'skip'],
    ]);
    const [, other, failure, table, print] = report.tests;
    expect(other).toMatchObject({ file: 'app_test.rego', line: 5 });
    expect(other?.trace?.join('\n')).toContain('Fail data.app.allow');
    expect(failure?.message).toContain('to_number: strconv.ParseFloat: parsing "x": invalid syntax');
    expect(table?.cases).toEqual(['two']);
    expect(print?.output).toBe('seen 5\n');
    expect(report.coverage?.['unused.rego']).toEqual({ covered: 0, uncovered: [2] });
    expect(report.coverage?.['app.rego']).toEqual({ covered: 4, uncovered: [] });
  });

  it('runs only tests that match', async () => {
    const report = await compiler.test(
      { 'app.rego': ALLOW, 'app_test.rego': 'package app_test\ntest_a if true\ntest_b if false' },
      { data: {}, filter: 'test_a$' },
    );
    expect(report.tests.map(({ name }) => name)).toEqual(['data.app_test.test_a']);
    expect(report.coverage).toBeUndefined();
  });
});

describe('the worker', () => {
  it('is replaced when a call takes longer than the deadline', async () => {
    const hurried = createRegoCompiler({ deadline: 20_000 });
    await hurried.format({ 'a.rego': 'package a' });
    const endless = 'count([1 | some i in numbers.range(1, 100000); some j in numbers.range(1, 100000); i == -j]) == 0';
    const error = await problemOf(
      hurried.test({ 'a_test.rego': `package a_test\ntest_long if ${endless}` }, { data: {} }),
    );
    expect(error.message).toBe('rego test took longer than 20 s');
    expect(error.code).toBe('ERR_POLICY_TIMEOUT');
    expect(await hurried.format({ 'a.rego': 'package a' })).toEqual({ 'a.rego': 'package a\n' });
    await hurried.close();
  });

  it('works on after an error, and answers calls that were made at once', async () => {
    const answers = await Promise.allSettled([
      compiler.format({ 'a.rego': 'package a' }),
      compiler.format({ 'a.rego': '?' }),
      compiler.format({ 'b.rego': 'package b' }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('rejects what is under way when it is closed', async () => {
    const closed = createRegoCompiler();
    const call = problemOf(closed.format({ 'a.rego': 'package a' }));
    await closed.close();
    expect((await call).code).toBe('ERR_POLICY_COMPILER');
  });
});
