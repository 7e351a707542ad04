import type { Answer } from '../../model/answer.ts';
import type { MemberSet } from './population.ts';

/** A way from a principal to more: its own rights widened, one other principal, or any of a set, which is kept as one end. */
export interface Way {
  readonly id: string;
  readonly answer: Answer;
  /** What is used, for people. */
  readonly uses: readonly string[];
  readonly evidence: readonly string[];
  readonly to:
    | { readonly kind: 'self' }
    | { readonly kind: 'one'; readonly id: string }
    | { readonly kind: 'set'; readonly set: MemberSet };
}

/** A way that an answer opens, or none. */
export function way(
  id: string,
  found: { readonly answer: Answer; readonly grants: readonly string[]; readonly trusts: readonly string[] },
  uses: readonly string[],
  to: Way['to'],
): readonly Way[] {
  if (found.answer === 'no' || (to.kind === 'set' && to.set.members.length === 0)) return [];
  return [{ id, answer: found.answer, uses, evidence: [...found.grants, ...found.trusts], to }];
}
