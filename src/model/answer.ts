/**
 * A three-valued answer: yes, no, or only if the named conditions hold. Unknown is never "no" (a missing ceiling, an
 * unread policy, a condition on something that only a live request has).
 */
export type Answer = 'yes' | 'no' | { readonly if: readonly string[] };

const MAX_CONDITIONS = 8;

/** AND: no beats if beats yes. */
export function and(...answers: readonly Answer[]): Answer {
  if (answers.includes('no')) return 'no';
  return fromConditions(answers, 'yes');
}

/** OR: yes beats if beats no. */
export function or(...answers: readonly Answer[]): Answer {
  if (answers.includes('yes')) return 'yes';
  return fromConditions(answers, 'no');
}

/** NOT: an `if` stays an `if`, of the opposite. */
export function not(answer: Answer): Answer {
  if (answer === 'yes') return 'no';
  if (answer === 'no') return 'yes';
  return { if: answer.if.map((condition) => `not (${condition})`) };
}

/** True for `yes` and for `if`: it cannot be ruled out. */
export function possible(answer: Answer): boolean {
  return answer !== 'no';
}

function fromConditions(answers: readonly Answer[], otherwise: 'yes' | 'no'): Answer {
  const conditions = new Set(answers.flatMap((answer) => (typeof answer === 'string' ? [] : answer.if)));
  return conditions.size === 0 ? otherwise : { if: [...conditions].slice(0, MAX_CONDITIONS) };
}
