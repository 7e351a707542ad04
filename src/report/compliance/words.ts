import { canonicalJson } from '../../model/canonical-json.ts';
import type { Evidence } from '../../model/finding.ts';
import { formatLocation, type Location } from '../../model/location.ts';
import { minute } from '../drift-text.ts';
import { counted } from './assess-rule.ts';
import {
  CONTROL_STATES,
  type ComplianceReport,
  type ControlResult,
  type ControlState,
  type Gap,
  type ReportedFinding,
  type Resolution,
  type RuleResult,
} from './compliance-report.ts';
import { countStates } from './count-states.ts';

/** How people read a state; none of them says that a control is met, which is for an auditor to say. */
export const STATE_WORDS: Readonly<Record<ControlState, string>> = {
  open: 'open findings',
  partial: 'nothing open, partly assessed',
  accepted: 'accepted findings only',
  clear: 'nothing found',
  'not-assessed': 'not assessed',
};

export const STATE_MEANINGS: Readonly<Record<ControlState, string>> = {
  open: 'there are findings that nobody accepted',
  partial: 'there is no open finding, but rules, facts or sources were missing: it may not be in order',
  accepted: 'everything that rules can say was assessed, and what was found is accepted in the baseline',
  clear:
    'everything that rules can say was assessed, and nothing was found; a control asks for more than rules can see',
  'not-assessed': 'no rule could say anything of it, and it may be in order or not',
};

export const RESOLUTION_WORDS: Readonly<Record<Resolution, string>> = {
  fixed: 'fixed',
  'subject-gone': 'its subject is gone, or is no longer in what is scanned',
  'other-policy': 'not known: policies changed at the same time',
};

export function day(at: string): string {
  return at.slice(0, 10);
}

/** `12 controls: 3 open findings, …`; states that no control is in are left out. */
export function stateCounts(report: Pick<ComplianceReport, 'controls'>): string {
  const counts = countStates(report);
  return CONTROL_STATES.filter((state) => counts[state] > 0)
    .map((state) => `${counts[state]} ${STATE_WORDS[state]}`)
    .join(', ');
}

/** `CC6.1 Logical access …`. */
export function controlName({ control, selected }: ControlResult): string {
  return `${control.id} ${selected ? control.title : 'not in the selection; named by a rule'}`.trim();
}

/** Which rules said something, on what. */
export function ruleText({ id, assessed, platforms, subjects }: RuleResult): string {
  return assessed ? `${id} (${platforms.join(', ')}; ${counted(subjects, 'subject')})` : `${id} (not assessed)`;
}

/** A gap with the rules that it is about. */
export function gapText({ why, rules }: Pick<Gap, 'why' | 'rules'>): string {
  return rules.length === 0 ? why : `${why} (${rules.join(', ')})`;
}

/** Where a finding stands, for people: its place, else its subject. */
export function placeOf({ finding }: Pick<ReportedFinding, 'finding'>): string {
  return finding.location === undefined ? '' : formatLocation(finding.location);
}

export function evidenceText({ fact, value, source, as_of, confidence, location }: Evidence): string {
  const said = typeof value === 'string' ? value : canonicalJson(value);
  const about = [source, as_of === undefined ? undefined : `as of ${as_of}`, confidence].filter(
    (part) => part !== undefined,
  );
  return `${fact}: ${said}${about.length === 0 ? '' : ` (${about.join(', ')})`}${locationText(location)}`;
}

function locationText(location: Location | undefined): string {
  return location === undefined ? '' : ` at ${formatLocation(location)}`;
}

/** What else there is to say of a finding: where it comes from, whose it is, how old. */
export function findingNotes(one: ReportedFinding): readonly string[] {
  const { accepted, expired, owner, environment, platform, sources } = one;
  return [
    ...(accepted === undefined ? [] : [`accepted by ${accepted.owner} until ${accepted.expires}: ${accepted.reason}`]),
    ...(expired === undefined
      ? []
      : [`was accepted by ${expired.owner} until ${expired.expires}, which is over: ${expired.reason}`]),
    `first seen ${day(one.firstSeen)}, last seen ${day(one.lastSeen)}`,
    ...(one.reopened ? [`was gone in between, back since ${day(one.since)}`] : []),
    ...(one.unseen ? ['its subject was not looked at by the latest scan'] : []),
    [`owner ${owner ?? 'not known'}`, `environment ${environment ?? 'not known'}`, platform]
      .filter((part) => part !== undefined)
      .join(', '),
    ...(sources.length === 0 ? [] : [`known from ${sources.join(', ')}`]),
  ];
}

/** What the report is about, as pairs of a name and what is to be said. */
export function aboutReport(report: ComplianceReport): readonly (readonly [string, string])[] {
  const { framework, point, judged, filters } = report;
  const asked = Object.entries(filters).filter(([, values]) => values.length > 0);
  return [
    ['Framework', `${framework.name}, ${framework.version} (${framework.source})`],
    ['Selection', framework.selection],
    ['As of', `${minute(report.asOf)} UTC, snapshot ${point.snapshot}`],
    ['Made', `${minute(report.madeAt)} UTC by lapse ${report.version}`],
    ...(asked.length === 0
      ? []
      : [['Only', asked.map(([name, values]) => `${name} ${values.join(' or ')}`).join('; ')] as const]),
    ['Judged', judged === undefined ? 'by no policy' : `${minute(judged.at)} UTC by policies ${judged.revision}`],
    [
      'Baseline',
      report.baseline === undefined
        ? 'none'
        : `${report.baseline}, as it is now: acceptances count to the end of their day`,
    ],
    [
      'Resolved since',
      `${day(report.since)}${report.historyFrom === undefined ? '' : `; the history begins on ${day(report.historyFrom)}`}`,
    ],
  ];
}
