import { createRegoCompiler, type PolicyTestReport } from '../../policy/compiler/compiler.ts';
import type { CliContext } from '../context.ts';
import type { PolicySet } from './policy-set.ts';

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
  let report: PolicyTestReport;
  try {
    report = await compiler.test(set.modules, {
      data: set.data,
      coverage: options.coverage,
      ...(options.run === undefined ? {} : { filter: options.run }),
    });
  } finally {
    await compiler.close();
  }
  const coverage = options.coverage ? ownCoverage(report, set) : undefined;
  const enough = coverage === undefined || reaches(coverage, options.threshold ?? 0);
  const passed =
    report.tests.length > 0 && report.tests.every(({ outcome }) => outcome === 'pass' || outcome === 'skip');
  const ok = passed && enough;
  cli.stdout.write(
    options.format === 'json'
      ? `${JSON.stringify({ ok, tests: report.tests, ...(coverage === undefined ? {} : { coverage }) }, null, 2)}\n`
      : `${report.tests.map(describeTest).join('')}${summary(report.tests)}${describeCoverage(coverage, options)}`,
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

function describeTest(test: Test): string {
  const details = [
    ...(test.message === undefined ? [] : [test.message]),
    ...(test.cases ?? []).map((name) => `case ${name}`),
    ...(test.trace ?? []),
    ...(test.outcome === 'pass' || test.output === undefined ? [] : test.output.trimEnd().split('\n')),
  ];
  const place = test.outcome === 'pass' ? '' : `  ${test.file}:${test.line}`;
  return [`${test.outcome.toUpperCase()} ${test.name}${place}`, ...details.map((line) => `    ${line}`), ''].join('\n');
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
    .map(({ file, uncovered }) => `  ${file}:${uncovered.join(',')}\n`);
  const missed = threshold === undefined || reaches(coverage, threshold) ? '' : `, less than ${threshold} %`;
  return `${coverage.covered} of ${total} lines covered${missed}${places.length > 0 ? '; not covered:' : ''}\n${places.join('')}`;
}
