import { expect, it } from 'vitest';
import { onePerCause } from '../../src/jobs/one-per-cause.ts';

const problem = (path: string, cause?: string, scanner = 'github') => ({
  code: 'ERR_LIVE_REFUSED',
  message: `${path}: refused`,
  location: { path },
  unit: path,
  scanner,
  ...(cause === undefined ? {} : { cause }),
});
const told = (...problems: readonly ReturnType<typeof problem>[]) =>
  onePerCause(problems).map(({ message }) => message);

it('tells problems of one cause as one, and others as they are', () => {
  expect(told(problem('a', '404'), problem('b'), problem('c', '404'), problem('d', '403'), problem('b'))).toEqual([
    'a: refused; and 1 more: c',
    'b: refused',
    'd: refused',
    'b: refused',
  ]);
  expect(told(problem('a', '404'), problem('b', '404', 'gitlab'))).toEqual(['a: refused', 'b: refused']);
});

it('names a few of many', () => {
  expect(told(...'abcdefgh'.split('').map((path) => problem(path, '404')))).toEqual([
    'a: refused; and 7 more: b, c, d, e, f, …',
  ]);
});
