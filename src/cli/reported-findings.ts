import type { AcceptedFinding } from '../gate/apply-baseline.ts';
import type { Finding } from '../model/finding.ts';
import type { PolicyEngine } from '../policy/engine.ts';
import { endOfPath, groupFindings } from '../report/group-findings.ts';
import type { Report } from '../report/report.ts';

/** What was judged, as a report has it: by subject, with the rules that were judged by. */
export function reportedFindings(
  { added, accepted }: { readonly added: readonly Finding[]; readonly accepted: readonly AcceptedFinding[] },
  rules: PolicyEngine['rules'] = new Map(),
  endOf: (finding: Finding) => string | undefined = endOfPath,
): Pick<Report, 'groups' | 'accepted' | 'rules'> {
  return {
    groups: groupFindings(added, new Map([...rules].map(([id, { dependsOn }]) => [id, dependsOn])), endOf),
    accepted: accepted.map(({ finding, entry: { reason, owner, expires } }) => ({ finding, reason, owner, expires })),
    rules: [...rules.values()],
  };
}
