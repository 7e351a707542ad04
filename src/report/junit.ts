import type { Finding } from '../model/finding.ts';
import { formatLocation, type Location } from '../model/location.ts';
import { escapeXml } from './escape.ts';
import type { FindingGroup, Report, Reporter } from './report.ts';
import { failingGroups } from './summary.ts';

/**
 * JUnit XML, as the test views of CI services read it (testmoapp/junitxml describes what they have in common): a test case for each
 * subject with findings, which fails when they reach the threshold; what could not be read is an error.
 */
export const junitReporter: Reporter = {
  id: 'junit',
  title: 'JUnit XML for test views of CI services',
  render(report) {
    const failing = new Set(failingGroups(report));
    const cases = [
      ...report.groups.map((group) => groupCase(group, failing.has(group))),
      ...report.accepted.map(({ finding, reason, owner, expires }) =>
        testCase(
          finding,
          tag('skipped', { message: `accepted by the baseline: ${reason} (${owner}, until ${expires})` }),
        ),
      ),
      ...report.problems.map((problem) => problemCase(problem)),
    ];
    const all = cases.length === 0 ? [tag('testcase', { classname: 'lapse', name: 'nothing to report' })] : cases;
    const counts = {
      tests: `${all.length}`,
      failures: `${failing.size}`,
      errors: `${report.problems.length}`,
      skipped: `${report.accepted.length}`,
    };
    const suite = tag('testsuite', { name: `lapse ${report.command}`, timestamp: report.at.slice(0, 19), ...counts }, [
      ...all,
      ...notices(report),
    ]);
    return [
      `<?xml version="1.0" encoding="UTF-8"?>\n`,
      `${tag('testsuites', { name: 'lapse', ...counts }, [suite])}\n`,
    ];
  },
};

function groupCase({ primary, secondary }: FindingGroup, fails: boolean): string {
  const lines = [primary, ...secondary].map(
    ({ rule, severity, message, remediation }) => `${severity} ${rule}: ${message}\n  fix: ${remediation}`,
  );
  const text = lines.join('\n');
  return testCase(
    primary,
    fails
      ? tag('failure', { type: primary.severity, message: `${primary.title}: ${primary.message}` }, [textOf(text)])
      : tag('system-out', {}, [textOf(text)]),
  );
}

function testCase(finding: Finding, outcome: string): string {
  const { rule, subjectName, location } = finding;
  const where = location === undefined ? '' : ` at ${formatLocation(location)}`;
  return tag('testcase', { classname: rule, name: `${subjectName}${where}`, ...placeOf(location) }, [outcome]);
}

function problemCase({ code, message, location }: Report['problems'][number]): string {
  return tag('testcase', { classname: code, name: formatLocation(location), ...placeOf(location) }, [
    tag('error', { type: code, message }),
  ]);
}

function notices({ notices: told }: Report): readonly string[] {
  if (told.length === 0) return [];
  const lines = told.map(({ message, location }) => `${formatLocation(location)}: ${message}`);
  return [tag('system-out', {}, [textOf(lines.join('\n'))])];
}

function placeOf(location: Location | undefined): Readonly<Record<string, string>> {
  if (location === undefined) return {};
  return { file: location.path, ...(location.line === undefined ? {} : { line: `${location.line}` }) };
}

function textOf(text: string): string {
  return text.split('\n').map(escapeXml).join('\n');
}

function tag(name: string, attributes: Readonly<Record<string, string>>, content: readonly string[] = []): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeXml(value)}"`);
  const open = `<${name}${written.join('')}`;
  return content.length === 0 ? `${open}/>` : `${open}>${content.join('\n')}</${name}>`;
}
