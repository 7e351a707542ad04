import type { formatLocation } from '../model/location.ts';
import { escapeControl } from './escape.ts';
import type { Reporter } from './report.ts';
import { reaches } from './summary.ts';

/** Workflow commands of GitHub Actions: annotations on the lines of a pull request. */
export const githubReporter: Reporter = {
  id: 'github',
  title: 'annotations for GitHub Actions',
  render(report) {
    const findings = report.groups.map(({ primary, secondary }) => {
      const level = reaches(primary.severity, report.threshold) ? 'error' : 'warning';
      const also =
        secondary.length === 0 ? '' : `\nalso: ${[...new Set(secondary.map(({ rule }) => rule))].join(', ')}`;
      return command(level, primary.location, primary.title, `${primary.message}${also}\nfix: ${primary.remediation}`);
    });
    const notices = report.notices.map(({ message, location }) => command('notice', location, 'gate', message));
    const problems = report.problems.map(({ message, location }) => command('error', location, 'incomplete', message));
    return [...findings, ...notices, ...problems].map((line) => `${line}\n`);
  },
};

/** Source: GitHub's reference of workflow commands: `%`, CR and LF are escaped in data; `:` and `,` too in properties. */
function command(
  level: 'error' | 'warning' | 'notice',
  location: Parameters<typeof formatLocation>[0] | undefined,
  title: string,
  message: string,
): string {
  const properties = [
    ...(location === undefined ? [] : [`file=${property(location.path)}`]),
    ...(location?.line === undefined ? [] : [`line=${location.line}`]),
    ...(location?.column === undefined ? [] : [`col=${location.column}`]),
    `title=${property(`lapse: ${title}`)}`,
  ];
  return `::${level} ${properties.join(',')}::${data(message)}`;
}

function data(text: string): string {
  const lines = text.split('\n').map(escapeControl).join('\n');
  return lines.replaceAll('%', '%25').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
