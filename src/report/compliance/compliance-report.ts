import type { DriftPoint } from '../../drift/drift.ts';
import type { Finding, Severity } from '../../model/finding.ts';
import type { Problem } from '../../model/snapshot.ts';
import { reaches } from '../summary.ts';
import type { Control, Framework } from './framework.ts';

/** What a report of compliance says: what was found, what it rests on, and what nobody looked at. */
export interface ComplianceReport {
  readonly framework: Framework;
  /** Of lapse. */
  readonly version: string;
  /** ISO 8601: when the report was made, and the moment that it is about. */
  readonly madeAt: string;
  readonly asOf: string;
  /** The state of the inventory at that moment. */
  readonly point: DriftPoint;
  /** ISO 8601: what was resolved since then is told; and where the history begins, when that is later. */
  readonly since: string;
  readonly historyFrom?: string;
  readonly filters: Readonly<Record<'platform' | 'owner' | 'environment', readonly string[]>>;
  /** By whom the findings were judged; absent when nothing was. */
  readonly judged?: { readonly at: string; readonly revision: string };
  /** Of the policies whose METADATA names the controls. */
  readonly revision: string;
  /** Path of the baseline that was applied. */
  readonly baseline?: string;
  readonly sources: readonly ReportedSource[];
  readonly controls: readonly ControlResult[];
  /** Every open or accepted finding that a control names, once; the worst first. */
  readonly findings: readonly ReportedFinding[];
  readonly resolved: readonly ResolvedFinding[];
  /** Findings of rules that name no control of the framework, by rule. */
  readonly elsewhere: readonly { readonly rule: string; readonly findings: number }[];
  /** What policy data and the configuration of scans leave out, and why. */
  readonly exceptions: readonly PolicyException[];
  /** What the whole report lacks; empty when everything that was asked for was read and judged. */
  readonly gaps: readonly Gap[];
  readonly problems: readonly Problem[];
  readonly threshold: Severity | 'none';
}

/** Who accepted a finding in the baseline, and until when. */
export interface Acceptance {
  readonly reason: string;
  readonly owner: string;
  /** ISO 8601 date. */
  readonly expires: string;
}

export interface ReportedFinding {
  readonly finding: Finding;
  /** Ids of the framework's controls. */
  readonly controls: readonly string[];
  /** ISO 8601: the first time ever, the beginning of this time, and the last time that it was judged to be so. */
  readonly firstSeen: string;
  readonly since: string;
  readonly lastSeen: string;
  /** It was gone in between. */
  readonly reopened: boolean;
  /** The sources that speak of its subject. */
  readonly sources: readonly string[];
  /** The latest scan did not look at its subject. */
  readonly unseen: boolean;
  readonly platform?: string;
  readonly owner?: string;
  readonly environment?: string;
  readonly accepted?: Acceptance;
  /** An acceptance whose day is over, so that it counts again. */
  readonly expired?: Acceptance;
}

/**
 * - `fixed`: the same policies looked at its subject again and found nothing;
 * - `subject-gone`: its subject is no longer in what was scanned;
 * - `other-policy`: the policies or their data changed at the same time, so that nobody knows.
 */
export type Resolution = 'fixed' | 'subject-gone' | 'other-policy';

export interface ResolvedFinding {
  readonly finding: Finding;
  readonly controls: readonly string[];
  /** ISO 8601. */
  readonly firstSeen: string;
  readonly lastSeen: string;
  /** Of the first judgement that no longer had it. */
  readonly resolvedAt: string;
  readonly how: Resolution;
}

/**
 * - `open`: findings that nobody accepted;
 * - `partial`: none of those, and not everything could be assessed;
 * - `accepted`: everything was assessed, and what was found is accepted;
 * - `clear`: everything that a rule can say was assessed, and nothing was found;
 * - `not-assessed`: no rule could say anything. Never to be taken for any of the others.
 */
export const CONTROL_STATES = ['open', 'partial', 'accepted', 'clear', 'not-assessed'] as const;
export type ControlState = (typeof CONTROL_STATES)[number];

export interface ControlResult {
  readonly control: Control;
  /** False for one that only a rule names, and that is not in our selection. */
  readonly selected: boolean;
  readonly state: ControlState;
  readonly rules: readonly RuleResult[];
  readonly open: readonly ReportedFinding[];
  readonly accepted: readonly ReportedFinding[];
  readonly resolved: readonly ResolvedFinding[];
  /** What was not assessed, and why. */
  readonly gaps: readonly Gap[];
}

/** How far one rule could be asked. */
export interface RuleResult {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly assessed: boolean;
  /** Those on which it could say something; `files` and `history` for static secrets. */
  readonly platforms: readonly string[];
  /** Rows of the inventory that it could judge. */
  readonly subjects: number;
}

export const GAP_KINDS = [
  'no-rule',
  'outside',
  'switched-off',
  'not-scanned',
  'unknown-facts',
  'incomplete',
  'stale',
  'not-judged',
  'other-policy',
] as const;

/** Something that was not assessed. */
export interface Gap {
  readonly kind: (typeof GAP_KINDS)[number];
  /** A sentence without full stop. */
  readonly why: string;
  /** The rules that it is about; empty for all. */
  readonly rules: readonly string[];
}

export interface ReportedSource {
  /** `scanner:root`. */
  readonly source: string;
  /** ISO 8601. */
  readonly at: string;
  /** Files that the latest snapshot read, and that it could not or did not read. */
  readonly read: number;
  readonly unread: number;
  readonly complete: boolean;
  readonly stale: boolean;
  /** Platforms that it tells of; `files` and `history` for static secrets. */
  readonly platforms: readonly string[];
  readonly problems: readonly Problem[];
}

/** Subjects that policies leave out by data (`allowed` of `rego/data.yaml` and of `policy.data`), and files that scans do. */
export interface PolicyException {
  readonly name: string;
  readonly rules: readonly string[];
  readonly subjects: readonly string[];
  readonly reason: string;
  readonly owner?: string;
  /** ISO 8601 date; what has no end is about how a platform is made. */
  readonly expires?: string;
}

/** One way to print a report of compliance: one file, one line in `compliance-reporters.ts`. */
export interface ComplianceReporter {
  readonly id: string;
  readonly title: string;
  /** @returns the whole output in pieces, the last of which ends in a newline. */
  render(report: ComplianceReport, options: { readonly color: boolean }): Iterable<string> & object;
}

/** 3 when something could not be read or judged (wins), 1 with open findings at or above the threshold, else 0. */
export function complianceExitCode({ gaps, findings, threshold }: ComplianceReport): 0 | 1 | 3 {
  if (gaps.length > 0) return 3;
  return findings.some(({ accepted, finding }) => accepted === undefined && reaches(finding.severity, threshold))
    ? 1
    : 0;
}
