import { type NameKind, nameKind } from './assigned-name.ts';
import { readAssignment } from './assignment.ts';
import type { Candidate, TextView } from './candidate.ts';
import { isDrawn, whyNoSecret } from './generic.ts';
import type { KeywordPlan, RuleSet } from './rule-set.ts';
import type { TraceReason } from './trace.ts';

/** The value of an assignment whose name has a keyword in it, if both are those of a secret. */
export function assignmentCandidate(view: TextView, plan: KeywordPlan, start: number): Candidate | undefined {
  const drop = (reason: TraceReason, from: number, to: number): undefined => {
    if (view.trace !== undefined) for (const rule of plan.assignments.values()) view.trace(rule, reason, from, to);
  };
  const assignment = readAssignment(view.text, start, start + plan.length);
  if (assignment === undefined) return drop('no-assignment', start, start + plan.length);
  const { valueStart: from, valueEnd: end } = assignment;
  const kind = nameKind(assignment.name);
  if (kind === undefined) return drop('other-name', from, end);
  const rule = plan.assignments.get(kind === 'password' ? 'password' : 'token');
  if (rule === undefined) return undefined;
  const value = view.text.slice(from, end);
  // Samples are made up: what was drawn at random is none, wherever it stands.
  if (!view.applies(rule) && (rule.files !== undefined || !isDrawn(kind, value)))
    return view.trace?.(rule, 'not-in-these-files', from, end);
  const why = whyNoSecret(assignment, kind, value) ?? whyOtherForm(view.rules, assignment.name, kind, value);
  if (why !== undefined) return view.trace?.(rule, why, from, end);
  return { rule, vendor: rule.vendor, confidence: rule.confidence, start: from, end, decoded: {} };
}

/** A value that says by its beginning, or whose name says, what form it would have to have: and it has another. */
function whyOtherForm(
  { openings, completeFor }: RuleSet,
  name: string,
  kind: NameKind,
  value: string,
): TraceReason | undefined {
  if (kind === 'password') return undefined;
  const begin = value.toLowerCase();
  if (openings.some((opening) => begin.startsWith(opening))) return 'other-form';
  const plain = name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  return completeFor.some((vendor) => plain.includes(vendor)) ? 'other-form' : undefined;
}
