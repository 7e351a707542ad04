import { compareTexts } from '../model/compare-texts.ts';
import { type Finding, SEVERITIES } from '../model/finding.ts';
import { append } from '../model/group-by.ts';
import type { FindingGroup } from './report.ts';

/**
 * One group per subject. Its primary finding is the most severe one that does not merely follow from another of the same
 * subject (`dependsOn`); a finding about a path that ends at another reported subject is attached to that subject, since the
 * cause is there. Sorted by severity, then what anybody may have in hand, place, subject.
 *
 * @param dependsOn - rule id → ids of the rules that make it secondary on the same subject.
 * @param endOf - the subject at the end of the path that a finding is about.
 */
export function groupFindings(
  findings: readonly Finding[],
  dependsOn: ReadonlyMap<string, readonly string[]>,
  endOf: (finding: Finding) => string | undefined = endOfPath,
): readonly FindingGroup[] {
  const bySubject = new Map<string, Finding[]>();
  const isConsequence = (finding: Finding) => endOf(finding) !== undefined;
  const causeOf = (own: readonly Finding[]) =>
    own.map(endOf).find((end) => end !== undefined && bySubject.get(end)?.some((finding) => !isConsequence(finding)));
  for (const finding of findings) append(bySubject, finding.subject, finding);
  for (const [subject, own] of bySubject) {
    const cause = own.every(isConsequence) ? causeOf(own) : undefined;
    if (cause === undefined || cause === subject) continue;
    for (const finding of own) append(bySubject, cause, finding);
    bySubject.delete(subject);
  }
  return [...bySubject].map(([subject, own]) => toGroup(subject, own, dependsOn)).sort(byImportance);
}

/** Where a finding's detail names the principal that it leads to: the other end is where something was granted. */
export function endOfPath({ detail }: Finding): string | undefined {
  return typeof detail.to === 'string' ? detail.to : undefined;
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
    (a, b) => Number(isSecondary(a)) - Number(isSecondary(b)) || rank(a) - rank(b) || compareTexts(a.rule, b.rule),
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
    compareTexts(place(a), place(b)) ||
    compareTexts(a.primary.subject, b.primary.subject)
  );
}

function rank(finding: Finding): number {
  return SEVERITIES.indexOf(finding.severity);
}
