import { assignmentCandidate } from './assignment-candidate.ts';
import { type Candidate, confirm, isForFile, type TextView } from './candidate.ts';
import { contextCandidate } from './context-candidate.ts';
import { isInsideBlob } from './encoded-blob.ts';
import { EXTRACTORS } from './extractors.ts';
import { isKnownSample } from './known-samples.ts';
import type { KeywordPlan } from './rule-set.ts';
import { tokenSpans } from './token-spans.ts';

/** Everything that may be a secret because a keyword stands at `start`. */
export function candidatesAt(view: TextView, plan: KeywordPlan, start: number): readonly Candidate[] {
  const found: Candidate[] = [];
  const end = start + plan.length;
  for (const rule of plan.tokens) {
    if (!isForFile(view, rule, start, end)) continue;
    for (const span of tokenSpans(view, rule, start, end)) {
      // A beginning that is not distinctive turns up in everything that is encoded.
      if (rule.openings.length === 0 && isInsideBlob(view.text, span.start, span.end))
        view.trace?.(rule, 'inside-blob', span.start, span.end);
      else add(found, confirm(view, rule, span));
    }
  }
  for (const rule of plan.contexts)
    if (isForFile(view, rule, start, end)) add(found, contextCandidate(view, rule, start, end));
  for (const rule of plan.extracts) {
    if (!isForFile(view, rule, start, end)) continue;
    const parts = EXTRACTORS[rule.extract](view.text, start, view);
    if (parts.length === 0) view.trace?.(rule, 'no-match', start, end);
    for (const part of parts)
      found.push({ rule, vendor: rule.vendor, confidence: part.decoded.confidence ?? rule.confidence, ...part });
  }
  if (plan.assignments.size > 0) add(found, assignmentCandidate(view, plan, start));
  return found.filter((candidate) => !isSample(view, candidate));
}

function isSample(view: TextView, { rule, decoded, start, end }: Candidate): boolean {
  const isKnown = isKnownSample(decoded.canonical ?? view.text.slice(start, end));
  if (isKnown) view.trace?.(rule, 'known-sample', start, end);
  return isKnown;
}

function add(found: Candidate[], candidate: Candidate | undefined): void {
  if (candidate !== undefined) found.push(candidate);
}
