import { type Finding, SEVERITIES } from '../model/finding.ts';
import type { FindingGroup } from './report.ts';

/**
 * One group per subject. Its primary finding is the most severe one that does not merely follow from another of the same
 * subject (`dependsOn`); a finding about a path that ends at another reported subject is attached to that subject, since the
 * cause is there. Sorted by severity, then what anybody may have in hand, place, subject.
 *
 * @param dependsOn - rule id → ids of the rules that make it secondary on the same subject.
 */
export function groupFindings(
  findings: readonly Finding[],
  dependsOn: ReadonlyMap<string, readonly string[]>,
): readonly FindingGroup[] {
  const bySubject = new Map<string, Finding[]>();
  for (const finding of findings) {
    bySubject.set(finding.subject, [...(bySubject.get(finding.subject) ?? []), finding]);
  }
  for (const [subject, own] of bySubject) {
    const cause = own.every(isConsequence) ? causeOf(own, bySubject) : undefined;
    if (cause === undefined || cause === subject) continue;
    bySubject.set(cause, [...(bySubject.get(cause) ?? []), ...own]);
    bySubject.delete(subject);
  }
  return [...bySubject].map(([subject, own]) => toGroup(subject, own, dependsOn)).sort(byImportance);
}

/** A finding whose detail names the principal that it leads to: the other end is where something was granted. */
function isConsequence(finding: Finding): boolean {
  return typeof finding.detail.to === 'string';
}

function causeOf(own: readonly Finding[], bySubject: ReadonlyMap<string, readonly Finding[]>): string | undefined {
  for (const { detail } of own) {
    const { to } = detail;
    if (typeof to === 'string' && (bySubject.get(to) ?? []).some((finding) => !isConsequence(finding))) return to;
  }
  return undefined;
}

function toGroup(
  subject: string,
  findings: readonly Finding[],
  dependsOn: ReadonlyMap<string, readonly string[]>,
): FindingGroup {
  const fired = new Set(findings.filter((finding) => finding.subject === subject).map((finding) => finding.rule));
  const isSecondary = (finding: Finding) =>
    finding.subject !== subject || (dependsOn.get(finding.rule) ?? []).some((rule) => rule === '*' || fired.has(rule));
  const [first, ...rest] = [...findings].sort(
    (a, b) => Number(isSecondary(a)) - Number(isSecondary(b)) || rank(a) - rank(b) || compare(a.rule, b.rule),
  );
  if (first === undefined) throw new RangeError('a group of findings has at least one');
  return { primary: first, secondary: rest };
}

/** Of two that are as severe, a string that anybody may have read comes before what needs an account first. */
function byImportance(a: FindingGroup, b: FindingGroup): number {
  const inHand = ({ primary }: FindingGroup) => (primary.subject.startsWith('secret:') ? 0 : 1);
  const place = ({ primary: { location } }: FindingGroup) =>
    `${location?.path ?? '\uffff'}:${String(location?.line ?? 0).padStart(9, '0')}`;
  return (
    rank(a.primary) - rank(b.primary) ||
    inHand(a) - inHand(b) ||
    compare(place(a), place(b)) ||
    compare(a.primary.subject, b.primary.subject)
  );
}

function rank(finding: Finding): number {
  return SEVERITIES.indexOf(finding.severity);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
