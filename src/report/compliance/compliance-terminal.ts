import { minute } from '../drift-text.ts';
import { escapeControl } from '../escape.ts';
import { makeStyle, type Style } from '../style.ts';
import type { ComplianceReporter, ControlResult, ControlState, Gap } from './compliance-report.ts';
import { controlName, gapText, placeOf, STATE_WORDS, stateCounts } from './words.ts';

/** Findings of one control; the rest is counted. */
const MOST_FINDINGS = 5;

const MARKS: Readonly<Record<ControlState, string>> = {
  open: '✗',
  partial: '~',
  accepted: '=',
  clear: '✓',
  'not-assessed': '?',
};

/** For people at a terminal: control by control, the first findings of each, and what was not assessed. */
export const complianceTerminalReporter: ComplianceReporter = {
  id: 'terminal',
  title: 'for people',
  *render(report, { color }) {
    const style = makeStyle(color);
    const { framework, controls, gaps, elsewhere } = report;
    yield `${style.bold(`${framework.name}, ${framework.version}`)}\n`;
    yield `as of ${minute(report.asOf)} UTC; ${controls.length} controls: ${stateCounts(report)}\n`;
    if (gaps.length > 0)
      yield `\n${style.bold('incomplete')}\n${gaps.map((gap) => `  ${escapeControl(gapText(gap))}\n`).join('')}`;
    for (const result of controls) yield `\n${controlLines(result, style).join('\n')}\n`;
    const others = elsewhere.reduce((sum, { findings }) => sum + findings, 0);
    if (others > 0) yield `\n${others} findings of rules that name no control of this framework\n`;
    if (report.exceptions.length > 0)
      yield `\n${report.exceptions.length} exceptions in configuration and policy data (--format markdown lists them)\n`;
  },
};

function controlLines(result: ControlResult, style: Style): readonly string[] {
  const { state, open, accepted, resolved, gaps } = result;
  const counts = [
    ...(open.length === 0 ? [] : [`${open.length} open`]),
    ...(accepted.length === 0 ? [] : [`${accepted.length} accepted`]),
    ...(resolved.length === 0 ? [] : [`${resolved.length} resolved`]),
  ];
  const detail = state === 'open' ? counts : [STATE_WORDS[state], ...counts];
  const more = open.length - MOST_FINDINGS;
  return [
    `${MARKS[state]} ${style.bold(escapeControl(controlName(result)))}: ${detail.join(', ')}`,
    ...open.slice(0, MOST_FINDINGS).map((one) => {
      const { severity, message } = one.finding;
      const place = placeOf(one) === '' ? '' : `  ${style.dim(escapeControl(placeOf(one)))}`;
      return `    ${style.severity(severity, severity.padEnd(8))} ${escapeControl(message)}${place}`;
    }),
    ...(more > 0 ? [style.dim(`    … and ${more} more`)] : []),
    ...gaps.map((gap) => style.dim(`    not assessed: ${escapeControl(shortGap(gap))}`)),
  ];
}

/** Many rules are counted. */
function shortGap({ why, rules }: Gap): string {
  return rules.length > 2 ? `${why} (${rules.length} rules)` : gapText({ why, rules });
}
