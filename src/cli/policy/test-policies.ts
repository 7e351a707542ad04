import { AppError } from '../../errors.ts';
import { createRegoCompiler, type PolicyTestReport, type RegoCompiler } from '../../policy/compiler/compiler.ts';
import { escapeControl } from '../../report/escape.ts';
import type { CliContext } from '../context.ts';
import { describeError } from '../describe-error.ts';
import { sourceLines } from './describe-problem.ts';
import type { PolicySet } from './policy-set.ts';
import { reported } from './reported.ts';
import { watchPolicies } from './watch.ts';

export interface TestPoliciesOptions {
  readonly format: 'terminal' | 'json';
  /** A regular expression over full test names. */
  readonly run?: string;
  readonly coverage: boolean;
  /** Percent of the lines of policies that tests must reach. */
  readonly threshold?: number;
}

type Test = PolicyTestReport['tests'][number];

interface FileCoverage {
  readonly file: string;
  readonly covered: number;
  readonly uncovered: readonly number[];
}

interface Coverage {
  readonly covered: number;
  readonly uncovered: number;
  readonly files: readonly FileCoverage[];
}

/**
 * `lapse policy test`: runs the tests of policies in OPA's own evaluator, beside lapse's library and with its data.
 *
 * @returns the exit code: 1 when a test fails, none is found, or too little is covered.
 */
export async function testPolicies(set: PolicySet, options: TestPoliciesOptions, cli: CliContext): Promise<number> {
  const compiler = createRegoCompiler();
  try {
    return await runTests(set, options, cli, compiler);
  } finally {
    await compiler.close();
  }
}

/**
 * The same after every change, until the process is interrupted. The compiler stays loaded: a run costs what its tests cost.
 *
 * @param load - reads the policies anew.
 */
export async function watchTests(
  paths: readonly string[],
  load: () => Promise<PolicySet>,
  options: TestPoliciesOptions,
  cli: CliContext,
): Promise<void> {
  const compiler = createRegoCompiler();
  try {
    await watchPolicies(paths, async () => {
      try {
        await runTests(await load(), options, cli, compiler);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        cli.stderr.write(describeError(error, cli.env)); // somebody is in the middle of typing it
      }
      cli.stderr.write(`${cli.now().toISOString()}: waiting for changes\n`);
    });
  } finally {
    await compiler.close();
  }
}

async function runTests(
  set: PolicySet,
  options: TestPoliciesOptions,
  cli: CliContext,
  compiler: RegoCompiler,
): Promise<number> {
  return reported(set.own.modules, cli, async () => report(await ask(set, options, compiler), set, options, cli));
}

function ask(set: PolicySet, options: TestPoliciesOptions, compiler: RegoCompiler): Promise<PolicyTestReport> {
  return compiler.test(set.modules, {
    data: set.data,
    coverage: options.coverage,
    ...(options.run === undefined ? {} : { filter: options.run }),
  });
}

function report(report: PolicyTestReport, set: PolicySet, options: TestPoliciesOptions, cli: CliContext): number {
  const coverage = options.coverage ? ownCoverage(report, set) : undefined;
  const enough = coverage === undefined || reaches(coverage, options.threshold ?? 0);
  const passed =
    report.tests.length > 0 && report.tests.every(({ outcome }) => outcome === 'pass' || outcome === 'skip');
  const ok = passed && enough;
  cli.stdout.write(
    options.format === 'json'
      ? `${JSON.stringify({ ok, tests: report.tests, ...(coverage === undefined ? {} : { coverage }) }, null, 2)}\n`
      : `${report.tests.map((test) => describeTest(test, set)).join('')}${summary(report.tests)}${describeCoverage(coverage, options)}`,
  );
  return ok ? 0 : 1;
}

/** Tests measure policies; neither lapse's library nor the tests themselves are measured. */
function ownCoverage(report: PolicyTestReport, { own }: PolicySet): Coverage {
  const files = Object.keys(own.modules)
    .filter((file) => !file.endsWith('_test.rego'))
    .sort()
    .map((file) => ({ file, ...(report.coverage?.[file] ?? { covered: 0, uncovered: [] }) }));
  return {
    covered: files.reduce((sum, { covered }) => sum + covered, 0),
    uncovered: files.reduce((sum, { uncovered }) => sum + uncovered.length, 0),
    files,
  };
}

/** Whole lines are compared: a percentage that was rounded could reach 100 with a line to go. */
function reaches({ covered, uncovered }: Coverage, threshold: number): boolean {
  return covered * 100 >= threshold * (covered + uncovered);
}

function describeTest(test: Test, { own }: PolicySet): string {
  const { file, line } = test;
  const details = [
    ...(test.outcome === 'pass' ? [] : sourceLines({ file, line }, own.modules)),
    ...(test.message === undefined ? [] : [test.message]),
    ...(test.cases ?? []).map((name) => `case ${name}`),
    ...(test.trace ?? []),
    ...(test.outcome === 'pass' || test.output === undefined ? [] : test.output.trimEnd().split('\n')),
  ];
  const place = test.outcome === 'pass' ? '' : `  ${test.file}:${test.line}`;
  return [
    `${test.outcome.toUpperCase()} ${test.name}${place}`,
    ...details.map((text) => `    ${text.split('\t').map(escapeControl).join('\t')}`),
    '',
  ].join('\n');
}

function summary(tests: readonly Test[]): string {
  if (tests.length === 0) return 'no tests\n';
  const outcomes = ['pass', 'fail', 'error', 'skip'] as const;
  const counts = outcomes
    .map((outcome) => ({ outcome, count: tests.filter((test) => test.outcome === outcome).length }))
    .filter(({ count }) => count > 0);
  return `${tests.length} tests: ${counts.map(({ outcome, count }) => `${count} ${outcome}`).join(', ')}\n`;
}

function describeCoverage(coverage: Coverage | undefined, { threshold }: TestPoliciesOptions): string {
  if (coverage === undefined) return '';
  const total = coverage.covered + coverage.uncovered;
  const places = coverage.files
    .filter(({ uncovered }) => uncovered.length > 0)
    .map(({ file, uncovered }) => `  ${file}:${ranges(uncovered).join(',')}\n`);
  const missed = threshold === undefined || reaches(coverage, threshold) ? '' : `, less than ${threshold} %`;
  return `${coverage.covered} of ${total} lines covered${missed}${places.length > 0 ? '; not covered:' : ''}\n${places.join('')}`;
}

/** `3,5-7` */
function ranges(lines: readonly number[]): readonly string[] {
  const found: { from: number; to: number }[] = [];
  for (const line of lines) {
    const last = found.at(-1);
    if (last !== undefined && last.to === line - 1) last.to = line;
    else found.push({ from: line, to: line });
  }
  return found.map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`));
}
